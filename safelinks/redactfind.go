package safelinks

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// What is personal or secret by its looks, wherever it stands.

// maxLocalPart is longer than the part of a mail address in front of the at sign, which has
// 64 bytes by RFC 5321.
const maxLocalPart = 128

// findAddresses marks mail addresses. userinfo are at signs that are none.
func (r *redactor) findAddresses(v *view, userinfo []int) {
	done := 0
	for i := 0; ; i++ {
		n := bytes.IndexByte(v.text[i:], '@')
		if n < 0 {
			return
		}
		i += n
		if _, skip := slices.BinarySearch(userinfo, i); skip {
			done = i + 1
			continue
		}
		from := localPart(v.text, done, i)
		to := addressEnd(v.text, i+1)
		if from == i && bytes.IndexByte(v.text[i:to], '.') < 0 {
			continue // "@media", or a blank on both sides
		}
		r.mark(v, from, to, redacted)
		done = to
		i = to - 1
	}
}

// localPart returns where the local part of an address begins whose at sign is text[at]. It
// begins no earlier than first.
func localPart(text []byte, first, at int) int {
	first = max(first, at-maxLocalPart)
	if at > first && text[at-1] == '"' {
		if i := bytes.LastIndexByte(text[first:at-1], '"'); i >= 0 {
			return first + i
		}
	}
	from := at
	for from > first && isLocalPart(text[from-1]) {
		from--
	}
	// The sender of a mailing list names the recipient: "list+alex=contoso.example@…".
	if from-1 > first && text[from-1] == '=' && bytes.IndexByte(text[from:at], '.') >= 0 {
		name := from - 1
		for name > first && isLocalPart(text[name-1]) && text[name-1] != '#' {
			name--
		}
		if name == 0 || bytes.IndexByte([]byte("?&;#"), text[name-1]) < 0 {
			return name
		}
	}
	return from
}

// addressEnd returns the end of the host of an address that begins at i.
func addressEnd(text []byte, i int) int {
	end := i
	for ; end < len(text); end++ {
		c := text[end]
		if c == '_' && end > i && end+1 < len(text) && isLetterOrDigit(text[end-1]) && isLetterOrDigit(text[end+1]) {
			continue
		}
		if !isLetterOrDigit(c) && c != '-' && c != '.' && c != '@' && c < utf8.RuneSelf {
			break
		}
	}
	for end > i && (text[end-1] == '.' || text[end-1] == '-') {
		end--
	}
	return end
}

func isLocalPart(c byte) bool {
	return isLetterOrDigit(c) || c >= utf8.RuneSelf || bytes.IndexByte([]byte(".!#$%*+-^_`{|}~'"), c) >= 0
}

const (
	guidLen = 36
	// idDigits is the number of hexadecimal digits of a GUID without dashes. No shorter
	// number is an id of a tenant or a message.
	idDigits = 32
)

// findIDs marks GUIDs and other long hexadecimal numbers.
func (r *redactor) findIDs(v *view) {
	run := 0 // hexadecimal digits in front of i
	for i := 0; i <= len(v.text); i++ {
		if i < len(v.text) {
			if _, ok := unhex(v.text[i]); ok {
				run++
				continue
			}
		}
		switch {
		case run >= idDigits:
			r.mark(v, i-run, i, redacted)
		case run >= 8 && i < len(v.text) && v.text[i] == '-' && i-8+guidLen <= len(v.text):
			if _, ok := parseGUID(string(v.text[i-8 : i-8+guidLen])); ok {
				r.mark(v, i-8, i-8+guidLen, redacted)
			}
		}
		run = 0
	}
}

// findTenants marks the names of tenants: what stands in front of ".onmicrosoft.".
func (r *redactor) findTenants(v *view) {
	domain := []byte(".onmicrosoft.")
	for i := 0; ; {
		n := bytes.Index(v.text[i:], domain)
		if n < 0 {
			return
		}
		end := i + n
		from := end
		for from > i && (isLetterOrDigit(v.text[from-1]) || v.text[from-1] == '-') {
			from--
		}
		r.mark(v, from, end, redacted)
		i = end + len(domain)
	}
}

// findTails marks the tokens that Proofpoint and Check Point write behind a target in the
// path: ";…!!token$" and "___.token".
func (r *redactor) findTails(v *view) {
	for i := 0; i < len(v.text); i++ {
		from, ends := 0, ""
		switch {
		case v.text[i] == '_' && bytes.HasPrefix(v.text[i:], []byte("___.")):
			from, ends = i+len("___."), "?#&/$"
		case v.text[i] == '_' && bytes.HasPrefix(v.text[i:], []byte("__.")) && bytes.HasSuffix(v.text[:i], []byte(redacted)):
			from, ends = i+len("__."), "?#&/$" // the third was taken for base64
		case v.text[i] == ';':
			from, ends = r.tableEnd(v, i+1), "$"
		}
		if from > 0 {
			end := tailEnd(v.text, from, ends)
			r.mark(v, from, end, redacted)
			i = end - 1
		}
	}
}

// tableEnd returns where the token of Proofpoint begins, if base64 of a table begins at i and
// exclamation marks follow, and otherwise 0. The table is needed to read the target.
func (r *redactor) tableEnd(v *view, i int) int {
	end := i
	for end < len(v.text) && end-i < maxTable && isBase64(v.text[end]) {
		end++
	}
	token := end
	for token < len(v.text) && v.text[token] == '!' {
		token++
	}
	near := v.text[:min(len(v.text), token+maxTail)]
	if token == end || token == end+1 && byteAt(near, tailEnd(near, token, "$")) != '$' {
		return 0
	}
	if end == i {
		return token
	}
	r.keep(v, i, end)
	if table, _ := decodeBase64(string(v.text[i:end])); strings.ContainsAny(table, "@;") {
		r.markTarget(v, i-len("__;"))
	}
	return token
}

// markTarget marks what follows the host in a target of Proofpoint that ends at i. A star in
// it may be an at sign, or the end of an entity for one.
func (r *redactor) markTarget(v *view, i int) {
	const longest = 8 << 10
	first := max(0, i-longest)
	if i <= first {
		return
	}
	from := first
	if n := bytes.LastIndex(v.text[first:i], []byte("/__")); n >= 0 {
		from += n + len("/__")
	}
	if n := bytes.Index(v.text[from:i], []byte("//")); n >= 0 {
		host := from + n + len("//")
		from = host
		for from < i && isHostByte(v.text[from]) {
			from++
		}
		if c := byteAt(v.text, from); c == '/' || c == '?' {
			from++
		} else {
			from = host // what stands there may not be the host
		}
	}
	r.mark(v, from, i, redacted)
}

func isHostByte(c byte) bool { return isLetterOrDigit(c) || c == '-' || c == '.' || c == ':' }

const (
	// maxTable is longer than the tables of unusual bytes in links of Proofpoint.
	maxTable = 4096
	// maxTail is longer than what follows the table.
	maxTail = 512
)

func tailEnd(text []byte, i int, ends string) int {
	for i < len(text) && !endsLink(text[i]) && bytes.IndexByte([]byte(ends), text[i]) < 0 {
		i++
	}
	return i
}
