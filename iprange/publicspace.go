package iprange

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
)

// PublicSpace is one "Microsoft Public IP Space" document: the address blocks
// that Microsoft calls its own.
type PublicSpace struct {
	Date     time.Time // from where the file was published; the document has none
	Prefixes []netip.Prefix
	Skipped  []*RowError // lines that could not be read, by line number
}

// ReadPublicSpace reads the published CSV, with or without its header, with
// either line end. Empty lines are passed over.
//
// A document without any prefix gives an error that wraps [ErrNotList] or
// [ErrTooLarge]; a broken line is left out and listed in Skipped. Up to 16 MiB
// are read.
func ReadPublicSpace(r io.Reader) (*PublicSpace, error) {
	data, err := readAll(r, maxDocument)
	if err != nil {
		return nil, fmt.Errorf("iprange: read public space: %w", err)
	}
	p := &PublicSpace{}
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
			if len(p.Prefixes) == 0 && len(p.Skipped) > 100 {
				break // surely no such list; do not keep a row for each line
			}
			p.Skipped = append(p.Skipped, &RowError{row, "Prefix", err})
			continue
		}
		p.Prefixes = append(p.Prefixes, prefix)
	}
	if len(p.Prefixes) == 0 {
		return nil, fmt.Errorf("iprange: read public space: %w: no prefix", ErrNotList)
	}
	return p, nil
}

func (p *PublicSpace) versions() []version {
	is := statementText{
		service: "Microsoft", kind: KindMicrosoft, people: PeoplePossible,
		source: "Microsoft Public IP Space names the owner only",
	}
	k := listKey{layer: LayerMicrosoft, name: "public ip space"}
	return []version{{k, dayOf(p.Date), []claim{{is: is, prefixes: p.Prefixes}}}}
}
