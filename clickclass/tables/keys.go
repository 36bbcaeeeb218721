package tables

import "strings"

// keyMemory remembers the keys of the last object. The objects of an export nearly always
// have the same keys in the same order, so comparing a key with the one that stood there
// before finds most columns. KEYCOST
type keyMemory struct {
	keys []knownKey
	next int // the key that is expected next
}

// knownKey is a key as it stands in an object.
type knownKey struct {
	text   string // with its quotes and colon; "" for a key that is too long to remember
	column column
}

const (
	maxKeys     = maxColumns        // that are remembered
	maxKeyBytes = 2 * maxColumnName // of one of them
)

// rewind expects the first key of an object.
func (m *keyMemory) rewind() { m.next = 0 }

// scan scans the key at s[i] and the colon after it. It returns the column that the key
// names and the index of the value.
func (m *keyMemory) scan(s string, i int) (col column, value int, err *syntaxError) {
	if m.next < len(m.keys) {
		if known := &m.keys[m.next]; known.text != "" && strings.HasPrefix(s[i:], known.text) {
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
	m.remember(s[i:value], col)
	return col, value, nil
}

// remember notes the key that stands at the place of the next one.
func (m *keyMemory) remember(text string, col column) {
	if len(text) > maxKeyBytes {
		text = ""
	}
	known := knownKey{strings.Clone(text), col} // a part of the row would keep the row
	switch {
	case m.next < len(m.keys):
		m.keys[m.next] = known
	case len(m.keys) < maxKeys:
		m.keys = append(m.keys, known)
	}
	m.next++
}
