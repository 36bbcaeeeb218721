package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// export is a source whose table is known.
type export struct {
	source inputs.Source
	table  string
	mixed  bool // an export of clicks that has to be read for evidence as well

	// A source that can be opened only once stays open from when it was recognised.
	reader *tables.Reader
	closer io.Closer
}

// exports are the sources of one run.
type exports struct {
	clicks   []*export
	evidence []*export
	problems []error // sources that were left out
	strays   int     // of these, files in a folder that are no exports, which is no failure
	workers  int
	size     int64        // bytes to read from the disk; -1: not known
	read     atomic.Int64 // of these, bytes read
}

// openExports recognises every source.
func openExports(ctx context.Context, workers int, sources []inputs.Source) *exports {
	x := &exports{workers: workers}
	for _, s := range sources {
		if ctx.Err() != nil {
			break
		}
		e := &export{source: s}
		r, closer, err := x.open(e, nil)
		if err != nil {
			x.leaveOut(s, err)
			continue
		}
		e.table = r.Report().Table
		if s.Once && e.table != "" {
			e.reader, e.closer = r, closer
		} else {
			closer.Close()
		}
		if e.table == "" {
			x.leaveOut(s, &fileError{s.Name, errEmpty.Error(), errEmpty})
			continue
		}
		if isClickTable(e.table) {
			x.clicks = append(x.clicks, e)
		} else {
			x.evidence = append(x.evidence, e)
		}
		x.addSize(s)
	}
	x.findMixed()
	return x
}

// isClickTable reports whether the rows of a table are judged.
func isClickTable(table string) bool {
	switch table {
	case "UrlClickEvents", "SafeLinksReport":
		return true
	}
	return isAuditTable(table)
}

// isAuditTable reports whether a table holds clicks of the unified audit log.
func isAuditTable(table string) bool {
	switch table {
	case "TIUrlClickData", "AlertEntityGenerated", "AuditLog", "CloudAppEvents":
		return true
	}
	return false
}

func (x *exports) addSize(s inputs.Source) {
	if s.Size < 0 || x.size < 0 {
		x.size = -1
	} else {
		x.size += s.Size
	}
}

// maxMixed is how many rows of an export of clicks are searched for rows of other
// tables.
const maxMixed = 20_000

// findMixed finds the exports of clicks that are evidence as well: those of the audit
// log, beside clicks of UrlClickEvents, and streams that carry several tables. They are
// read twice, so that all evidence is known before the first click is judged. A source
// that can be opened only once cannot be.
func (x *exports) findMixed() {
	urlClickEvents := false
	for _, e := range x.clicks {
		urlClickEvents = urlClickEvents || e.table == "UrlClickEvents"
	}
	for _, e := range x.clicks {
		if e.source.Once {
			continue
		}
		if isAuditTable(e.table) && urlClickEvents || x.hasEvidence(e) {
			e.mixed = true
			x.addSize(e.source)
		}
	}
}

// hasEvidence reports whether rows of evidence stand among the first rows of an export.
func (x *exports) hasEvidence(e *export) bool {
	r, closer, err := x.open(e, nil)
	if err != nil {
		return false // told when the clicks are read
	}
	defer closer.Close()
	n := 0
	for row, err := range r.Rows() {
		if err == nil && row.Click == nil {
			return true
		}
		if n++; n == maxMixed {
			break
		}
	}
	return false
}

// withEvidence returns the exports that are read for evidence.
func (x *exports) withEvidence() []*export {
	list := append([]*export(nil), x.evidence...)
	for _, e := range x.clicks {
		if e.mixed {
			list = append(list, e)
		}
	}
	return list
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
		parts = append(parts, e.source.Name+" is "+e.table)
	}
	return strings.Join(parts, ", ")
}

// open starts to read an export from its beginning. Bytes taken from the disk are added
// to read, which may be nil.
func (x *exports) open(e *export, read *atomic.Int64) (*tables.Reader, io.Closer, error) {
	if e.reader != nil {
		r, closer := e.reader, e.closer
		e.reader, e.closer = nil, nil
		return r, closer, nil
	}
	content, err := e.source.Open(read)
	if err != nil {
		return nil, nil, err
	}
	r, err := tables.NewReader(e.source.Name, content, tables.Options{
		Omit:    []string{"UrlChain", "DetectionMethods"}, // long, and no output shows them
		Workers: x.workers,
	})
	if err != nil {
		content.Close()
		// The error has the prefix of the library and the file's name already.
		text := strings.TrimPrefix(err.Error(), "tables: read: "+e.source.Name+": ")
		return nil, nil, &fileError{e.source.Name, text, err}
	}
	return r, content, nil
}

// fileError is a problem with a file as a whole.
type fileError struct {
	file, text string
	err        error
}

func (e *fileError) Error() string { return e.file + ": " + e.text }
func (e *fileError) Unwrap() error { return e.err }
