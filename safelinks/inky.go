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
func unwrapINKY(l *Layer, p *parts) outcome {
	hint := hostHint(p.query, "domain")
	value, _ := param(p.query, "t")
	token, ok := strings.CutPrefix(unescape(value), "h.")
	if !ok {
		l.HostHint = hint
		if hint == "" {
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
	l.setVendor("recipient_path", t.Path)
	l.setVendor("sender", t.Sender)
	l.setVendor("sender_domain", t.SenderDomain)
	l.inkyPath(t.Path)
	return o
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
	l.setVendor("customer", f[0])
	l.setVendor("recipient", f[1])
	whole, fraction, _ := strings.Cut(f[3], ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	nsec, err2 := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err == nil && err2 == nil && 0 < sec && sec < 1<<33 {
		l.setVendor("time_utc", timeJSON(time.Unix(sec, nsec), ticksLayout))
	}
}
