//go:build ignore

// Gen makes the embedded table from the published documents in a folder. It
// reads files alone, never the network, and equal files give equal bytes.
//
// The files are found by their names, which carry the date:
//
//	endpoints/INSTANCE_DATE.json, endpoints/INSTANCE_DATE_withMEM.json
//	servicetags/ServiceTags_CLOUD_DATE*.json
//	microsoft_public_ips/MSFT_PublicIPs_DATE.csv
//
// history.txt adds what is known of the time before the oldest file.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	dir := flag.String("dir", "", "folder with the published documents")
	history := flag.String("history", "history.txt", "dated changes before the oldest document")
	out := flag.String("o", "", "file to write")
	flag.Parse()
	if err := generate(*dir, *history, *out); err != nil {
		log.Fatal(err)
	}
}

// retired are clouds whose last document is years old: their address space has
// been put to other uses since.
var retired = map[string]bool{"AzureGermany": true}

var (
	endpointFile = regexp.MustCompile(`^([a-z]+)_(\d{4}-\d\d-\d\d)(_withMEM)?\.json$`)
	tagFile      = regexp.MustCompile(`^ServiceTags_([A-Za-z]+)_(\d{4}-?\d\d-?\d\d)[._].*json$`)
	spaceFile    = regexp.MustCompile(`^MSFT_PublicIPs_(\d{4}-\d\d-\d\d)\.csv$`)
)

func generate(dir, history, out string) error {
	var b iprange.Builder
	b.Add(iprange.Known{})
	var oldest *iprange.Endpoints
	err := each(dir, "endpoints", endpointFile, func(f *os.File, m []string, day time.Time) error {
		e, err := iprange.ReadEndpoints(f, m[1])
		if err != nil {
			return err
		}
		e.Date = day
		b.Add(e)
		if e.Instance == "worldwide" && (oldest == nil || day.Before(oldest.Date)) {
			oldest = e
		}
		return sound(e.Skipped)
	})
	if err != nil {
		return err
	}
	err = each(dir, "servicetags", tagFile, func(f *os.File, m []string, day time.Time) error {
		if retired[m[1]] {
			return nil
		}
		t, err := iprange.ReadServiceTags(f)
		if err != nil {
			return err
		}
		t.Date = day
		b.Add(t)
		return sound(t.Skipped)
	})
	if err != nil {
		return err
	}
	err = each(dir, "microsoft_public_ips", spaceFile, func(f *os.File, m []string, day time.Time) error {
		p, err := iprange.ReadPublicSpace(f)
		if err != nil {
			return err
		}
		p.Date = day
		b.Add(p)
		return sound(p.Skipped)
	})
	if err != nil {
		return err
	}
	if oldest == nil {
		return fmt.Errorf("no Worldwide endpoints in %s", dir)
	}
	f, err := os.Open(history)
	if err != nil {
		return err
	}
	defer f.Close()
	past, err := iprange.ReadHistory(f, oldest)
	if err != nil {
		return err
	}
	for _, e := range past {
		b.Add(e)
	}

	s, err := b.Set()
	if err != nil {
		return err
	}
	data, err := s.MarshalBinary()
	if err != nil {
		return err
	}
	log.Printf("%s: %d bytes: %s", out, len(data), s.Version())
	return os.WriteFile(out, data, 0o644)
}

// each calls read for the files of a folder whose names match, in order; the
// last group that looks like a date is the date.
func each(dir, sub string, name *regexp.Regexp, read func(*os.File, []string, time.Time) error) error {
	entries, err := os.ReadDir(filepath.Join(dir, sub))
	if err != nil {
		return err
	}
	n := 0
	for _, e := range entries {
		m := name.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		n++
		date := m[1]
		if len(m) > 2 {
			date = m[2]
		}
		day, err := time.Parse("20060102", strings.ReplaceAll(date, "-", ""))
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
		f, err := os.Open(filepath.Join(dir, sub, e.Name()))
		if err != nil {
			return err
		}
		err = read(f, m, day)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	if n == 0 {
		return fmt.Errorf("no documents in %s", filepath.Join(dir, sub))
	}
	return nil
}

// sound refuses documents with broken rows: what is embedded must be whole.
func sound(skipped []*iprange.RowError) error {
	if len(skipped) > 0 {
		return skipped[0]
	}
	return nil
}
