package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
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

// ErrTooLarge means that a workbook unpacks to more than this package reads.
var ErrTooLarge = errors.New("xlsx: too large: save the sheet as CSV")

var errDamaged = errors.New("xlsx: damaged XML")

// check refuses a workbook that takes too much memory, and one with damaged XML: for
// excelize, that is the end of the sheet.
func check(archive *zip.Reader) error {
	var all, held uint64
	for _, part := range archive.File {
		size := part.UncompressedSize64
		if all += size; !hasTemporaryFile(part.Name) {
			held += size
		}
		if size > maxUnpacked || all > maxUnpacked || held > maxHeld {
			return ErrTooLarge
		}
	}
	for _, part := range archive.File {
		name := strings.ToLower(part.Name)
		if !strings.HasPrefix(name, "xl/") || !strings.HasSuffix(name, ".xml") {
			continue
		}
		if err := checkPart(part); err != nil {
			return fmt.Errorf("%w (%s)", err, part.FileInfo().Name())
		}
	}
	return nil
}

// hasTemporaryFile reports whether excelize writes a part to a temporary file if it is large.
func hasTemporaryFile(name string) bool {
	name = strings.ToLower(name)
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
			return ErrTooLarge
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
	return ErrTooLarge
}
