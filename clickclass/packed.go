package clickclass

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// packed is a click as one piece of text. A window holds very many clicks: as
// such pieces they take half the memory of Clicks, keep nothing of the export
// alive, and cost the garbage collector next to nothing, since a piece has one
// pointer and a Click seventeen. The zero packed is the zero Click.
type packed struct {
	slab       *slab
	from, size uint32 // the header in the slab, then the text of the fields
}

// slab is memory that packed clicks lie in, one behind the other, written once:
// until nobody uses it any more, where Rows.Reuse says so.
type slab struct {
	memory []byte
	odd    sync.Map // the few Clicks that are not packed, by where their header is
	reuse  bool
	users  atomic.Int64 // clicks in use, and the Rows that fills the slab; counted for reuse
}

// A slab has slabSize bytes; the first ones of a Rows, and that of a single row,
// have fewer.
const (
	slabSize  = 256 << 10
	firstSlab = 4 << 10
)

// slabs are of slabSize and not in use.
var slabs sync.Pool

func newSlab(size int, reuse bool) *slab {
	var s *slab
	if reuse && size == slabSize {
		s, _ = slabs.Get().(*slab)
	}
	if s == nil {
		s = &slab{memory: unzeroed(size), reuse: reuse}
	}
	s.users.Store(1)
	return s
}

// unzeroed returns n bytes that need not be zero: make would write them all, and
// only [strings.Builder] gets around that.
func unzeroed(n int) []byte {
	var b strings.Builder
	b.Grow(n)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n)
}

// use says that n more clicks are in use, or fewer.
func (s *slab) use(n int) {
	if s == nil || !s.reuse || n == 0 {
		return
	}
	if s.users.Add(int64(n)) == 0 && len(s.memory) == slabSize {
		s.odd.Clear()
		slabs.Put(s)
	}
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
	headerSize  = atLengths + 2*packedTexts
	packedTexts = 13
)

const (
	bitTime    = 1 << iota // there is a Timestamp
	bitIs4                 // the address is IPv4, in the last four bytes
	bitIs6                 // the address is IPv6
	bitThrough             // IsClickedThrough
	bitOdd                 // the click is not packed
)

// texts are the text fields of a click, in the order in which they are packed.
func (k *Click) texts() [packedTexts]*string {
	return [...]*string{&k.Url, (*string)(&k.ActionType), &k.AccountUpn, &k.Workload, &k.NetworkMessageId, &k.ThreatTypes,
		&k.DetectionMethods, &k.UrlChain, &k.ReportId, &k.AppName, &k.AppVersion, &k.SourceId, &k.File}
}

// packedSize is how many bytes pack needs for a click, whose texts and further
// addresses take so many.
// It is odd when it does not fit: for more text than a length holds, a Timestamp
// that is not UTC, an address with a zone, several addresses.
func packedSize(k *Click) (size, texts int, odd bool) {
	texts = len(k.Url) + len(k.ActionType) + len(k.AccountUpn) + len(k.Workload) + len(k.NetworkMessageId) + len(k.ThreatTypes) +
		len(k.DetectionMethods) + len(k.UrlChain) + len(k.ReportId) + len(k.AppName) + len(k.AppVersion) + len(k.SourceId) + len(k.File)
	texts += len(k.IPAddress.Zone()) + len(k.MoreIPs)*int(unsafe.Sizeof(netip.Addr{}))
	if texts > math.MaxUint16 || k.Timestamp.Location() != time.UTC || k.IPAddress.Zone() != "" || k.MoreIPs != nil {
		return headerSize, texts, true
	}
	return headerSize + texts, texts, false
}

// pack writes a click to the slab's memory from there on. The size and whether it
// is odd are packedSize's.
func (s *slab) pack(from int, k *Click, odd bool) {
	header := s.memory[from : from+headerSize]
	clear(header)
	if a := k.IPAddress; a.IsValid() {
		*(*[16]byte)(header[atAddr:]) = a.As16()
		if a.Is4() {
			header[atBits] |= bitIs4
		} else {
			header[atBits] |= bitIs6
		}
	}
	if odd {
		header[atBits] |= bitOdd
		s.odd.Store(uint32(from), k.clone())
		return
	}
	if t := k.Timestamp; !t.IsZero() {
		header[atBits] |= bitTime
		binary.LittleEndian.PutUint64(header[atSecond:], uint64(t.Unix()))
		binary.LittleEndian.PutUint32(header[atNano:], uint32(t.Nanosecond()))
	}
	binary.LittleEndian.PutUint64(header[atRow:], uint64(k.Row))
	if k.IsClickedThrough {
		header[atBits] |= bitThrough
	}
	header[atFeed] = byte(k.Feed)
	text := s.memory[from+headerSize:]
	for i, t := range k.texts() {
		n := copy(text, *t)
		binary.LittleEndian.PutUint16(header[atLengths+2*i:], uint16(n))
		text = text[n:]
	}
}

// clone returns a copy that shares no memory with k.
func (k *Click) clone() *Click {
	c := *k
	for _, s := range c.texts() {
		*s = strings.Clone(*s)
	}
	c.MoreIPs = slices.Clone(k.MoreIPs)
	return &c
}

// text returns the packed click, "" for the zero packed. It is a part of the
// slab.
func (p *packed) text() string {
	if p.slab == nil {
		return ""
	}
	part := p.slab.memory[p.from : p.from+p.size]
	return unsafe.String(unsafe.SliceData(part), len(part))
}

// odd returns the click when it is not packed, else nil.
func (p *packed) odd() *Click {
	if p.slab == nil || p.slab.memory[p.from+atBits]&bitOdd == 0 {
		return nil
	}
	k, _ := p.slab.odd.Load(p.from)
	return k.(*Click)
}

// unpack makes *k the click again. Its texts are parts of the slab.
func (p *packed) unpack(k *Click) {
	text := p.text()
	if text == "" {
		*k = Click{}
		return
	}
	if odd := p.odd(); odd != nil {
		*k = *odd
		return
	}
	header := text[:headerSize]
	bits := header[atBits]
	k.Timestamp = time.Time{}
	if bits&bitTime != 0 {
		k.Timestamp = time.Unix(int64(load8(header, atSecond)), int64(load4(header, atNano))).UTC()
	}
	k.Row = int(load8(header, atRow))
	k.IPAddress, k.MoreIPs = headerAddr(header), nil
	k.IsClickedThrough = bits&bitThrough != 0
	k.Feed = Feed(header[atFeed])
	rest := text[headerSize:]
	for i, s := range k.texts() {
		n := load2(header, atLengths+2*i)
		*s, rest = rest[:n], rest[n:]
	}
}

// addr is the click's address, without a zone.
func (p *packed) addr() netip.Addr {
	text := p.text()
	if text == "" {
		return netip.Addr{}
	}
	return headerAddr(text)
}

func headerAddr(header string) netip.Addr {
	var b [16]byte
	copy(b[:], header[atAddr:])
	switch bits := header[atBits]; {
	case bits&bitIs4 != 0:
		return netip.AddrFrom4([4]byte(b[12:]))
	case bits&bitIs6 != 0:
		return netip.AddrFrom16(b)
	}
	return netip.Addr{}
}

// account is the click's AccountUpn.
func (p *packed) account() string {
	text := p.text()
	if text == "" {
		return ""
	}
	if odd := p.odd(); odd != nil {
		return odd.AccountUpn
	}
	from := headerSize + int(load2(text, atLengths)) + int(load2(text, atLengths+2)) // behind Url and ActionType
	return text[from : from+int(load2(text, atLengths+4))]
}

func load2(s string, i int) uint16 { return uint16(s[i]) | uint16(s[i+1])<<8 }

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
	size, texts, odd := packedSize(k)
	row := Row{packed: packed{slab: newSlab(size, false), size: uint32(size)}}
	row.print.read(k)
	row.print.setTexts(texts)
	row.slab.pack(0, k, odd)
	return row
}

// Row is [NewRow] with what the Classifier's evidence says of the click: when
// its message came, and what the account's devices show of it.
func (c *Classifier) Row(k *Click) Row {
	row := NewRow(k)
	c.observe(k, &row.print)
	return row
}

// Rows makes clicks ready for a [Window], many in few pieces of memory. Every
// goroutine has one of its own, and it is not to be copied; the zero Rows is ready.
type Rows struct {
	_ [0]sync.Mutex // go vet tells of copies

	// Classifier, when set, adds what its evidence says, see [Classifier.Row].
	Classifier *Classifier
	// Reuse has the memory of rows used again when a Window has let go of them,
	// so that a stream of any length makes next to no garbage. It asks for care:
	// every row is given to one Window, once, and what is yielded of it, texts
	// included, is good only until yield returns, or as long as a [Keeper] keeps it.
	// So are the texts that an [Evidence] is asked with.
	Reuse bool

	slab  *slab // that is being filled, up to end
	end   int
	fresh int // clicks in it that were not given out
	size  int // of the next slab
	rows  []Row
}

// Add makes a click ready. It can be changed afterwards.
func (r *Rows) Add(k *Click) {
	size, texts, odd := packedSize(k)
	if r.slab == nil || size > len(r.slab.memory)-r.end || r.slab.reuse != r.Reuse {
		r.turn(size)
	}
	r.rows = append(r.rows, Row{packed: packed{r.slab, uint32(r.end), uint32(size)}})
	print := &r.rows[len(r.rows)-1].print
	print.read(k)
	print.setTexts(texts)
	if r.Classifier != nil {
		r.Classifier.observe(k, print)
	}
	r.slab.pack(r.end, k, odd)
	r.end += size
	r.fresh++
}

// turn goes on to a slab with room for n bytes.
func (r *Rows) turn(n int) {
	r.slab.use(r.fresh - 1)
	r.size = min(max(2*r.size, firstSlab), slabSize)
	r.slab, r.end, r.fresh = newSlab(max(r.size, n), r.Reuse), 0, 0
}

// Len is the number of rows that were added since the last Take.
func (r *Rows) Len() int { return len(r.rows) }

// Take returns the rows that were added since the last Take, in order. The slice
// is good until the next Add; a Window may hold what was in it for ever.
func (r *Rows) Take() []Row {
	r.slab.use(r.fresh)
	rows := r.rows
	r.fresh, r.rows = 0, r.rows[:0]
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
