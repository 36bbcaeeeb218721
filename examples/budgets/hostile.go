package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// hostile is a shape of input that somebody may make up to waste time or memory. Four
// times as much of it must cost at most five times as much.
type hostile struct {
	name string
	n    int
	// prepare returns what is measured for an input of size n. It may write to dir, which
	// is removed afterwards.
	prepare func(dir string, n int) (run func() error, err error)
}

const safeLink = "https://eur01.safelinks.protection.outlook.com/?url="

var hostileShapes = []hostile{
	{"links nested in links", 2_000, unwrapOf(func(n int) string { return strings.Repeat(safeLink, n) + "https://a.example/" })},
	{"percent signs encoded over and over", 500_000, unwrapOf(func(n int) string { return safeLink + "https://a.example/" + strings.Repeat("%25", n) })},
	{"a link with many parameters", 100_000, unwrapOf(func(n int) string { return safeLink + "https%3A%2F%2Fa.example" + strings.Repeat("&url=x", n) })},
	{"a link with many segments", 100_000, unwrapOf(func(n int) string { return "https://a.example/CL0/https:/" + strings.Repeat("/x", n) })},
	{"text of compressed tokens", 500, rewriteOf(func(n int) string {
		return strings.Repeat("https://a.example/c/eJ"+strings.Repeat("x", 100)+" ", n)
	})},
	{"text of beginnings of links", 100_000, rewriteOf(func(n int) string { return strings.Repeat("https://", n) })},
	{"text of hosts without an end", 50_000, rewriteOf(func(n int) string { return strings.Repeat("safelinks.protection.outlook.com.", n) })},
	{"HTML of tags left open", 100_000, rewriteOf(func(n int) string { return "<html>" + strings.Repeat(`<a href="`, n) })},
	{"a mail of boundaries", 50_000, rewriteOf(func(n int) string {
		return "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + strings.Repeat("--x\r\n\r\n", n)
	})},
	{"a long row of CSV", 4_000_000, readerOf(func(n int) string { return csvHeader + strings.Repeat("x", n) + "\n" })},
	{"a quote left open", 4_000_000, readerOf(func(n int) string { return csvHeader + `"` + strings.Repeat("x,\n", n/3) })},
	{"a header of equal names", 50_000, readerOf(func(n int) string {
		return strings.TrimSuffix(csvHeader, "\n") + strings.Repeat(",Url", n) + "\n" + strings.Repeat("x,", n) + "\n"
	})},
	{"JSON nested deep", 1_000_000, readerOf(func(n int) string { return csvLine + "\n" + strings.Repeat(`{"a":`, n/5) + "\n" })},
	{"JSON objects left open", 200_000, readerOf(func(n int) string { return csvLine + "\n" + strings.Repeat("{\"Url\":\"x\n", n) })},
	{"clicks of one account on one link at one time", 50_000, judgeOf(func(i int, k *clickclass.Click) {})},
	{"clicks of many accounts on one link at one time", 50_000, judgeOf(func(i int, k *clickclass.Click) { k.AccountUpn = fmt.Sprintf("u%d@contoso.example", i) })},
	{"clicks on many links of one message", 50_000, judgeOf(func(i int, k *clickclass.Click) { k.Url = fmt.Sprintf("https://a.example/%d", i) })},
	{"clicks from many addresses", 50_000, judgeOf(func(i int, k *clickclass.Click) {
		k.IPAddress = netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)})
	})},
	{"sign-ins of one account at one address", 50_000, signInsOf(func(i int, s *evidence.SignIn) {})},
	{"sign-ins of many accounts at one address", 50_000, signInsOf(func(i int, s *evidence.SignIn) { s.AccountUpn = fmt.Sprintf("u%d@contoso.example", i) })},
	{"own ranges across one another", 5_000, ownRanges},
	{"an archive of many members", 2_000, archiveOf},
}

const (
	csvHeader = "Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,ThreatTypes,DetectionMethods,IPAddress,IsClickedThrough,UrlChain,ReportId\n"
	csvLine   = `{"Timestamp":"2026-08-03T09:14:05Z","Url":"https://a.example/x","ActionType":"ClickAllowed","AccountUpn":"a@contoso.example","Workload":"Email"}`
)

// hostileBudgets returns two budgets for each shape: of time and of allocated memory.
func hostileBudgets() []budget {
	var list []budget
	for _, h := range hostileShapes {
		list = append(list,
			budget{name: "4 n against n, time: " + h.name, limit: 5, unit: "ratio", measure: func(rounds int) (float64, error) { return h.growth(rounds, seconds) }},
			budget{name: "4 n against n, memory: " + h.name, limit: 5, unit: "ratio", measure: func(int) (float64, error) { return h.growth(1, allocated) }})
	}
	return list
}

// growth returns how many times as much 4 n costs as n. The two take turns, and the least
// of the rounds counts for each, because whatever else the machine does only adds to a
// cost.
func (h *hostile) growth(rounds int, cost func(run func() error) (float64, error)) (float64, error) {
	dir, err := os.MkdirTemp("", "budgets")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	var runs [2]func() error
	for i, n := range [...]int{h.n, 4 * h.n} {
		if runs[i], err = h.prepare(dir, n); err != nil {
			return 0, err
		}
	}
	least := [2]float64{math.Inf(1), math.Inf(1)}
	for range rounds {
		for i, run := range runs {
			c, err := cost(run)
			if err != nil {
				return 0, err
			}
			least[i] = min(least[i], c)
		}
	}
	return least[1] / least[0], nil
}

// seconds returns the processor time of a run, which other programs hardly change.
func seconds(run func() error) (float64, error) {
	runtime.GC()
	before, err := processorTime()
	if err != nil {
		return 0, err
	}
	if err := run(); err != nil {
		return 0, err
	}
	after, err := processorTime()
	return (after - before).Seconds(), err
}

// smallest is an allocation that does not count: whatever allocates less has no growth to
// speak of.
const smallest = 1 << 20

// allocated returns the bytes that a run allocates.
func allocated(run func() error) (float64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := run()
	runtime.ReadMemStats(&after)
	return float64(smallest + after.TotalAlloc - before.TotalAlloc), err
}

func unwrapOf(link func(n int) string) func(string, int) (func() error, error) {
	return func(_ string, n int) (func() error, error) {
		raw := link(n)
		return func() error {
			c, _ := safelinks.Unwrap(raw) // hostile links may well be no links
			keep(len(c.Layers))
			return nil
		}, nil
	}
}

func rewriteOf(text func(n int) string) func(string, int) (func() error, error) {
	return func(_ string, n int) (func() error, error) {
		in := text(n)
		return func() error {
			return safelinks.Rewrite(io.Discard, strings.NewReader(in), safelinks.RewriteOptions{})
		}, nil
	}
}

func readerOf(text func(n int) string) func(string, int) (func() error, error) {
	return func(_ string, n int) (func() error, error) {
		in := text(n)
		return func() error {
			r, err := tables.NewReader("hostile", strings.NewReader(in), tables.Options{Workers: 1})
			if err != nil {
				return nil // refused
			}
			for row := range r.Rows() {
				keep(int(row.Row))
			}
			return nil
		}, nil
	}
}

// judgeOf judges clicks that are equal except for what change does to the i-th of them.
func judgeOf(change func(i int, k *clickclass.Click)) func(string, int) (func() error, error) {
	return func(_ string, n int) (func() error, error) {
		clicks := make([]clickclass.Click, n)
		for i := range clicks {
			clicks[i] = clickclass.Click{
				Timestamp: time.Date(2026, 8, 3, 9, 14, 5, 0, time.UTC),
				Url:       "https://a.example/x", ActionType: clickclass.ClickAllowed, Workload: "Email",
				AccountUpn: "alex@contoso.example", NetworkMessageId: "1818e811-5d9d-4531-598f-08def1406b1c",
				IPAddress: netip.MustParseAddr("198.51.100.7"),
			}
			change(i, &clicks[i])
		}
		return func() error { return judgeAll(clicks, nil) }, nil
	}
}

// signInsOf judges as many clicks as there are sign-ins, which are equal except for what
// change does to the i-th of them.
func signInsOf(change func(i int, s *evidence.SignIn)) func(string, int) (func() error, error) {
	return func(_ string, n int) (func() error, error) {
		clicks, err := madeUp(n)
		if err != nil {
			return nil, err
		}
		for i := range clicks {
			clicks[i].AccountUpn, clicks[i].IPAddress = "alex@contoso.example", netip.MustParseAddr("198.51.100.7")
		}
		return func() error {
			var store evidence.Store
			for i := range n {
				s := evidence.SignIn{
					Timestamp:  time.Date(2026, 8, 3, 9, 0, i%3600, 0, time.UTC),
					AccountUpn: "alex@contoso.example", IPAddress: netip.MustParseAddr("198.51.100.7"),
					Success: true, Interactive: true,
				}
				change(i, &s)
				store.Add(s)
			}
			return judgeAll(clicks, &store)
		}, nil
	}
}

func ownRanges(_ string, n int) (func() error, error) {
	var text strings.Builder
	for i := range n {
		first, last := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), netip.AddrFrom4([4]byte{11, byte(i >> 16), byte(i >> 8), byte(i)})
		fmt.Fprintf(&text, "egress: %s-%s\n", first, last)
	}
	return func() error {
		_, err := iprange.ReadOwn(strings.NewReader(text.String()), "hostile")
		return err
	}, nil
}

// archiveOf opens every member of a zip archive.
func archiveOf(dir string, n int) (run func() error, err error) {
	path := filepath.Join(dir, fmt.Sprintf("%d-members.zip", n))
	if err := writeArchive(path, n); err != nil {
		return nil, err
	}
	return func() error {
		sources, err := inputs.Expand([]string{path}, nil)
		if err != nil {
			return err
		}
		for _, s := range sources {
			content, err := s.Open(nil)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, content)
			if err := errors.Join(err, content.Close()); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func writeArchive(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for i := range n {
		member, err := w.Create(fmt.Sprintf("clicks-%d.csv", i))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(member, csvHeader); err != nil {
			return err
		}
	}
	return w.Close()
}
