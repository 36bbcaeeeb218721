package safelinks

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// Format is how Rewrite reads and writes text.
type Format uint8

const (
	FormatAuto   Format = iota // detected from the beginning of the text
	FormatPlain                // plain text, Markdown, source code
	FormatHTML                 // entities are decoded and encoded again
	FormatMail                 // an RFC 5322 message, .eml
	FormatQuoted               // the body of one quoted-printable part
)

// RewriteOptions configures [Rewrite]. The zero value detects the format and inserts
// original URLs.
type RewriteOptions struct {
	Format Format
	Redact bool // insert redacted links instead of original URLs
	// Report, if not nil, is called for every wrapped link in order, also for links
	// that stay: cut, opaque, or without a target.
	Report func(Found)
}

// bufferSize is the memory that Rewrite works in, whatever the length of the
// text. It holds the longest link and what has to be seen behind it.
const bufferSize = 4 * (maxLink + lookAhead + maxTag)

// Rewrite copies src to dst and replaces every wrapped link by the innermost
// URL that is known; all other bytes stay as they are. Links that cannot be
// decoded, and links that a line break may have cut, stay as well and are
// reported.
//
// A replacement is written so that it stays one link in its surroundings:
// blanks, quotes and angle brackets are percent-encoded, and where the wrapped
// link was written with HTML's &amp; the replacement is too. In HTML an
// originalsrc attribute is believed only when it agrees with the link.
//
// Of a mail every text part is rewritten, also in messages that are attached;
// parts in quoted-printable and base64 are decoded and encoded again the same
// way, and parts without wrapped links stay byte for byte. Text in UTF-16 and
// header fields are not searched. Rewriting a signed mail breaks its signature.
//
// Rewrite works in a fixed amount of memory and in time linear in the text. Only
// the base64 text parts of a mail are held in memory, up to 32 MiB each; longer
// ones pass through as they are. It returns the error of src or dst,
// and no other.
func Rewrite(dst io.Writer, src io.Reader, o RewriteOptions) error {
	w := &rewriter{o: o, buf: make([]byte, bufferSize)}
	if o.Format == FormatAuto || o.Format == FormatMail {
		head, err := io.ReadFull(src, w.buf[:sniffLen])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		src = io.MultiReader(bytes.NewReader(bytes.Clone(w.buf[:head])), src)
		if o.Format == FormatAuto {
			w.o.Format = sniff(w.buf[:head])
		}
	}
	switch w.o.Format {
	case FormatMail:
		return w.mail(dst, src)
	case FormatQuoted:
		m := newMailRewriter(w, dst, src)
		return m.flush(m.quoted(textStyle{ascii: true}))
	}
	_, err := w.text(dst, src, textStyle{html: w.o.Format == FormatHTML})
	return err
}

// rewriter is the state of one Rewrite.
type rewriter struct {
	o   RewriteOptions
	buf []byte
}

// textStyle is how the links of a text are written.
type textStyle struct {
	html  bool
	ascii bool // the text's encoding has no room for other letters
}

// text rewrites one text and returns how many links it replaced.
func (w *rewriter) text(dst io.Writer, src io.Reader, style textStyle) (replaced int, err error) {
	buf := w.buf
	var (
		n, done int // what buf holds, and how much of it is written
		offset  int // of buf in the text
		whole   bool
	)
	for {
		for n < len(buf) && !whole {
			var m int
			m, err = src.Read(buf[n:])
			n += m
			if err == io.EOF {
				whole = true
			} else if err != nil {
				_, werr := dst.Write(buf[done:n])
				return replaced, errors.Join(err, werr)
			}
		}
		for at := done; ; {
			f, next, ok := scan(buf[:n], at, whole, style.html)
			if !ok {
				if _, err := dst.Write(buf[done:next]); err != nil {
					return replaced, err
				}
				done = next
				break
			}
			at = next
			new, end, ok := w.edit(f, buf[:n], style)
			w.report(f, offset)
			if !ok {
				continue
			}
			replaced++
			if _, err := dst.Write(buf[done:f.Start]); err != nil {
				return replaced, err
			}
			if _, err := dst.Write(new); err != nil {
				return replaced, err
			}
			done = end
			at = max(at, end)
		}
		if whole {
			return replaced, nil
		}
		// What stands in front of the next link is kept: it may be its tag.
		drop := max(0, done-maxTag)
		copy(buf, buf[drop:n])
		offset += drop
		n, done = n-drop, done-drop
	}
}

func (w *rewriter) report(m match, offset int) {
	if w.o.Report != nil {
		m.Start += offset
		m.End += offset
		w.o.Report(m.Found)
	}
}

// edit is what to write in the place of a link of the text, and where the text
// goes on behind it; false when the link stays.
func (w *rewriter) edit(f match, text []byte, style textStyle) (new []byte, end int, ok bool) {
	new, ok = w.replacement(f, style)
	end = f.End
	if !ok || !f.Cut {
		return new, end, ok
	}
	// Only a redaction replaces a link that is cut: what it says goes on in the
	// next lines.
	for {
		from, to, ok := continuation(text[end:])
		if !ok {
			return new, end, true
		}
		new = append(append(new, text[end:end+from]...), redacted...)
		end += to
	}
}

// replacement is what to write in the place of a link, if anything.
func (w *rewriter) replacement(f match, style textStyle) ([]byte, bool) {
	var link string
	switch {
	case w.o.Redact:
		link = Redact(f.Chain.Input)
	case f.Err != nil || f.Cut:
		return nil, false
	default:
		link = f.target()
	}
	b := make([]byte, 0, len(link)+len(link)/4)
	for i := 0; i < len(link); i++ {
		switch c := link[i]; {
		case endsLink(c) || c == '`' || f.html && c == '\'' || style.ascii && c >= 0x80:
			b = appendEscape(b, c)
		case c == '&' && f.html && (f.escaped || style.html && strings.IndexByte(f.Chain.Input, '&') < 0):
			b = append(b, "&amp;"...)
		default:
			b = append(b, c)
		}
	}
	return b, true
}

// sniffLen is how much of a text the format is found out from.
const sniffLen = 4 << 10

// sniff tells the format of a text from its beginning: a mail begins with
// header fields, HTML with a tag.
func sniff(head []byte) Format {
	if len(head) > sniffLen {
		head = head[:sniffLen]
	}
	if isMailHeader(head) {
		return FormatMail
	}
	if isQuoted(head) {
		return FormatQuoted
	}
	s := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"))
	if len(s) > 2 && s[0] == '<' && (s[1] == '!' || 'a' <= s[1] && s[1] <= 'z') {
		for _, sign := range [...]string{"<!doctype html", "<html", "<head", "<body", "</", "href="} {
			if bytes.Contains(s, []byte(sign)) {
				return FormatHTML
			}
		}
	}
	return FormatPlain
}

// isQuoted reports whether a text is quoted-printable: it has soft line breaks,
// and wrapped links whose equals signs are encoded.
func isQuoted(head []byte) bool {
	if !bytes.Contains(head, []byte("=\n")) && !bytes.Contains(head, []byte("=\r\n")) {
		return false
	}
	for _, sign := range [...]string{"?url=3D", "?u=3D", "?a=3D", "?k=3D", "?d=3D", "&data=3D", "&amp;data=3D", "reserved=3D"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}

// isMailHeader reports whether a text begins with the header of a message: only
// fields up to the first empty line, and among them one that only a message
// has.
func isMailHeader(head []byte) bool {
	sure := false
	for first := true; len(head) > 0; first = false {
		line, rest, ended := bytes.Cut(head, []byte("\n"))
		head = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			return sure
		}
		if first && bytes.HasPrefix(line, []byte("From ")) {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			if first {
				return false
			}
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return sure && !ended
		}
		for _, c := range name {
			if c <= ' ' || c >= 0x7f {
				return false
			}
		}
		switch strings.ToLower(string(name)) {
		case "mime-version", "received", "message-id", "return-path", "delivered-to", "content-type", "content-transfer-encoding", "x-mailer":
			sure = true
		}
	}
	return sure
}
