package iprange

import (
	"bytes"
	"fmt"
	"strings"
)

// readPublicSpace reads a "Microsoft Public IP Space" CSV, with or without its
// header, with either line end.
func (l *List) readPublicSpace(data []byte) error {
	l.Info = ListInfo{Name: "public ip space", Layer: LayerMicrosoft}
	c := entry{label: label{
		service: "Microsoft", kind: KindMicrosoft, people: PeoplePossible,
		source: "Microsoft Public IP Space names the owner only",
	}}
	row := 0
	for line := range bytes.Lines(data) {
		row++
		field, _, _ := strings.Cut(string(bytes.TrimSpace(line)), ",")
		field = strings.Trim(strings.TrimSpace(field), `"`)
		if field == "" || row == 1 && strings.EqualFold(field, "prefix") {
			continue
		}
		prefix, err := parsePrefix(field)
		if err != nil {
			if len(c.prefixes) == 0 && len(l.Skipped) > 100 {
				break // another kind of document; do not keep an error for every line
			}
			l.skip(row, "Prefix", err)
			continue
		}
		c.prefixes = append(c.prefixes, prefix)
	}
	if len(c.prefixes) == 0 {
		return fmt.Errorf("%w: no prefix", ErrFormat)
	}
	l.entries = []entry{c}
	return nil
}
