package safelinks

import (
	"compress/zlib"
	"encoding/json"
	"io"
	"strings"
)

// INKY packs the target and the mail's sender and recipient into a signed token, which
// is compressed but not encrypted. A damaged token may still begin with the target.
func unwrapINKY(l *Layer, p *parts) outcome {
	hint := hostHint(p.query, "domain")
	value := paramText(p.query, "t")
	token, ok := strings.CutPrefix(value, "h.")
	if !ok {
		l.HostHint = hint
		if hint == "" {
			return noTarget
		}
		return opaque
	}
	token, _, _ = strings.Cut(token, ".")
	packed, _ := decodeBase64(token)
	var t struct {
		URL          string `json:"url"`
		Path         string `json:"k"`
		Sender       string `json:"e"`
		SenderDomain string `json:"d"`
	}
	content, err := inflate(packed)
	if err != nil || json.Unmarshal([]byte(content), &t) != nil {
		l.HostHint = hint
		if hint == "" {
			l.HostHint = hostOfFront(strings.TrimPrefix(content, `{"url":"`))
		}
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

// inflate returns what zlib packed. With an error, it is the beginning of it.
func inflate(packed string) (string, error) {
	r, err := zlib.NewReader(strings.NewReader(packed))
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if len(b) > maxInflated {
		return "", zlib.ErrHeader // as useless as a broken one
	}
	return string(b), err
}

// readINKYPath reads "customer/recipient/id/Unix time".
func (l *Layer) readINKYPath(path string) {
	f := strings.Split(path, "/")
	if len(f) != 4 {
		return
	}
	l.setVendor("customer", f[0])
	l.setVendor("recipient", f[1])
	l.setTime(clockRewrite, unixTime(f[3]))
}
