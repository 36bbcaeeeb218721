package clickclass

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
)

// judgedRows makes up rows as a tenant's are, each with what a Window says of a
// row with no neighbours: clicks from seconds to days after the message, a
// sixteenth from Azure, Teams and mail protection.
func judgedRows(n int) []Near {
	rng := rand.New(rand.NewPCG(9, 9))
	rows := tenantRows(n, 3*time.Second)
	near := make([]Near, n)
	for i := range rows {
		k := &rows[i]
		k.File = "UrlClickEvents.csv"
		k.Timestamp = k.Timestamp.Add(time.Duration(math.Exp(8+3.2*rng.NormFloat64())) * time.Second % (20 * 24 * time.Hour))
		b := k.IPAddress.As4()
		switch rng.IntN(48) {
		case 0:
			k.IPAddress = netip.AddrFrom4([4]byte{52, 112, b[2], b[3]})
		case 1:
			k.IPAddress = netip.AddrFrom4([4]byte{40, 107, b[2], b[3]})
		case 2:
			k.IPAddress = netip.AddrFrom4([4]byte{20, b[1], b[2], b[3]})
		}
		row := NewRow(k)
		near[i] = Near{packed: row.packed, readings: row.print.readings, beside: beside{
			seen: true, MessageURLs1s: 1, MessageURLs3s: 1, MessageURLs60s: 1, FanAccounts: 1, AddressAccounts: 1, AddressURLs: 1,
		}}
	}
	return near
}

// BenchmarkJudge judges many rows that the processor's caches do not hold, and
// writes them, as a program does that reads a log: ns/op of a stage is the sum up to it.
func BenchmarkJudge(b *testing.B) {
	c, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	near := judgedRows(100_000)
	var r Result
	var buf []byte
	for stage, name := range []string{"unpack", "classify", "json"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				n := near[i]
				n.Unpack(&r.Click)
				if stage > 0 {
					c.ClassifyNear(&n, &r.Verdict)
				}
				if stage > 1 {
					buf = r.AppendJSON(buf[:0])
				}
				if i++; i == len(near) {
					i = 0
				}
			}
		})
	}
	for _, name := range []string{"unlisted", "listed"} {
		b.Run(name, func(b *testing.B) {
			n := near[0]
			n.Unpack(&r.Click)
			if name == "listed" {
				r.Click.IPAddress = netip.MustParseAddr("52.112.103.113")
			}
			b.ReportAllocs()
			for b.Loop() {
				c.ClassifyNear(&n, &r.Verdict)
			}
		})
		b.Run(name+"-json", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf = r.AppendJSON(buf[:0])
			}
		})
	}
}

// BenchmarkFootprint makes many rows ready, without the copy of their text.
func BenchmarkFootprint(b *testing.B) {
	rows := tenantRows(4096, 3e9)
	b.ReportAllocs()
	i := 0
	var sum uint64
	for b.Loop() {
		var p footprint
		p.read(&rows[i])
		sum += p.keys[byURL]
		if i++; i == len(rows) {
			i = 0
		}
	}
	_ = sum
}

func BenchmarkNewRow(b *testing.B) {
	rows := tenantRows(4096, 3e9)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		NewRow(&rows[i])
		if i++; i == len(rows) {
			i = 0
		}
	}
}
