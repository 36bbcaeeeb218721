package safelinks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// object writes a JSON object, member by member.
type object struct {
	b   bytes.Buffer
	err error
}

// add adds a member.
func (o *object) add(name string, v any) {
	quoted, _ := marshalJSON(name)
	value, err := marshalJSON(v)
	if o.err == nil {
		o.err = err
	}
	if o.b.Len() > 0 {
		o.b.WriteByte(',')
	}
	o.b.Write(quoted)
	o.b.WriteByte(':')
	o.b.Write(value)
}

// text adds a string, unless it is empty.
func (o *object) text(name, value string) {
	if value != "" {
		o.add(name, value)
	}
}

// object adds a field that holds a JSON object, unless it is empty. A text that would
// not come back unchanged becomes name + "_text", and raw is text that could not be
// decoded.
func (o *object) object(name, text, raw string) {
	if isEmbeddable(text) {
		o.add(name, json.RawMessage(text))
	} else {
		o.text(name+"_text", text)
	}
	o.text(name+"_raw", raw)
	if raw != "" || text != "" && !json.Valid([]byte(text)) {
		o.add(name+"_undecodable", true)
	}
}

// isEmbeddable reports whether s is a JSON object that comes back unchanged when it was
// part of other JSON.
func isEmbeddable(s string) bool {
	var compact, escaped bytes.Buffer
	if !isBraced(s) || !utf8.ValidString(s) || json.Compact(&compact, []byte(s)) != nil {
		return false
	}
	json.HTMLEscape(&escaped, compact.Bytes())
	return escaped.String() == s
}

// rest adds strings in the order of their names.
func (o *object) rest(m map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o.text(name, m[name])
	}
}

// end returns the object.
func (o *object) end() ([]byte, error) {
	return append(append([]byte{'{'}, o.b.Bytes()...), '}'), o.err
}

// members are the members of a JSON object that nobody took yet.
type members struct {
	what string // in errors
	all  map[string]json.RawMessage
	err  error // the first error
}

func readMembers(what string, b []byte) (*members, error) {
	m := &members{what: what}
	if err := json.Unmarshal(b, &m.all); err != nil {
		return nil, fmt.Errorf("safelinks: read %s: %w", what, err)
	}
	return m, nil
}

// take unmarshals a member into v, if the object has it, and removes it.
func (m *members) take(name string, v any) {
	b, ok := m.all[name]
	delete(m.all, name)
	if !ok {
		return
	}
	if err := json.Unmarshal(b, v); err != nil && m.err == nil {
		m.err = fmt.Errorf("safelinks: read %s: member %q: %w", m.what, name, err)
	}
}

// takeText returns a string, or the text of another value, and removes it. The text of
// null is empty.
func (m *members) takeText(name string) string {
	b, ok := m.all[name]
	if !ok || string(b) == "null" {
		delete(m.all, name)
		return ""
	}
	if b[0] == '"' {
		var text string
		m.take(name, &text)
		return text
	}
	delete(m.all, name)
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil && m.err == nil {
		m.err = err // never: the object was read as a whole
	}
	return compact.String()
}

// rest removes all members and returns the texts of those that are not empty.
func (m *members) rest() map[string]string {
	var texts map[string]string
	for name := range m.all {
		if text := m.takeText(name); text != "" {
			if texts == nil {
				texts = make(map[string]string)
			}
			texts[name] = text
		}
	}
	return texts
}
