package service

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// Keys are those that callers may have, each with a name. They are kept as hashes.
type Keys struct {
	list []key
}

type key struct {
	name string
	hash [sha256.Size]byte
}

const maxKeys = 1000

var keyName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// ReadKeys reads a file of keys: lines of a name and the SHA-256 of the key in hexadecimal
// digits, "#" comments. The error names the line and holds nothing of it.
func ReadKeys(r io.Reader) (*Keys, error) {
	k := &Keys{}
	names := map[string]bool{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("keys: line %d: not a name and a SHA-256", n)
		}
		hash, err := hex.DecodeString(fields[1])
		switch {
		case !keyName.MatchString(fields[0]):
			return nil, fmt.Errorf("keys: line %d: a name has up to 64 letters, digits, dots, dashes and underscores", n)
		case err != nil || len(hash) != sha256.Size:
			return nil, fmt.Errorf("keys: line %d: not 64 hexadecimal digits after the name", n)
		case names[fields[0]]:
			return nil, fmt.Errorf("keys: line %d: the name is there before", n)
		case len(k.list) == maxKeys:
			return nil, fmt.Errorf("keys: line %d: more than %d keys", n, maxKeys)
		}
		names[fields[0]] = true
		k.list = append(k.list, key{fields[0], [sha256.Size]byte(hash)})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if len(k.list) == 0 {
		return nil, fmt.Errorf("keys: there is none")
	}
	return k, nil
}

// NewKey returns a new key and its line for the file.
func NewKey(name string) (secret, line string, err error) {
	if !keyName.MatchString(name) {
		return "", "", fmt.Errorf("keys: a name has up to 64 letters, digits, dots, dashes and underscores")
	}
	secret = rand.Text()
	hash := sha256.Sum256([]byte(secret))
	return secret, name + " " + hex.EncodeToString(hash[:]), nil
}

// find returns the name of a key. It takes the same time for every key of a length.
func (k *Keys) find(secret string) (name string, ok bool) {
	hash := sha256.Sum256([]byte(secret))
	for i := range k.list {
		if subtle.ConstantTimeCompare(hash[:], k.list[i].hash[:]) == 1 {
			name, ok = k.list[i].name, true
		}
	}
	return name, ok
}

// secretOf returns the key of a request: in X-API-Key, as a bearer token, or as the password
// of basic authentication with any user.
func secretOf(r *http.Request) string {
	if key := r.Header.Get("X-API-Key"); key != "" {
		return key
	}
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}
