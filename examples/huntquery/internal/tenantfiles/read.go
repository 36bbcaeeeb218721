package tenantfiles

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// Read reads the exports in a folder, in all forms that package tables knows. A file with the
// name of a table holds that table.
func Read(dir string) (*Tenant, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("tenantfiles: read: %w", err)
	}
	t := &Tenant{Name: filepath.Base(dir)}
	for _, file := range files {
		if file.IsDir() {
			continue
		}
		if err := t.read(dir, file.Name()); err != nil {
			return nil, fmt.Errorf("tenantfiles: read: %w", err)
		}
	}
	return t, nil
}

func (t *Tenant) read(dir, file string) error {
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(file, filepath.Ext(file))
	o := tables.Options{Workers: 1}
	if isTable(name) {
		o.Table = name
	}
	r, err := tables.NewReader(t.Name+"/"+file, bytes.NewReader(text), o)
	if err != nil {
		return err
	}
	var errs []error
	for row, err := range r.Rows() {
		switch {
		case err != nil:
			errs = append(errs, err)
		case row.Click != nil:
			t.Clicks = append(t.Clicks, *row.Click)
		case row.Evidence != nil:
			t.Evidence = append(t.Evidence, row.Evidence)
		}
	}
	if got := r.Report().Table; o.Table != "" && got != o.Table {
		errs = append(errs, fmt.Errorf("%s: rows of %s", file, got))
	}
	return errors.Join(errs...)
}

func isTable(name string) bool {
	return slices.ContainsFunc(Schemas, func(s Schema) bool { return slices.Contains(s.Tables(), name) })
}
