package clickclass

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// packed is a click as one piece of text. A window holds very many clicks: as
// such pieces they take half the memory of Clicks, keep nothing of the export
// alive, and cost the garbage collector next to nothing, since a piece has one
// pointer and a Click seventeen.
type packed struct {
	data string // header, then the text of the fields
	odd  *odd   // nil for nearly all clicks
}

// odd is what does not fit into the header: a Timestamp that is not UTC, an
// address with a zone, several addresses.
type odd struct {
	Timestamp time.Time
	IPAddress netip.Addr
	MoreIPs   []netip.Addr
}

// The header: the time, the row, the address, the bits and the feed, and the
// lengths of the texts.
const (
	atSecond    = 0 // Unix
	atNano      = atSecond + 8
	atRow       = atNano + 4
	atAddr      = atRow + 8
	atBits      = atAddr + 16
	atFeed      = atBits + 1
	atLengths   = atFeed + 1
	headerSize  = atLengths + 4*packedTexts
	packedTexts = 13
)

const (
	bitTime    = 1 << iota // there is a Timestamp
	bitIs4                 // the address is IPv4, in the last four bytes
	bitIs6                 // the address is IPv6
	bitThrough             // IsClickedThrough
)

// texts are the text fields of a click, in the order in which they are packed.
func (k *Click) texts() [packedTexts]*string {
	return [...]*string{&k.Url, (*string)(&k.ActionType), &k.AccountUpn, &k.Workload, &k.NetworkMessageId, &k.ThreatTypes,
		&k.DetectionMethods, &k.UrlChain, &k.ReportId, &k.AppName, &k.AppVersion, &k.SourceId, &k.File}
}

// appendPacked appends the click to b, and returns what does not fit.
func appendPacked(b []byte, k *Click) ([]byte, *odd) {
	texts := k.texts()
	size := headerSize
	for _, s := range texts {
		size += len(cut(*s))
	}
	at := len(b)
	b = slices.Grow(b, size)[:at+size]
	header := b[at : at+headerSize]
	clear(header)
	if t := k.Timestamp; !t.IsZero() {
		header[atBits] |= bitTime
		binary.LittleEndian.PutUint64(header[atSecond:], uint64(t.Unix()))
		binary.LittleEndian.PutUint32(header[atNano:], uint32(t.Nanosecond()))
	}
	binary.LittleEndian.PutUint64(header[atRow:], uint64(k.Row))
	if a := k.IPAddress; a.IsValid() {
		*(*[16]byte)(header[atAddr:]) = a.As16()
		if a.Is4() {
			header[atBits] |= bitIs4
		} else {
			header[atBits] |= bitIs6
		}
	}
	if k.IsClickedThrough {
		header[atBits] |= bitThrough
	}
	header[atFeed] = byte(k.Feed)
	at += headerSize
	for i, s := range texts {
		binary.LittleEndian.PutUint32(header[atLengths+4*i:], uint32(len(cut(*s))))
		at += copy(b[at:], cut(*s))
	}
	if k.Timestamp.Location() != time.UTC || k.IPAddress.Zone() != "" || k.MoreIPs != nil {
		return b, &odd{k.Timestamp, k.IPAddress, slices.Clone(k.MoreIPs)}
	}
	return b, nil
}

// cut takes from a text what no row of a table has: a length needs four bytes.
func cut(s string) string { return s[:min(len(s), math.MaxInt32)] }

// unpack makes *k the click again. Its texts are parts of data.
func (p *packed) unpack(k *Click) {
	if p.data == "" { // the zero Row
		*k = Click{}
		return
	}
	header := p.data[:headerSize]
	bits := header[atBits]
	k.Timestamp = time.Time{}
	if bits&bitTime != 0 {
		k.Timestamp = time.Unix(int64(load8(header, atSecond)), int64(load4(header, atNano))).UTC()
	}
	k.Row = int(load8(header, atRow))
	k.IPAddress, k.MoreIPs = p.addr(), nil
	k.IsClickedThrough = bits&bitThrough != 0
	k.Feed = Feed(header[atFeed])
	rest := p.data[headerSize:]
	for i, s := range k.texts() {
		n := load4(header, atLengths+4*i)
		*s, rest = rest[:n], rest[n:]
	}
	if p.odd != nil {
		k.Timestamp, k.IPAddress, k.MoreIPs = p.odd.Timestamp, p.odd.IPAddress, p.odd.MoreIPs
	}
}

// addr is the click's address, without a zone.
func (p *packed) addr() netip.Addr {
	if p.data == "" {
		return netip.Addr{}
	}
	var b [16]byte
	copy(b[:], p.data[atAddr:])
	switch bits := p.data[atBits]; {
	case bits&bitIs4 != 0:
		return netip.AddrFrom4([4]byte(b[12:]))
	case bits&bitIs6 != 0:
		return netip.AddrFrom16(b)
	}
	return netip.Addr{}
}

// account is the click's AccountUpn.
func (p *packed) account() string {
	if p.data == "" {
		return ""
	}
	from := headerSize + int(load4(p.data, atLengths)) + int(load4(p.data, atLengths+4)) // behind Url and ActionType
	return p.data[from : from+int(load4(p.data, atLengths+8))]
}

func load4(s string, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

// Row is a click made ready for a [Window]: the click itself, in few bytes, and
// what has to be known of it to compare it with others. It keeps nothing of the
// click that it was made of. The zero Row is one of no click and no time.
type Row struct {
	packed
	print footprint
}

// NewRow makes a click ready, by itself: a Rows does so for many at less cost.
func NewRow(k *Click) Row {
	var r Rows
	r.Add(k)
	return r.Take()[0]
}

// Row is [NewRow] with what the Classifier's evidence says of the click: when
// its message came, and what the account's devices show of it.
func (c *Classifier) Row(k *Click) Row {
	row := NewRow(k)
	c.observe(k, &row.print)
	return row
}

// Rows makes clicks ready for a [Window], many in one piece of memory. Every
// goroutine has one of its own; the zero Rows is ready.
type Rows struct {
	// Classifier, when set, adds what its evidence says, see [Classifier.Row].
	Classifier *Classifier

	text []byte // appended to until Take, and then never written again
	rows []Row
	ends []int
}

// Grow makes room for so many rows, and bytes of their text.
func (r *Rows) Grow(rows, bytes int) {
	if r.text == nil {
		r.text = unzeroed(bytes + rows*headerSize)
	}
	r.rows = slices.Grow(r.rows, rows)
}

// unzeroed returns an empty slice with room for n bytes that need not be zero:
// make would write them all, and only [strings.Builder] gets around that.
func unzeroed(n int) []byte {
	var b strings.Builder
	b.Grow(n + 1)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n+1)[:0]
}

// Add makes a click ready. It can be changed afterwards.
func (r *Rows) Add(k *Click) {
	row := Row{print: footprintOf(k)}
	if r.Classifier != nil {
		r.Classifier.observe(k, &row.print)
	}
	r.text, row.odd = appendPacked(r.text, k)
	r.rows, r.ends = append(r.rows, row), append(r.ends, len(r.text))
}

// Len is the number of rows that were added since the last Take.
func (r *Rows) Len() int { return len(r.rows) }

// Take returns the rows that were added since the last Take, in order. The slice
// is good until the next Add or Grow; a Window may hold what was in it for ever.
func (r *Rows) Take() []Row {
	if cap(r.text) > 2*len(r.text) { // most of what was read is not kept
		r.text = append(unzeroed(len(r.text)), r.text...)
	}
	text, start := unsafe.String(unsafe.SliceData(r.text), len(r.text)), 0
	for i, end := range r.ends {
		r.rows[i].data = text[start:end]
		start = end
	}
	rows := r.rows
	r.text, r.rows, r.ends = nil, r.rows[:0], r.ends[:0]
	return rows
}

// observe adds what the evidence says of a click to its footprint.
func (c *Classifier) observe(k *Click, p *footprint) {
	e := &c.evidence
	if !p.timed() || e.Mail == nil && e.Endpoints == nil {
		return
	}
	f := facts{k: k, readings: p.readings}
	if e.Mail != nil && k.NetworkMessageId != "" {
		if f.mail, f.mailKnown = e.Mail.Message(k.NetworkMessageId, k.AccountUpn); f.mailKnown {
			f.gatherDelay()
			p.setPace(paceUnknown)
			if f.delaySource != DelayNone {
				p.setPace(paceOf(f.delay))
			}
		}
	}
	if e.Endpoints != nil && k.AccountUpn != "" {
		device, known := e.Endpoints.Endpoint(k.AccountUpn, k.Url, p.at.time())
		switch {
		case known && (device.Launch || device.Connection && device.Rarity >= minRarity):
			p.traits |= traitPerson
		case known && device.Active && !device.Launch && !device.Connection:
			p.traits |= traitSilent
		}
	}
}
