package iprange

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// serviceTagsName begins the names of service tags lists; the cloud follows.
const (
	serviceTagsName   = "servicetags"
	serviceTagsPublic = serviceTagsName + " public"
)

// readServiceTags reads an "Azure IP Ranges and Service Tags" document of any
// cloud.
func (l *List) readServiceTags(data []byte) error {
	var doc struct {
		Cloud  string
		Values []json.RawMessage
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	l.Info = ListInfo{Name: serviceTagsName, Layer: LayerTag}
	if err := (label{tag: doc.Cloud}).check(); err != nil {
		return fmt.Errorf("%w: cloud: %w", ErrFormat, err)
	}
	if doc.Cloud != "" {
		l.Info.Name += " " + strings.ToLower(doc.Cloud)
	}
	for i, raw := range doc.Values {
		l.readServiceTag(i+1, raw)
	}
	if l.entries == nil {
		return l.empty("service tag")
	}
	return nil
}

func (l *List) readServiceTag(row int, raw json.RawMessage) {
	var in struct {
		Name, ID   string
		Properties struct {
			Region, SystemService string
			AddressPrefixes       []string
		}
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		l.skip(row, "", describeJSON(err))
		return
	}
	if in.Name == "" {
		in.Name = in.ID
	}
	if in.Name == "" {
		l.skip(row, "name", errors.New("missing"))
		return
	}
	p := &in.Properties
	c := entry{label: label{tag: in.Name, region: p.Region, service: p.SystemService}}
	c.kind, c.people, c.source = tagKind(in.Name)
	if err := c.check(); err != nil {
		l.skip(row, "", err)
		return
	}
	c.prefixes = l.readPrefixes(row, "addressPrefixes", p.AddressPrefixes)
	l.entries = append(l.entries, c)
}
