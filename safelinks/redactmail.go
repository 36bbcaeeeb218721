package safelinks

import (
	"bytes"
	"io"
	"mime"
	"strconv"
	"strings"
)

// What a redacted mail keeps: the fields that say how to read it, when it was sent and which
// way it took, and its text without what [Redact] removes.

// keptFields are the header fields that keep their redacted value. All others name people
// or hold ids and signatures.
var keptFields = makeSet(
	"mime-version", "content-transfer-encoding", "content-language", "date", "received", "subject", "importance", "precedence",
	"auto-submitted", "list-unsubscribe", "list-unsubscribe-post", "x-mailer", "user-agent",
)

// keptParams are the parameters of Content-Type and Content-Disposition that stay.
var keptParams = makeSet("charset", "format", "delsp", "type", "report-type", "method")

// redactHeader returns the header of a message or part without personal data.
func (m *mailRewriter) redactHeader(head []byte) []byte {
	eol := lineEnd(head)
	var out bytes.Buffer
	for first := true; len(head) > 0; first = false {
		field := head[:fieldLen(head)]
		head = head[len(field):]
		if first && bytes.HasPrefix(field, []byte("From ")) {
			out.WriteString("From " + redacted + eol) // of mbox
			continue
		}
		name, value, ok := strings.Cut(string(field), ":")
		if !ok || !isFieldName([]byte(name)) {
			out.WriteString(redacted + eol) // damaged
			continue
		}
		out.WriteString(redactName(name) + ": " + m.redactValue(strings.ToLower(name), value) + eol)
	}
	return out.Bytes()
}

// fieldLen returns the length of the first header field, with the lines in which it goes
// on.
func fieldLen(head []byte) int {
	for i := 0; ; {
		n := bytes.IndexByte(head[i:], '\n')
		if n < 0 {
			return len(head)
		}
		i += n + 1
		if i == len(head) || head[i] != ' ' && head[i] != '\t' {
			return i
		}
	}
}

// redactName removes the name of a field that somebody made up.
func redactName(name string) string {
	if Redact(name) != name {
		return redacted
	}
	return name
}

// redactValue returns the value of a field, in one line.
func (m *mailRewriter) redactValue(name, value string) string {
	value = strings.Join(strings.Fields(value), " ")
	switch {
	case name == "content-type" || name == "content-disposition":
		return m.redactType(value)
	case !keptFields[name]:
		return redacted
	}
	if text, err := new(mime.WordDecoder).DecodeHeader(value); err == nil && text != value {
		return mime.QEncoding.Encode("utf-8", Redact(text))
	}
	if strings.Contains(value, "=?") {
		return redacted // in letters that package mime does not know
	}
	return Redact(value)
}

// redactType returns a media type or disposition with the parameters that describe the
// form. The name of a boundary may be anything, so the parts get names of their own.
func (m *mailRewriter) redactType(value string) string {
	mediaType, params, err := mime.ParseMediaType(value)
	if err != nil && mediaType == "" {
		mediaType = beforeSemicolon(value)
	}
	kept := make(map[string]string)
	for name, value := range params {
		switch {
		case name == "boundary":
			m.parts++
			kept[name] = m.boundaryName()
		case keptParams[name]:
			kept[name] = redactWord(value)
		}
	}
	if text := mime.FormatMediaType(plainType(mediaType), kept); text != "" {
		return text
	}
	return redacted
}

// plainType returns a media type that names nobody.
func plainType(mediaType string) string {
	if strings.Count(mediaType, "/") > 1 || Redact(mediaType) != mediaType {
		return "application/octet-stream"
	}
	return mediaType
}

// boundaryName is the boundary of the multipart whose header was read last.
func (m *mailRewriter) boundaryName() string { return "part-" + strconv.Itoa(m.parts) }

// delimiter returns the line between parts. name is "" if the boundary keeps its name.
func (m *mailRewriter) delimiter(name string) []byte {
	if name == "" {
		return m.line
	}
	line := "--" + name
	if m.last {
		line += "--"
	}
	return []byte(line + lineEnd(m.line))
}

// redactBody redacts the body of a part that is no text. Of base64, nothing stays.
func (m *mailRewriter) redactBody(encoding string) error {
	switch encoding {
	case "base64":
		return m.dropBase64()
	case "quoted-printable":
		return m.quoted(textStyle{})
	}
	_, err := m.redactText(m.dst, m, textStyle{}, false)
	return err
}

// dropBase64 drops the rest of a body and writes a word in base64 instead.
func (m *mailRewriter) dropBase64() error {
	if _, err := io.Copy(io.Discard, onlyReader{m}); err != nil {
		return err
	}
	_, err := m.dst.WriteString(redactedBase64 + "\r\n")
	return err
}

const redactedBase64 = "cmVkYWN0ZWQ="
