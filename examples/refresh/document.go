package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// document is a list as published.
type document struct {
	data []byte
	list *iprange.List
	file string // name of its files in the store, without extension
	ext  string
	// instance is that of endpoints, in lower case.
	instance string
}

// instances are those of the web service.
var instances = []string{"Worldwide", "China", "USGovDoD", "USGovGCCHigh"}

// readDocument reads a list in which every row must be readable. Endpoints do not say
// their instance, plain lists of prefixes not whose they are, and few lists their day:
// the file name does. If instance is not "", it is that of endpoints.
func readDocument(data []byte, instance, file string) (document, error) {
	instance = strings.ToLower(instance)
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	isJSON := len(text) > 0 && (text[0] == '[' || text[0] == '{')
	name := filepath.Base(file)
	if isJSON {
		name = instance + "_" + name
	}
	l, err := iprange.Read(bytes.NewReader(data), name)
	if err != nil {
		return document{}, err
	}
	if n := len(l.Skipped); n > 0 {
		return document{}, fmt.Errorf("the list has %d broken rows, the first: %w", n, l.Skipped[0])
	}
	d := document{data: data, list: l, ext: ".json"}
	switch l.Info.Layer {
	case iprange.LayerProduct:
		d.instance, _, _ = strings.Cut(l.Info.Name, " ")
		if instance != "" && d.instance != instance {
			return document{}, fmt.Errorf("the file name says that the list is that of %s, and --instance %s; if the name is wrong, give the list on standard input", d.instance, instance)
		}
		d.file = d.instance
	case iprange.LayerTag:
		cloud := strings.TrimSpace(strings.TrimPrefix(l.Info.Name, "servicetags"))
		if cloud == "" || !isLetters(cloud) || len(cloud) > 40 {
			return document{}, fmt.Errorf("cloud %.40q: want a name of letters", cloud)
		}
		d.file = "servicetags-" + cloud
	case iprange.LayerKnown:
		d.file = strings.ReplaceAll(l.Info.Name, " ", "-")
		if !isJSON {
			d.ext = ".txt"
		}
	case iprange.LayerMicrosoft:
		d.file, d.ext = "publicspace", ".csv"
	}
	return d, nil
}

// names returns the names of the lists that the document can hold. A response for
// endpoints can have those of Intune (MEM) beside the others.
func (d document) names() []string {
	if d.list.Info.Layer == iprange.LayerProduct {
		return []string{d.file, d.file + " MEM"}
	}
	return []string{d.list.Info.Name}
}

// embedded returns the embedded versions of the document's lists.
func (d document) embedded() *iprange.Set {
	var others []string
	for _, l := range iprange.Default().Lists() {
		if !slices.Contains(d.names(), l.Name) {
			others = append(others, l.Name)
		}
	}
	return iprange.Default().Without(others...)
}

// day returns the day that the file name says, and the zero time if it says none.
func (d document) day() (t time.Time) {
	if n := len(d.list.Info.Dates); n > 0 {
		t = d.list.Info.Dates[n-1]
	}
	return t
}

// inPlace returns the embedded versions with the document, of a day or undated, in their
// place.
func (d document) inPlace(day time.Time) (*iprange.Set, error) {
	d.list.Info.Dates = nil
	if !day.IsZero() {
		d.list.Info.Dates = []time.Time{day}
	}
	return d.embedded().With(d.list)
}

// isLetters reports whether s has nothing but lower case letters.
func isLetters(s string) bool { return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }
