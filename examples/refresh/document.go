package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// kind is a form of published lists.
type kind int

const (
	endpoints kind = iota
	serviceTags
	publicSpace
)

// kindOf tells the kind by the first character: endpoints are an array, service
// tags an object, and the Public IP Space is no JSON. That the rest fits is for
// its reader to say.
func kindOf(data []byte) kind {
	switch data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))); {
	case bytes.HasPrefix(data, []byte("[")):
		return endpoints
	case bytes.HasPrefix(data, []byte("{")):
		return serviceTags
	}
	return publicSpace
}

// document is a list that was read.
type document struct {
	name string // of its files in the store, without extension
	kind kind
	list iprange.List
	date *time.Time                  // of list
	same func(iprange.ListInfo) bool // the lists that it is a version of
}

// read reads a document without leaving anything out. The instance is that of
// endpoints, which do not name theirs.
func read(data []byte, k kind, instance string) (d document, err error) {
	var skipped []*iprange.RowError
	d.kind = k
	switch r := bytes.NewReader(data); k {
	case serviceTags:
		l, err := iprange.ReadServiceTags(r)
		if err != nil {
			return d, err
		}
		cloud := strings.ToLower(l.Cloud)
		if cloud == "" || !letters(cloud) || len(cloud) > 40 {
			return d, fmt.Errorf("cloud %.40q: want a name of letters", l.Cloud)
		}
		d.name, d.list, d.date, skipped = "servicetags-"+cloud, l, &l.Date, l.Skipped
		d.same = func(l iprange.ListInfo) bool { return l.Name == "servicetags "+cloud }
	case publicSpace:
		l, err := iprange.ReadPublicSpace(r)
		if err != nil {
			return d, err
		}
		d.name, d.list, d.date, skipped = "publicspace", l, &l.Date, l.Skipped
		d.same = func(l iprange.ListInfo) bool { return l.Layer == iprange.LayerMicrosoft }
	default:
		l, err := iprange.ReadEndpoints(r, instance)
		if err != nil {
			return d, err
		}
		d.name, d.list, d.date, skipped = strings.ToLower(instance), l, &l.Date, l.Skipped
		d.same = func(l iprange.ListInfo) bool { return strings.EqualFold(l.Instance, instance) }
	}
	if len(skipped) > 0 {
		return d, fmt.Errorf("the list has %d broken rows, the first: %w", len(skipped), skipped[0])
	}
	return d, nil
}

// embedded returns the embedded versions of the document's list.
func (d document) embedded() (*iprange.Set, error) {
	var b iprange.Builder
	b.AddLists(iprange.Default(), d.same)
	return b.Set()
}

// inPlace returns the embedded lists with this one in place of theirs. An
// undated one replaces all versions, so that lists of any two dates can be
// compared.
func (d document) inPlace(day time.Time) (*iprange.Set, error) {
	var b iprange.Builder
	b.AddLists(iprange.Default(), d.same)
	b.Add(d.list)
	*d.date = day
	b.Add(d.list)
	return b.Set()
}

// letters says whether s has nothing but lower case letters.
func letters(s string) bool { return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }
