package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// export is a source whose tables are known.
type export struct {
	source inputs.Source
	table  string           // of the first row, or of the header if there are no rows
	tables map[string]int64 // rows of each table

	remarks []string // what the user should know of evidence that was read, if there are clicks

	// A source that can be opened only once: the rows that were held while it was searched
	// for evidence, and the reader of those that come after.
	held   held
	reader *tables.Reader
	closer io.Closer
}

// exports are the sources of one run.
type exports struct {
	clicks   []*export
	evidence []*export // those without clicks
	problems []error   // sources that were left out
	strays   int       // of these, files in a folder that are no exports, which is no failure
	workers  int
	size     int64        // bytes to read from the disk, in both passes; -1: not known
	read     atomic.Int64 // of these, bytes read
}

// clickTables are the tables whose rows are judged. The clicks of those of the audit log are
// evidence about those of UrlClickEvents as well.
var clickTables = []string{"UrlClickEvents", "SafeLinksReport", "TIUrlClickData", "AlertEntityGenerated", "AuditLog", "CloudAppEvents", "SecurityAlert"}

func (e *export) hasClicks() bool {
	return slices.ContainsFunc(clickTables, func(table string) bool {
		return e.tables[table] > 0 || len(e.tables) == 0 && e.table == table
	})
}

// describe names the tables, the one with the most rows first.
func (e *export) describe() string {
	if len(e.tables) == 0 {
		return e.table
	}
	names := slices.Sorted(maps.Keys(e.tables))
	slices.SortStableFunc(names, func(a, b string) int { return int(e.tables[b] - e.tables[a]) })
	return strings.Join(names, ", ")
}

func (x *exports) addSize(s inputs.Source) {
	if s.Size < 0 || x.size < 0 {
		x.size = -1
	} else {
		x.size += 2 * s.Size
	}
}

// describeEvidence names the evidence files, for a run that has nothing else.
func (x *exports) describeEvidence() string {
	const most = 3
	var parts []string
	for i, e := range x.evidence {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d more", len(x.evidence)-most))
			break
		}
		parts = append(parts, e.source.Name+" is "+e.describe())
	}
	return strings.Join(parts, ", ")
}

// open starts to read an export from its beginning. Bytes taken from the disk are added
// to read, which may be nil.
func (x *exports) open(e *export, evidenceOnly bool, read *atomic.Int64) (*tables.Reader, io.Closer, error) {
	content, err := e.source.Open(read)
	if err != nil {
		return nil, nil, err
	}
	r, err := tables.NewReader(e.source.Name, content, tables.Options{
		Omit:         []string{"UrlChain", "DetectionMethods"}, // long, and no output shows them
		Workers:      x.workers,
		EvidenceOnly: evidenceOnly,
	})
	if err != nil {
		content.Close()
		return nil, nil, newFileError(e.source.Name, err)
	}
	return r, content, nil
}

// fileError is a problem with a file as a whole.
type fileError struct {
	file, text string
	err        error
}

// newFileError returns the form of an error that has the prefix of the library and the
// file's name already.
func newFileError(file string, err error) *fileError {
	return &fileError{file, strings.TrimPrefix(err.Error(), "tables: read: "+file+": "), err}
}

func (e *fileError) Error() string { return e.file + ": " + e.text }
func (e *fileError) Unwrap() error { return e.err }
