package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// The limits of what excelize is given. It holds all parts in memory but sheets and shared
// strings, which go to temporary files if they are large, and reads these a row or a string
// at a time. Excel allows 1,048,576 rows and 32,767 characters in a cell.
const (
	maxUnpacked = 1 << 30  // bytes of all parts
	maxHeld     = 64 << 20 // bytes of those that are never in temporary files
	maxPart     = 16 << 20 // bytes of a part that is not in a temporary file
	maxElement  = 8 << 20  // bytes of a row, of a shared string, or of a tag outside them
	maxElements = 4 << 20  // rows or shared strings of a part
	maxDepth    = 100      // of elements in elements
)

var (
	errTooLarge = errors.New("xlsx: too large: save the sheet as CSV")
	errDamaged  = errors.New("xlsx: damaged XML")
	errTwice    = errors.New("xlsx: two parts of one name") // one of the temporary files would stay
)

// check refuses a workbook that takes too much memory, and one with damaged XML: for
// excelize, that is the end of the sheet.
func check(archive *zip.Reader) error {
	var all, held uint64
	seen := make(map[string]bool, len(archive.File))
	for _, part := range archive.File {
		name, size := partName(part), part.UncompressedSize64
		if all += size; !hasTemporaryFile(name) {
			held += size
		}
		if size > maxUnpacked || all > maxUnpacked || held > maxHeld {
			return errTooLarge
		}
		if seen[name] {
			return errTwice
		}
		seen[name] = true
	}
	for _, part := range archive.File {
		name := partName(part)
		if !strings.HasPrefix(name, "xl/") || !strings.HasSuffix(name, ".xml") {
			continue
		}
		if err := checkPart(part); err != nil {
			return fmt.Errorf("%w (%s)", err, path.Base(name))
		}
	}
	return nil
}

// partName returns the name of a part as excelize compares it.
func partName(part *zip.File) string {
	return strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
}

// hasTemporaryFile reports whether excelize writes a part to a temporary file if it is large.
func hasTemporaryFile(name string) bool {
	return strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
}

func checkPart(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	limited := &io.LimitedReader{R: r}
	decoder := xml.NewDecoder(limited)
	depth, within, elements := 0, 0, 0 // within: the depth of the row or string, or 0
	for depth <= maxDepth && elements <= maxElements {
		if within == 0 {
			limited.N = maxElement
		}
		token, err := decoder.Token()
		switch {
		case err == io.EOF:
			return nil
		case err != nil && limited.N <= 0:
			return errTooLarge
		case err != nil:
			return errDamaged
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			if within == 0 && (token.Name.Local == "row" || token.Name.Local == "si") {
				within = depth
				elements++
			}
		case xml.EndElement:
			if depth == within {
				within = 0
			}
			depth--
		}
	}
	return errTooLarge
}
