package safelinks

import (
	"bytes"
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

// detectLen is how much of a text the format is detected from, in bytes.
const detectLen = 4 << 10

// detectFormat returns the format of a text by its beginning.
func detectFormat(head []byte) Format {
	head = head[:min(len(head), detectLen)]
	switch {
	case isMail(head):
		return FormatMail
	case isQuoted(head):
		return FormatQuoted
	case isHTML(head):
		return FormatHTML
	}
	return FormatPlain
}

// isHTML reports whether a text begins with a tag and has one that only HTML has.
func isHTML(head []byte) bool {
	s := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"))
	if len(s) < 3 || s[0] != '<' || s[1] != '!' && (s[1] < 'a' || s[1] > 'z') {
		return false
	}
	for _, sign := range [...]string{"<!doctype html", "<html", "<head", "<body", "</", "href="} {
		if bytes.Contains(s, []byte(sign)) {
			return true
		}
	}
	return false
}

// isQuoted reports whether a text is quoted-printable: it has soft line breaks, and
// wrapped links whose equals signs are encoded.
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

// isMail reports whether a text begins with the header of a message: nothing but fields
// up to the first empty line, and among them one that only a message has.
func isMail(head []byte) bool {
	sure := false
	for first := true; len(head) > 0; first = false {
		line, rest, ended := bytes.Cut(head, []byte("\n"))
		head = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		switch {
		case len(line) == 0:
			return sure
		case first && bytes.HasPrefix(line, []byte("From ")):
			continue // of mbox
		case line[0] == ' ' || line[0] == '\t':
			if first {
				return false
			}
			continue // the field goes on
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return sure && !ended // the name may go on behind the part that is looked at
		}
		if !isFieldName(name) {
			return false
		}
		switch strings.ToLower(string(name)) {
		case "mime-version", "received", "message-id", "return-path", "delivered-to", "content-type", "content-transfer-encoding", "x-mailer":
			sure = true
		}
	}
	return sure
}

// isFieldName reports whether a header field can have the name.
func isFieldName(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}
