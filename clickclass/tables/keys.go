package tables

import "strings"

// keyMemory remembers the keys of the last object. The objects of an export nearly always
// have the same keys in the same order, so comparing a key with the one that stood there
// before finds most columns.
type keyMemory struct {
	keys []knownKey
	next int // the key that is expected next
}

// knownKey is a key with its quotes and colon.
type knownKey struct {
	text   string
	column column
}

// maxKeys bounds the keys that are remembered.
const maxKeys = maxColumns

// rewind expects the first key of an object.
func (m *keyMemory) rewind() { m.next = 0 }

// scan scans the key at s[i] and the colon after it. It returns the column that the key
// names and the index of the value.
func (m *keyMemory) scan(s string, i int) (col column, value int, err *syntaxError) {
	if m.next < len(m.keys) {
		if known := &m.keys[m.next]; strings.HasPrefix(s[i:], known.text) {
			m.next++
			return known.column, skipSpace(s, i+len(known.text)), nil
		}
	}
	key, value, err := scanKey(s, i)
	if err != nil {
		return colNone, i, err
	}
	if key.escaped {
		key.text = string(appendUnescaped(nil, key.text))
	}
	col = columnOf(key.text)
	m.remember(strings.Clone(s[i:value]), col)
	return col, value, nil
}

func (m *keyMemory) remember(text string, col column) {
	switch {
	case m.next < len(m.keys):
		m.keys[m.next] = knownKey{text, col}
	case len(m.keys) < maxKeys:
		m.keys = append(m.keys, knownKey{text, col})
	}
	m.next++
}
