package tables

import (
	"strings"
	"sync"
)

// String returns the column's name in Microsoft's spelling, "" for colNone.
func (c column) String() string {
	if c == colNone || c >= numColumns {
		return ""
	}
	return columnNames[c][0]
}

// columnIndex has the columns by their names, in the spelling of columnNames and in lower
// case.
var columnIndex = sync.OnceValue(func() map[string]column {
	index := make(map[string]column)
	for c, names := range columnNames {
		for _, name := range names {
			index[name] = column(c)
			index[columnKey(name)] = column(c)
		}
	}
	return index
})

// maxColumnName bounds the names that are looked up. All of columnNames are shorter.
const maxColumnName = 64

var withoutSpace = strings.NewReplacer(" ", "", "\t", "")

// columnKey returns a name without what does not matter in it.
func columnKey(name string) string { return strings.ToLower(withoutSpace.Replace(name)) }

// rowPaths are the keys of a row in an event of a log, whose columns have names such as
// properties.Url or data.office365.UserId where the log is exported flat.
var rowPaths = [...]string{"properties.", "_source.", "office365.", "audit.", "result.", "event_data."}

// withoutPath returns a name without the keys in front of it.
func withoutPath(name string) string {
	for _, path := range rowPaths {
		if i := strings.LastIndex(name, path); i == 0 || i > 0 && name[i-1] == '.' {
			name = name[i+len(path):]
		}
	}
	return name
}

// columnOf returns the column that a header or key names, colNone if it is not read. Case,
// spaces and underscores are ignored, and so are the keys of rowPaths, the zone of the Log
// Analytics portal, " [UTC]", and of the Entra portal, " (UTC)", and the type suffix of a
// custom table (Url_s, NetworkMessageId_g).
func columnOf(name string) column {
	index := columnIndex()
	if c, ok := index[name]; ok {
		return c
	}
	name, _, _ = strings.Cut(name, "[")
	if len(name) > 2*maxColumnName {
		return colNone
	}
	if name = withoutPath(name); len(name) > maxColumnName {
		return colNone
	}
	name = strings.TrimSuffix(columnKey(name), "(utc)")
	if c, ok := index[name]; ok {
		return c
	}
	for _, suffix := range [...]string{"_s", "_g", "_b", "_t", "_d"} {
		if bare, ok := strings.CutSuffix(name, suffix); ok {
			if c, ok := index[bare]; ok {
				return c
			}
		}
	}
	return index[strings.ReplaceAll(name, "_", "")]
}
