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
}

// readDocument reads a list in which every row must be readable. The instance is
// that of endpoints, which do not say theirs. Plain lists of prefixes do not say
// whose they are: the file name does.
func readDocument(data []byte, instance, file string) (document, error) {
	instance = strings.ToLower(instance)
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	isJSON := len(text) > 0 && (text[0] == '[' || text[0] == '{')
	name := instance
	if !isJSON {
		name = filepath.Base(file)
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
		if d.file = instance; !slices.Contains(d.names(), l.Info.Name) {
			return document{}, fmt.Errorf("unknown instance %.40q", instance)
		}
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

// inPlace returns the embedded versions with the document, of a day, in their
// place.
func (d document) inPlace(day time.Time) (*iprange.Set, error) {
	d.list.Info.Dates = []time.Time{day}
	return d.embedded().With(d.list)
}

// isLetters reports whether s has nothing but lower case letters.
func isLetters(s string) bool { return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }
