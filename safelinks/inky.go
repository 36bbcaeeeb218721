package safelinks

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// INKY packs the target and the mail's sender and recipient into a signed
// token, which is compressed but not encrypted.
var inky = wrapper{
	kind: INKY, hosts: []string{".inky.com"}, paths: []string{"/link"},
	unwrap: func(l *Layer, p *parts) outcome {
		l.HostHint = hostHint(p.query, "domain")
		value, _ := param(p.query, "t")
		token, ok := strings.CutPrefix(unescape(value), "h.")
		if !ok {
			if l.HostHint == "" {
				return noTarget
			}
			return opaque
		}
		token, _, _ = strings.Cut(token, ".")
		packed, ok := appendBase64(nil, token)
		if !ok {
			return noTarget
		}
		content, ok := inflate(packed)
		if !ok {
			return noTarget
		}
		var t struct {
			URL          string `json:"url"`
			Path         string `json:"k"`
			Sender       string `json:"e"`
			SenderDomain string `json:"d"`
		}
		if json.Unmarshal(content, &t) != nil {
			return noTarget
		}
		o := l.setTarget(p, t.URL, true)
		if o != decoded {
			return o
		}
		l.HostHint = ""
		l.RecipientPath, l.Sender, l.SenderDomain = t.Path, t.Sender, t.SenderDomain
		l.inkyPath(t.Path)
		return o
	},
	keep: []string{"domain"}, words: []string{"link"},
}

// maxInflated bounds what a token may unpack to.
const maxInflated = 64 << 10

func inflate(packed []byte) ([]byte, bool) {
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, false
	}
	b, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	return b, err == nil && len(b) <= maxInflated
}

// inkyPath reads "customer/recipient/id/Unix time".
func (l *Layer) inkyPath(path string) {
	f := strings.Split(path, "/")
	if len(f) != 4 {
		return
	}
	l.Customer, l.Recipient = f[0], f[1]
	whole, fraction, _ := strings.Cut(f[3], ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	nsec, err2 := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err == nil && err2 == nil && 0 < sec && sec < 1<<33 {
		l.Time = time.Unix(sec, nsec).UTC()
	}
}
