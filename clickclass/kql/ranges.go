package kql

import (
	"bufio"
	"fmt"
	"io"

	"github.com/whoclicked/whoclicked/iprange"
)

// WriteRanges writes the ranges that a query of the form [Lists] reads, as CSV with the columns
// Prefix, Kind, People and Layer: IPv4 to w4, IPv6 to w6. Nil ranges are iprange.Default().
// The published lists make two files of about 6 MB.
func WriteRanges(w4, w6 io.Writer, ranges *iprange.Set) error {
	if ranges == nil {
		ranges = iprange.Default()
	}
	return writeRanges(w4, w6, coverOf(ranges))
}

// rangesHeader is the first line of a table of ranges.
const rangesHeader = "Prefix,Kind,People,Layer\n"

// writeRanges writes the blocks as CSV, those of IPv4 to w4 and those of IPv6 to w6, in their
// order. Layer is empty for the published lists that a verdict does not tell apart. No value
// needs quotes.
func writeRanges(w4, w6 io.Writer, blocks []block) error {
	v4, v6 := byFamily(blocks)
	if err := writeTable(w4, v4); err != nil {
		return fmt.Errorf("kql: write ranges: IPv4: %w", err)
	}
	if err := writeTable(w6, v6); err != nil {
		return fmt.Errorf("kql: write ranges: IPv6: %w", err)
	}
	return nil
}

func writeTable(w io.Writer, blocks []block) error {
	out := bufio.NewWriter(w)
	out.WriteString(rangesHeader) // Flush returns the first error
	for _, b := range blocks {
		fmt.Fprintf(out, "%s,%s,%s,%s\n", b.prefix, b.class.kind, b.class.people, b.class.layer)
	}
	return out.Flush()
}
