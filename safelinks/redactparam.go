package safelinks

import (
	"bytes"
	"strings"
)

// Parameters, members of JSON and fields of HTTP whose values are removed.

// secretNames are the parameters of any site whose values are removed, beside those whose
// name has one of secretWords in it.
var secretNames = makeSet(
	"auth", "authkey", "authorization", "key", "code", "state", "sig", "sas", "passwd", "pwd", "pass", "sid", "ssid", "jwt", "otp", "nonce",
	"samlrequest", "samlresponse", "mail", "user", "username", "userid", "user_id", "login_hint", "upn", "rcpt", "tid", "csrf", "xsrf",
	"hmac", "assertion", "client_assertion", "code_verifier", "msgid", "messageid", "message_id", "umid",
	// of Safe Links, of the page of Teams and of Defender for Cloud Apps, also where the rest of the link is lost
	"sdata", "pc", "wau", "mcasctx", "mcastsid", "mcascsrf",
)

var secretWords = [...]string{"token", "secret", "password", "signature", "session", "cookie", "ticket", "email", "apikey", "api_key", "api-key", "recipient", "mailbox", "tenant", "credential"}

// isSecretName reports whether a parameter with the name, in lower case, holds a secret or
// names a person.
func isSecretName(name string) bool {
	if secretNames[name] {
		return true
	}
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// secretFields are fields of HTTP that hold secrets.
var secretFields = makeSet("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "dkim-signature")

func makeSet(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// param looks at the parameter of f that begins at i, and returns where to go on.
func (w *walker) param(i int, f *frame) int {
	text := w.v.text
	for i < len(text) && text[i] == ';' {
		i++
	}
	is := i
	for is < len(text) && is-i < maxName && isNameByte(text[is]) {
		is++
	}
	named := is < len(text) && text[is] == '='
	name := lowerName(text[i:is])
	if named {
		w.loosen(w.v.level(is))
		f = w.top()
	}
	if w.r.cookie || f.service == nil && f.outer == nil {
		return i
	}
	s := f.service
	if f.outer != nil && text[i-1] != '?' {
		s = f.outer // it may belong to either link
	}
	switch {
	case s == nil:
		return i
	case !named && (w.guessed || isOneOf(name, s.words)):
		return i
	case !named:
		end := w.valueEnd(i, f.level)
		w.r.mark(w.v, i, end, redacted)
		return end
	case isOneOf(name, s.keep) || isOneOf(name, s.params) || s.form != "" && name == "url":
		return is + 1
	}
	from := w.valueStart(is)
	end := w.valueEnd(from, w.v.level(is))
	if value := text[from:end]; len(value) > 3 || !allDigits(string(value)) {
		w.r.mark(w.v, from, end, redacted)
	}
	return end
}

// maxName is longer than the names of parameters that are looked at.
const maxName = 64

func isNameByte(c byte) bool {
	return isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == '@'
}

// valueStart returns where the value begins behind the '=' text[is]. In quoted-printable text
// that is not known for it, the '=' is written as "=3D".
func (w *walker) valueStart(is int) int {
	rest := w.v.text[is+1:]
	if len(rest) > 2 && rest[0] == '3' && rest[1]|0x20 == 'd' {
		return is + len("=3D")
	}
	return is + 1
}

// valueEnd returns the end of the value that begins at i, of a parameter whose '=' was
// encoded level times.
func (w *walker) valueEnd(i int, level uint8) int {
	f := w.top()
	var loose uint8
	inPath := f != nil && f.around != nil
	if f != nil {
		loose = f.loose
	}
	text := w.v.text
	end := i
scan:
	for ; end < len(text); end++ {
		c := text[end]
		switch {
		case c == '&' && w.v.level(end) <= loose:
			break scan
		case w.v.level(end) > level:
		case c == '/' && inPath && loose > level:
			break scan // the path around the link goes on
		case c == '&' || c == '#' || endsLink(c) || c == '`':
			break scan
		case c == '_' && inPath && end+2 < len(text) && text[end+1] == '_' && (text[end+2] == ';' || text[end+2] == '_' && end+3 < len(text) && text[end+3] == '.'):
			break scan // the end of a target of Proofpoint or Check Point
		}
	}
	return w.trimEnd(i, end)
}

// trimEnd returns the end of text[i:end] without the punctuation of the text around a link.
func (w *walker) trimEnd(i, end int) int {
	text := w.v.text
	for end > i && w.v.level(end-1) == 0 && isPunctuation(text[end-1]) {
		end--
	}
	return end
}

func isPunctuation(c byte) bool {
	switch c {
	case '.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '|', '*':
		return true
	}
	return false
}

// named looks at the parameter whose '=' stands at i, by its name alone.
func (w *walker) named(i int) int {
	text := w.v.text
	from := i
	for from > 0 && i-from < maxName && isNameByte(text[from-1]) {
		from--
	}
	name := lowerName(text[from:i])
	if w.r.cookie {
		if !w.teams || name != "pc" {
			return i + 1
		}
	} else if !isSecretName(name) && !(name == "data" && w.isFields(i+1)) {
		return i + 1
	}
	from = w.valueStart(i)
	if c := byteAt(text, from); c == '"' || c == '\'' {
		return w.quoted(from)
	}
	end := w.valueEnd(from, w.v.level(i))
	if name == "data" {
		end = w.fieldsEnd(end)
	}
	w.r.mark(w.v, from, end, redacted)
	return end
}

// fieldsEnd returns the end of data= of a Safe Link whose value ends at i. Programs that
// break lines put blanks into it.
func (w *walker) fieldsEnd(i int) int {
	text := w.v.text
	for i < len(text) && text[i] == ' ' {
		end := i + 1
		for end < len(text) && !isBlank(text[end]) && text[end] != '&' {
			end++
		}
		if !bytes.ContainsAny(text[i:end], "|%") {
			break
		}
		i = end
	}
	return i
}

// isFields reports whether data= of a Safe Link begins at i: a version and a pipe.
func (w *walker) isFields(i int) bool {
	for n := 0; i < len(w.v.text) && n < 4; i, n = i+1, n+1 {
		if w.v.text[i] == '|' {
			return true
		}
	}
	return false
}

// member looks at the member of a JSON object whose ':' stands at i, by its name alone.
func (w *walker) member(i int) int {
	text := w.v.text
	from := i - 1
	for from > 0 && i-from < maxName && isNameByte(text[from-1]) {
		from--
	}
	if from == 0 || text[from-1] != '"' || !isSecretName(lowerName(text[from:i-1])) || w.r.cookie {
		return i + 1
	}
	for i++; i < len(text) && text[i] == ' '; i++ {
	}
	if i < len(text) && text[i] == '"' {
		return w.quoted(i)
	}
	return i
}

// field looks at the field of HTTP whose ':' stands at i, by its name alone. Its value is the
// rest of the line.
func (w *walker) field(i int) int {
	text := w.v.text
	if byteAt(text, i+1) != ' ' || w.r.cookie {
		return i + 1
	}
	from := i
	for from > 0 && i-from < maxName && isNameByte(text[from-1]) {
		from--
	}
	if !secretFields[lowerName(text[from:i])] {
		return i + 1
	}
	end := i + 2
	for end < len(text) && text[end] != '\r' && text[end] != '\n' {
		end++
	}
	w.r.mark(w.v, i+2, end, redacted)
	return end
}

// quoted removes what stands in the quotes that begin at i.
func (w *walker) quoted(i int) int {
	quote := w.v.text[i]
	end := i + 1
	for end < len(w.v.text) && w.v.text[end] != quote && w.v.text[end] != '\n' {
		end++
	}
	w.r.mark(w.v, i+1, end, redacted)
	return end
}
