package tenantfiles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Write writes t into the folder dir, which must exist: a file TABLE.ndjson for each table of
// the schema that has rows. If names are given, only those tables are written.
func (t *Tenant) Write(dir string, s Schema, names ...string) error {
	for _, one := range t.tables(s) {
		if len(one.rows) == 0 || len(names) > 0 && !slices.Contains(names, one.name) {
			continue
		}
		if err := one.write(filepath.Join(dir, one.name+".ndjson"), s); err != nil {
			return fmt.Errorf("tenantfiles: write: %w", err)
		}
	}
	return nil
}

func (t *table) write(name string, s Schema) error {
	var b bytes.Buffer
	times := s.timeColumns(t.name)
	for _, row := range t.rows {
		object := map[string]any{}
		if at := row[0].(time.Time); !at.IsZero() {
			for _, column := range times {
				object[column] = timeText(at)
			}
		}
		for i, column := range t.columns {
			if row[i+1] != nil {
				object[column] = row[i+1]
			}
		}
		if s == Sentinel {
			object["Type"] = t.name
		}
		line, err := json.Marshal(object)
		if err != nil {
			return err
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// timeText is how Microsoft's tables write a time: in steps of 100 ns.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }
