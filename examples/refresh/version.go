package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// instanceVersion is what the method "version" of the web service says about one
// instance. Versions are numbers YYYYMMDDNN as text, and compare as text.
type instanceVersion struct {
	Instance string
	Latest   string
}

// date returns the day with which the version begins.
func (v instanceVersion) date() (time.Time, error) { return time.Parse("20060102", v.Latest[:8]) }

// check returns an error if the version is not one that the service can have.
func (v instanceVersion) check() error {
	if len(v.Latest) != 10 || strings.Trim(v.Latest, "0123456789") != "" {
		return fmt.Errorf("not ten digits: %.40q", v.Latest)
	}
	if day, err := v.date(); err != nil || !isListDay(day) {
		return fmt.Errorf("no day at the beginning: %q", v.Latest)
	}
	return nil
}

// readVersions reads an answer of the method "version": an array, or one object if
// one instance was asked for.
func readVersions(data []byte) ([]instanceVersion, error) {
	all := make([]instanceVersion, 1)
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		err = json.Unmarshal(data, &all)
	} else {
		err = json.Unmarshal(data, &all[0])
	}
	if err != nil {
		return nil, fmt.Errorf("version: %w", err)
	}
	for _, v := range all {
		if err := v.check(); err != nil {
			return nil, fmt.Errorf("version: %w", err)
		}
	}
	return all, nil
}
