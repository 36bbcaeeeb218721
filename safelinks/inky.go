package safelinks

import (
	"compress/zlib"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// INKY packs the target and the mail's sender and recipient into a signed token, which
// is compressed but not encrypted.
func unwrapINKY(l *Layer, p *parts) outcome {
	value, _ := param(p.query, "t")
	token, ok := strings.CutPrefix(unescape(value), "h.")
	if !ok {
		l.HostHint = hostHint(p.query, "domain")
		if l.HostHint == "" {
			return noTarget
		}
		return opaque
	}
	token, _, _ = strings.Cut(token, ".")
	packed, ok := decodeBase64(token)
	if !ok {
		return noTarget
	}
	var t struct {
		URL          string `json:"url"`
		Path         string `json:"k"`
		Sender       string `json:"e"`
		SenderDomain string `json:"d"`
	}
	content, err := inflate(packed)
	if err != nil || json.Unmarshal(content, &t) != nil {
		return noTarget
	}
	o := l.setTarget(p, t.URL, true)
	if o == decoded {
		l.setVendor("recipient_path", t.Path)
		l.setVendor("sender", t.Sender)
		l.setVendor("sender_domain", t.SenderDomain)
		l.readINKYPath(t.Path)
	}
	return o
}

// maxInflated bounds the content of a token.
const maxInflated = 64 << 10

func inflate(packed string) ([]byte, error) {
	r, err := zlib.NewReader(strings.NewReader(packed))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if len(b) > maxInflated {
		err = zlib.ErrHeader // as useless as a broken one
	}
	return b, err
}

// readINKYPath reads "customer/recipient/id/Unix time".
func (l *Layer) readINKYPath(path string) {
	f := strings.Split(path, "/")
	if len(f) != 4 {
		return
	}
	l.setVendor("customer", f[0])
	l.setVendor("recipient", f[1])
	whole, fraction, _ := strings.Cut(f[3], ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	nsec, err2 := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err == nil && err2 == nil && 0 < sec && sec < 1<<33 {
		l.setVendor("time_utc", timeJSON(time.Unix(sec, nsec), ticksLayout))
	}
}
