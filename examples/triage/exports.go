package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/examples/internal/pipeline"
)

// export is a source whose table and shape are known.
type export struct {
	source inputs.Source
	table  tables.Table
	// A source that can be read once stays open from when it was recognised.
	reader *tables.Reader
	closer io.Closer

	evidenceRead bool // the rows of other tables that its clicks are mixed with
	told         map[string]bool
}

// clickTable reports whether rows of a table are judged.
func clickTable(t tables.Table) bool {
	switch t {
	case tables.UrlClickEvents, tables.SafeLinksReport:
		return true
	}
	return auditTable(t)
}

// auditTable reports whether a table tells of clicks in the unified audit log.
func auditTable(t tables.Table) bool {
	switch t {
	case tables.TIUrlClickData, tables.AlertEntityGenerated, tables.AuditLog, tables.CloudAppEvents:
		return true
	}
	return false
}

// exports are the sources of one run.
type exports struct {
	clicks   []*export
	evidence []*export
	problems []error // sources that were left out
	strays   int     // of them, files beside exports in a folder, which is no failure
	size     int64   // bytes that are read from the disk; -1 when not known
	read     atomic.Int64
}

// openExports recognises every source.
func openExports(ctx context.Context, sources []inputs.Source) *exports {
	x := &exports{}
	for _, s := range sources {
		if ctx.Err() != nil {
			break
		}
		e := &export{source: s, told: map[string]bool{}}
		r, closer, err := e.open(nil)
		if err != nil {
			x.problems = append(x.problems, fmt.Errorf("left out: %w", err))
			if s.Found && (errors.Is(err, tables.ErrUnknownTable) || errors.Is(err, tables.ErrUnknownShape)) {
				x.strays++
			}
			continue
		}
		e.table = r.Table()
		if s.Once {
			e.reader, e.closer = r, closer
		} else {
			closer.Close()
		}
		if clickTable(e.table) {
			x.clicks = append(x.clicks, e)
		} else {
			x.evidence = append(x.evidence, e)
		}
		if s.Size < 0 || x.size < 0 {
			x.size = -1
		} else {
			x.size += s.Size
		}
	}
	return x
}

// open starts to read the export from its beginning.
func (e *export) open(read *atomic.Int64) (*tables.Reader, io.Closer, error) {
	if e.reader != nil {
		r, closer := e.reader, e.closer
		e.reader, e.closer = nil, nil
		return r, closer, nil
	}
	content, err := e.source.Open(read)
	if err != nil {
		return nil, nil, err
	}
	r, err := tables.NewReader(e.source.Name, content)
	if err != nil {
		content.Close()
		// The error names the file already, in the grammar of a library.
		text := strings.TrimPrefix(err.Error(), "tables: read: "+e.source.Name+": ")
		return nil, nil, &fileError{e.source.Name, text, err}
	}
	r.LeaveOut("UrlChain", "DetectionMethods") // long, and nothing here tells them
	return r, content, nil
}

// fileError is a problem with a file as a whole.
type fileError struct {
	file, text string
	err        error
}

func (e *fileError) Error() string { return e.file + ": " + e.text }
func (e *fileError) Unwrap() error { return e.err }

// remarks are what a person should know of an export that was read: each is
// told once.
func (e *export) remarks(r *tables.Reader) []string {
	var out []string
	tell := func(text string) {
		if !e.told[text] {
			e.told[text] = true
			out = append(out, e.source.Name+": "+text)
		}
	}
	if missing := r.Missing(); len(missing) > 0 {
		tell(fmt.Sprintf("%s without %s", e.table, strings.Join(missing, ", ")))
	}
	for _, w := range r.Warnings() {
		tell(w)
	}
	return out
}

// maxMixed is how much of an export of clicks is looked through for rows of
// other tables before the clicks are judged.
const maxMixed = 4 << 20

// part is a run of rows on its way through a pipeline.
type part struct {
	export *export
	reader *tables.Reader
	chunk  tables.Chunk
	maker  *clickclass.Rows // of the rows
	rows   []clickclass.Row // once parsed
	failed []pendingError   // rows among them that could not be read, each after so many
	err    error            // reading the export broke here; row is where
	row    int
	last   bool // the export ends here
}

// chunks yields the parts of the exports, one after the other.
func chunks(list []*export, read *atomic.Int64) (next func() (any, bool, error), stop func()) {
	var current func() (tables.Chunk, error, bool)
	var stopCurrent func()
	var closer io.Closer
	var p part
	i, row := -1, 0
	finish := func() {
		if current != nil {
			stopCurrent()
			closer.Close()
			current = nil
		}
	}
	return func() (any, bool, error) {
		for current == nil {
			i++
			if i >= len(list) {
				return nil, false, nil
			}
			e := list[i]
			r, c, err := e.open(read)
			if err != nil {
				return &part{export: e, err: err, row: 1, last: true}, true, nil
			}
			p, row, closer = part{export: e, reader: r}, 1, c
			current, stopCurrent = iter.Pull2(r.Chunks())
		}
		chunk, err, ok := current()
		next := p
		switch {
		case !ok:
			finish()
			next.last = true
		case err != nil:
			finish()
			next.err, next.row, next.last = err, row, true
		default:
			next.chunk = chunk
			row = chunk.First + chunk.Rows()
		}
		return &next, true, nil
	}, finish
}

// readEvidence puts every row of the evidence tables into the store, and those
// rows of click tables that are evidence for other clicks.
func (x *exports) readEvidence(ctx context.Context, workers int, store *clickclass.Store, remark func(string)) (badRows int, err error) {
	list := slices.Clone(x.evidence)
	clicks := false
	for _, e := range x.clicks {
		clicks = clicks || e.table == tables.UrlClickEvents
	}
	for _, e := range x.clicks {
		if e.source.Once {
			continue
		}
		if auditTable(e.table) && clicks || e.mixed() {
			e.evidenceRead = true
			list = append(list, e)
			if x.size >= 0 {
				x.size += e.source.Size
			}
		}
	}
	next, stop := chunks(list, &x.read)
	defer stop()
	err = pipeline.Run(ctx, workers, 2*workers+2, next,
		pipeline.Stage{Each: func(item any) any {
			p := item.(*part)
			if p.err == nil && !p.last {
				return &evidencePart{part: p, rows: parseEvidence(p)}
			}
			return &evidencePart{part: p}
		}},
		pipeline.Stage{Ordered: func(item any, _ func(any)) error {
			if item == nil {
				return nil
			}
			p := item.(*evidencePart)
			for _, add := range p.rows {
				if add.err == nil {
					add.to(store)
				} else if !clickTable(p.export.table) { // its clicks are read again
					badRows++
					if badRows <= maxToldRows {
						remark(add.err.Error())
					}
				}
			}
			if p.err != nil && !errors.Is(p.err, fs.ErrClosed) {
				badRows++
				remark(p.err.Error())
			}
			if p.last && p.reader != nil && !clickTable(p.export.table) {
				for _, text := range p.export.remarks(p.reader) {
					remark(text)
				}
			}
			return nil
		}})
	return badRows, err
}

// maxToldRows is how many damaged rows of evidence are told one by one.
const maxToldRows = 20

type evidencePart struct {
	*part
	rows []evidenceRow
}

// evidenceRow is a copy of a row that outlives the reading of the next.
type evidenceRow struct {
	row tables.Row
	err error
}

func parseEvidence(p *part) []evidenceRow {
	rows := make([]evidenceRow, 0, p.chunk.Rows())
	p.reader.Parse(p.chunk, func(row tables.Row, err error) bool {
		if err != nil {
			rows = append(rows, evidenceRow{err: err})
			return true
		}
		switch {
		case row.Click != nil:
			if row.Click.Feed != clickclass.FeedAudit && row.Click.Feed != clickclass.FeedAlert {
				return true
			}
			row.Click = new(*row.Click)
		case row.Email != nil:
			row.Email = new(*row.Email)
		case row.EmailURL != nil:
			row.EmailURL = new(*row.EmailURL)
		case row.PostDelivery != nil:
			row.PostDelivery = new(*row.PostDelivery)
		case row.SignIn != nil:
			row.SignIn = new(*row.SignIn)
		case row.BrowserLaunch != nil:
			row.BrowserLaunch = new(*row.BrowserLaunch)
		case row.Connection != nil:
			row.Connection = new(*row.Connection)
		case row.Policy != nil:
			row.Policy = new(*row.Policy)
		}
		rows = append(rows, evidenceRow{row: row})
		return true
	})
	return rows
}

func (r *evidenceRow) to(s *clickclass.Store) {
	switch {
	case r.row.Click != nil:
		s.AddAudit(*r.row.Click)
	case r.row.Email != nil:
		s.AddEmail(*r.row.Email)
	case r.row.EmailURL != nil:
		s.AddEmailURL(*r.row.EmailURL)
	case r.row.PostDelivery != nil:
		s.AddPostDelivery(*r.row.PostDelivery)
	case r.row.SignIn != nil:
		s.AddSignIn(*r.row.SignIn)
	case r.row.BrowserLaunch != nil:
		s.AddBrowserLaunch(*r.row.BrowserLaunch)
	case r.row.Connection != nil:
		s.AddConnection(*r.row.Connection)
	case r.row.Policy != nil:
		s.AddPolicy(*r.row.Policy)
	}
}

// mixed reports whether rows of evidence stand among the first clicks, as in a
// stream that carries several tables.
func (e *export) mixed() bool {
	r, closer, err := e.open(nil)
	if err != nil {
		return false
	}
	defer closer.Close()
	read, found := 0, false
	for chunk, err := range r.Chunks() {
		if err != nil {
			break
		}
		r.Parse(chunk, func(row tables.Row, err error) bool {
			found = err == nil && row.Click == nil
			return !found
		})
		if read += chunk.Size(); found || read >= maxMixed {
			break
		}
	}
	return found
}
