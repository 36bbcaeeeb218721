package safelinks

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// RewriteOptions configures [Rewrite]. The zero value detects the format and inserts
// original URLs.
type RewriteOptions struct {
	Format Format
	Redact bool // take out what Redact takes out, in and around links, instead
	// Report, if not nil, is called for every wrapped link in order, also for links that
	// stay in the text: cut, opaque, or without a target.
	Report func(Found)
}

// bufferSize is the memory that Rewrite works in, in bytes, whatever the length of the
// text. It holds the longest link and what has to be seen around it.
const bufferSize = 4 * (maxLink + lookAhead + maxTag)

// Rewrite copies src to dst and replaces every wrapped link according to o. It uses
// a fixed amount of memory, except for base64 parts of a mail (up to 32 MiB each).
// The error is one of src or dst.
//
// All bytes outside the replaced links stay. Links that cannot be decoded stay too and are
// reported, also those of which a line break cut a piece off and those of more than 64 KiB;
// see [Find]. A link that was broken into lines becomes one line.
//
// Text in UTF-16 stays in UTF-16. It is known by its byte order mark or by its zeros.
//
// A replacement stays one link where it stands: blanks, quotes and angle brackets are
// percent-encoded, and '&' is written as &amp; where the wrapped link was. An originalsrc
// attribute of HTML is used only if it agrees with the link.
//
// Of a mail, every text part is rewritten, also in attached messages. Parts in
// quoted-printable and base64 are decoded and encoded again; parts without wrapped links
// stay byte for byte. The links of header fields are reported and stay. Base64 parts of more
// than 32 MiB are not searched. Rewriting a signed mail breaks its signature.
//
// With Redact, the whole text is redacted as by [Redact], also text in UTF-16. Of a mail,
// the header fields that name people, ids and signatures lose their values, the parts get
// new boundaries, and of attachments in base64 that are no text nothing stays. A text of
// more than 1 MiB without a place to cut it is removed up to the next blank.
//
// The time is linear in the length of the text.
func Rewrite(dst io.Writer, src io.Reader, o RewriteOptions) error {
	w := &rewriter{o: o, buf: make([]byte, bufferSize)}
	head, src := peek(src, detectLen)
	if order := utf16Order(head[:min(len(head), utf16Sign)]); order != nil {
		src, dst = &utf16Reader{in: bufio.NewReader(src), order: order}, &utf16Writer{out: dst, order: order}
		head, src = peek(src, detectLen)
	}
	format := o.Format
	if format == FormatAuto {
		format = detectFormat(head)
	}
	switch format {
	case FormatMail:
		m := newMailRewriter(w, dst, src)
		return m.flush(m.entity())
	case FormatQuoted:
		m := newMailRewriter(w, dst, src)
		return m.flush(m.quoted(textStyle{ascii: true}))
	}
	_, err := w.text(dst, src, textStyle{html: format == FormatHTML})
	return err
}

// peek returns the first n bytes of src, and a reader of all of it.
func peek(src io.Reader, n int) (head []byte, all io.Reader) {
	head = make([]byte, n)
	n, err := io.ReadFull(src, head)
	head = head[:n]
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		src = failedReader{err}
	}
	return head, io.MultiReader(bytes.NewReader(head), src)
}

// failedReader returns an error that another reader returned before.
type failedReader struct{ err error }

func (r failedReader) Read([]byte) (int, error) { return 0, r.err }

// rewriter is the state of one Rewrite.
type rewriter struct {
	o   RewriteOptions
	buf []byte
}

// textStyle is how the links of a text are written.
type textStyle struct {
	html  bool
	ascii bool      // the encoding of the text has no other letters
	order byteOrder // of UTF-16, if the text is known to be that; else nil
}

// text rewrites one text and returns how many links it replaced.
func (w *rewriter) text(dst io.Writer, src io.Reader, style textStyle) (replaced int, err error) {
	if w.o.Redact {
		return w.redactText(dst, src, style, false)
	}
	buf := w.buf
	var (
		n, done int  // what buf holds, and how much of it is written
		offset  int  // of buf in the text
		whole   bool // buf holds the end of the text
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
		if offset == 0 && done == 0 {
			if style.order == nil {
				style.order = utf16Order(buf[:min(n, utf16Sign)])
			}
			if style.order != nil {
				return w.utf16Text(dst, io.MultiReader(bytes.NewReader(bytes.Clone(buf[:n])), src), style)
			}
		}
		for at := done; ; {
			m, next, ok := findNext(buf[:n], at, whole, style.html)
			if !ok {
				if _, err := dst.Write(buf[done:next]); err != nil {
					return replaced, err
				}
				done = next
				break
			}
			at = next
			link, end, ok := w.replace(m, buf[:n], style)
			w.report(m, offset)
			if !ok {
				continue
			}
			replaced++
			if _, err := dst.Write(buf[done:m.Start]); err != nil {
				return replaced, err
			}
			if _, err := dst.Write(link); err != nil {
				return replaced, err
			}
			done = end
			at = max(at, end)
		}
		if whole {
			return replaced, nil
		}
		// Keep what stands in front of the next link: it may be its tag.
		drop := max(0, done-maxTag)
		copy(buf, buf[drop:n])
		offset += drop
		n, done = n-drop, done-drop
	}
}

// report reports a link of a part of the text that starts at offset.
func (w *rewriter) report(m match, offset int) {
	if w.o.Report != nil {
		m.Start += offset
		m.End += offset
		w.o.Report(m.Found)
	}
}

// replace returns what to write in the place of a link, and where the text goes on behind
// it. It reports false if the link stays.
func (w *rewriter) replace(m match, text []byte, style textStyle) (link []byte, end int, ok bool) {
	if m.Err != nil || m.Cut {
		return nil, 0, false
	}
	return m.quote(m.target(), style), m.End, true
}

// quote writes a link so that it stays one link in the place of m.
func (m match) quote(link string, style textStyle) []byte {
	entities := m.html && (m.escaped || style.html && !strings.Contains(m.Chain.Input, "&"))
	b := make([]byte, 0, len(link)+len(link)/4)
	for i := range len(link) {
		switch c := link[i]; {
		case endsLink(c) || c == '`' || m.html && c == '\'' || style.ascii && c >= 0x80:
			b = appendEscape(b, c)
		case c == '&' && entities:
			b = append(b, "&amp;"...)
		default:
			b = append(b, c)
		}
	}
	return b
}
