package safelinks

import (
	"bytes"
	"cmp"
	"slices"
)

// redacted stands where something was removed.
const redacted = "redacted"

// Redact returns a form of a link, or of any text, without what names a person, a tenant
// or a message and without secrets. What remains shows services, hosts and paths, and a
// redacted link decodes to the same host.
//
// It removes mail addresses, GUIDs and other long hexadecimal numbers, user-info, the
// values of parameters that are named like secrets, tokens by their looks, and what the
// wrappers of [Kinds] keep beside their target. It finds them behind percent-encoding, HTML
// entities, quoted-printable, the escapes of Proofpoint and Check Point, defanging, line
// breaks of mail programs and base64, also inside one another. Text that holds none of
// them stays as it is. A redacted text is not changed again.
//
// It cannot know a secret that looks like a word and stands under a name of its own, such
// as the name in "?guest=alex".
func Redact(raw string) string {
	if len(raw) > maxRedactText {
		return redactLong(raw)
	}
	out, _ := redactBytes([]byte(raw), false)
	return string(out)
}

// redactBytes redacts a text and reports whether anything was removed.
func redactBytes(text []byte, quoted bool) (out []byte, changed bool) {
	budget := redactWork * (len(text) + 1<<10)
	return redactor{text: text, quoted: quoted, budget: &budget}.run()
}

// maxRounds bounds how often a text is searched for what a removal brought to light. Real
// text needs two rounds, of which the second finds nothing.
const maxRounds = 8

// redactWork is how many bytes are read for a byte of a text, at most: a bound on text
// that was made to be decoded in many ways. Ordinary text needs about ten.
const redactWork = 200

// redactor finds what has to be removed from one text.
type redactor struct {
	text   []byte
	quoted bool // the text is quoted-printable
	cookie bool // remove nothing but the session cookies of Teams pages
	depth  int  // of base64 around the text
	budget *int // bytes that may still be read

	marks []mark
	plain []bool // by the byte of the text: base64 of text, which is no token
	read  []bool // by the byte of the text: base64 that was read
	whole []bool // by the byte of the text: base64 with slashes of its own
	tried map[span]bool
}

// mark is a part of the text that is replaced.
type mark struct {
	span
	with string
}

// run returns the text without what has to be removed.
func (r redactor) run() (out []byte, changed bool) {
	for range maxRounds {
		round := r
		round.search()
		next, more := round.replace()
		if !more {
			return r.text, changed
		}
		r.text, changed = next, true
	}
	return []byte(redacted), true
}

// search looks at every form of the text.
func (r *redactor) search() {
	r.forms(newView(r.text, r.quoted), r.quoted)
	if !r.quoted && isQuotedText(r.text) {
		r.forms(newView(r.text, true), true)
	}
}

// forms looks at a view, and at it behind the escapes of gateways, up to three of one kind
// in one another.
func (r *redactor) forms(v *view, quoted bool) {
	w := walker{r: r, v: v, guessed: quoted && !r.quoted}
	w.structure = !w.guessed || bytes.Contains(r.text, []byte("=3D")) || bytes.Contains(r.text, []byte("=3d"))
	r.look(&w)
	const deepest = 3
	type form struct {
		*view
		depth int
	}
	queue := []form{{v, 0}}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		for _, mark := range []byte("-*") {
			if next, ok := f.reveal(mark); ok {
				r.look(&walker{r: r, v: next})
				if f.depth+1 < deepest {
					queue = append(queue, form{next, f.depth + 1})
				}
			}
		}
	}
}

// look marks what a view shows.
func (r *redactor) look(w *walker) {
	v := w.v
	if *r.budget -= len(v.text); *r.budget < 0 {
		r.marks = append(r.marks, mark{span{0, len(r.text)}, redacted})
		return
	}
	w.walk()
	r.findBase64(v)
	if r.cookie {
		return
	}
	r.findTails(v)
	r.findAddresses(v, w.userinfo)
	r.findIDs(v)
	r.findTenants(v)
	r.findTokens(v, w.hosts)
}

// mark removes v.text[from:to].
func (r *redactor) mark(v *view, from, to int, with string) {
	if from < to {
		r.marks = append(r.marks, mark{v.source(from, to), with})
	}
}

// replace writes the text without what is marked. Marks that overlap or touch become one.
func (r *redactor) replace() (out []byte, changed bool) {
	if len(r.marks) == 0 {
		return r.text, false
	}
	slices.SortFunc(r.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	out = make([]byte, 0, len(r.text))
	done := 0
	for i := 0; i < len(r.marks); {
		m := r.marks[i]
		for i++; i < len(r.marks) && r.marks[i].from < m.to; i++ {
			next := r.marks[i]
			if next.to > m.to || next.with != m.with {
				m.with = redacted
			}
			m.to = max(m.to, next.to)
		}
		out = append(out, r.text[done:m.from]...)
		out = append(out, m.with...)
		done = m.to
	}
	out = append(out, r.text[done:]...)
	return out, !bytes.Equal(out, r.text)
}
