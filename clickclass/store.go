package clickclass

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// Store holds evidence rows in memory, in compact form: no text of a row is
// kept. Add every row, in any order, then call Evidence. Adding is not safe
// for concurrent use; the look-ups that Evidence returns are. The zero Store
// is not ready, use NewStore.
type Store struct {
	messages map[uint64]*message
	accounts map[uint64]*account
	devices  map[uint64]*device
	hosts    map[uint64]*hostVisits
	browsers map[uint64]struct{} // devices that had a browser connection at all
	audit    map[auditKey]AuditFacts
	policies []Policy
	address  map[netip.Addr]*addressSignIns
	domains  map[uint64]*domainSignIns
	// names are the accounts by the part before the @; 0: several share it.
	names map[uint64]uint64
}

// NewStore returns an empty Store.
func NewStore() *Store {
	return &Store{
		messages: map[uint64]*message{},
		accounts: map[uint64]*account{},
		devices:  map[uint64]*device{},
		hosts:    map[uint64]*hostVisits{},
		browsers: map[uint64]struct{}{},
		audit:    map[auditKey]AuditFacts{},
		address:  map[netip.Addr]*addressSignIns{},
		domains:  map[uint64]*domainSignIns{},
		names:    map[uint64]uint64{},
	}
}

// Limits of what a Store keeps of one thing; what comes after is not kept.
const (
	maxRecipients  = 10_000
	maxMessageURLs = 1_000
	maxHostDevices = 64 // a host that so many devices visit is common
)

type message struct {
	received   time.Time
	removed    time.Time
	recipients []uint64 // accounts
	urls       []uint64
	urlCount   int
}

// account is what is known of an account's good sign-ins.
type account struct {
	signIns   times
	from      map[netip.Addr]times // by personAddr
	near      map[[3]byte]times    // by /24
	countries []uint16
	hours     [24]uint32
	days      map[int32]struct{} // of good sign-ins; at most 6 are kept
}

// times are Unix nanoseconds, in order and each once after sort.
type times []int64

func (t times) sort() times {
	slices.Sort(t)
	return slices.Compact(t)
}

// count returns how many lie in from to to, both included.
func (t times) count(from, to int64) int {
	lo, _ := slices.BinarySearch(t, from)
	hi, found := slices.BinarySearch(t, to)
	if found {
		hi++
	}
	return max(0, hi-lo)
}

// nearest returns the gap to the time nearest to at, from before it to after
// it; of two that are as near, the earlier.
func (t times) nearest(at int64, before, after time.Duration) (time.Duration, bool) {
	i, _ := slices.BinarySearch(t, at)
	best, found := time.Duration(0), false
	for j := max(0, i-1); j <= i && j < len(t); j++ {
		gap := time.Duration(t[j] - at)
		if -before <= gap && gap <= after && (!found || gap.Abs() < best.Abs()) {
			best, found = gap, true
		}
	}
	return best, found
}

type addressSignIns struct {
	people    map[uint64]span // by account
	renewed   map[uint64]span // the same, for sign-ins that clients renewed
	countries []uint16        // there are fewer than 300
}

type span struct{ first, last int64 } // Unix nanoseconds

// domainSignIns is the good sign-ins of the accounts of one domain.
type domainSignIns struct {
	accounts int
	span
}

// device is what all devices of one account did.
type device struct {
	launches    map[uint64]times // by URL
	connections map[uint64]times // by host
	active      times            // Unix minutes
}

type hostVisits struct{ devices []uint64 }

type auditKey struct {
	account, url uint64
	second       int64
	addr         netip.Addr // invalid in an alert, which names none
}

// Evidence returns look-ups over the rows added so far. It sorts them; rows
// added later need another call.
func (s *Store) Evidence() Evidence {
	for _, a := range s.accounts {
		// Exports overlap: the same sign-in twice is one.
		a.signIns = a.signIns.sort()
		for addr, t := range a.from {
			a.from[addr] = t.sort()
		}
		for block, t := range a.near {
			a.near[block] = t.sort()
		}
	}
	for _, d := range s.devices {
		d.active = d.active.sort()
		for key, t := range d.launches {
			d.launches[key] = t.sort()
		}
		for key, t := range d.connections {
			d.connections[key] = t.sort()
		}
	}
	var e Evidence
	// A look-up without rows would make missing evidence look like silence.
	if len(s.messages) > 0 {
		e.Mail = s
	}
	if len(s.accounts) > 0 {
		e.SignIns = s
	}
	if len(s.devices) > 0 {
		e.Endpoints = s
	}
	if len(s.audit) > 0 {
		e.Audit = s
	}
	e.Policies = slices.Clone(s.policies)
	return e
}

// Mail.

func (s *Store) message(id string) *message {
	if id == "" {
		return nil
	}
	key := idKey(id)
	m := s.messages[key]
	if m == nil {
		m = new(message)
		s.messages[key] = m
	}
	return m
}

// AddEmail adds a row of EmailEvents.
func (s *Store) AddEmail(e Email) {
	m := s.message(e.NetworkMessageId)
	if m == nil {
		return
	}
	// The stream writes a new record when a verdict changes: the first counts.
	if !e.Timestamp.IsZero() && (m.received.IsZero() || e.Timestamp.Before(m.received)) {
		m.received = e.Timestamp
	}
	m.urlCount = max(m.urlCount, e.UrlCount)
	m.recipients = addKey(m.recipients, e.RecipientEmailAddress, maxRecipients)
}

// AddEmailURL adds a row of EmailUrlInfo.
func (s *Store) AddEmailURL(e EmailURL) {
	m := s.message(e.NetworkMessageId)
	if m == nil || e.Url == "" {
		return
	}
	if key := urlKey(e.Url); len(m.urls) < maxMessageURLs && !slices.Contains(m.urls, key) {
		m.urls = append(m.urls, key)
	}
}

// AddPostDelivery adds a row of EmailPostDeliveryEvents.
func (s *Store) AddPostDelivery(e PostDelivery) {
	m := s.message(e.NetworkMessageId)
	failed := strings.Contains(strings.ToLower(e.ActionResult), "fail") || strings.Contains(strings.ToLower(e.ActionResult), "error")
	if m == nil || failed || e.ThreatTypes == "" && !strings.Contains(strings.ToLower(e.ActionType), "zap") {
		return
	}
	if !e.Timestamp.IsZero() && (m.removed.IsZero() || e.Timestamp.Before(m.removed)) {
		m.removed = e.Timestamp
	}
}

func addKey(list []uint64, text string, limit int) []uint64 {
	if text == "" || len(list) >= limit {
		return list
	}
	key := foldKey(text)
	if slices.Contains(list, key) {
		return list
	}
	return append(list, key)
}

// Message implements [Mail].
func (s *Store) Message(id, account string) (MessageFacts, bool) {
	m := s.messages[idKey(id)]
	if m == nil {
		return MessageFacts{}, false
	}
	f := MessageFacts{
		Received:   m.received,
		Removed:    m.removed,
		URLs:       max(m.urlCount, len(m.urls)),
		Recipients: len(m.recipients) > 0 && len(m.recipients) < maxRecipients,
	}
	f.Recipient = account != "" && slices.Contains(m.recipients, foldKey(account))
	return f, true
}

// Sign-ins.

// good says whether a sign-in corroborates a person.
func (r *SignIn) good() bool { return r.Success && r.Interactive && !r.risky() }

func (r *SignIn) risky() bool {
	switch strings.ToLower(r.Risk) {
	case "medium", "high":
		return true
	}
	return false
}

// AddSignIn adds a sign-in. Only good ones corroborate. Of the others, the
// country of their address is kept, and, where a client renewed a sign-in, that
// it was there.
func (s *Store) AddSignIn(r SignIn) {
	if r.AccountUpn == "" || r.Timestamp.IsZero() {
		return
	}
	addr := personAddr(r.IPAddress)
	country := countryKey(r.Country)
	var at *addressSignIns
	if addr.IsValid() {
		if at = s.address[addr]; at == nil {
			at = new(addressSignIns)
			s.address[addr] = at
		}
		if country != 0 && !slices.Contains(at.countries, country) {
			at.countries = append(at.countries, country)
		}
	}
	key := foldKey(r.AccountUpn)
	if !r.good() {
		if at != nil && r.Success && !r.Interactive && !r.risky() {
			at.renewed = seenAt(at.renewed, key, r.Timestamp.UnixNano())
		}
		return
	}
	s.name(r.AccountUpn)
	a := s.accounts[key]
	if a == nil {
		a = &account{days: map[int32]struct{}{}, from: map[netip.Addr]times{}, near: map[[3]byte]times{}}
		s.accounts[key] = a
	}
	ns := r.Timestamp.UnixNano()
	s.domain(domainKey(r.AccountUpn), len(a.signIns) == 0, ns)
	a.signIns = append(a.signIns, ns)
	a.from[addr] = append(a.from[addr], ns)
	if block, ok := neighbourhood(addr); ok {
		a.near[block] = append(a.near[block], ns)
	}
	a.hours[r.Timestamp.UTC().Hour()]++
	if day := int32(r.Timestamp.Unix() / 86400); len(a.days) <= minDays {
		a.days[day] = struct{}{}
	}
	if country != 0 && !slices.Contains(a.countries, country) {
		a.countries = append(a.countries, country)
	}
	if at != nil {
		at.people = seenAt(at.people, key, ns)
	}
}

func (s *Store) domain(key uint64, newAccount bool, ns int64) {
	d := s.domains[key]
	if d == nil {
		d = &domainSignIns{span: span{ns, ns}}
		s.domains[key] = d
	}
	if newAccount {
		d.accounts++
	}
	d.span = span{min(d.first, ns), max(d.last, ns)}
}

// covers says whether the sign-ins of the domain around t are known.
func (d *domainSignIns) covers(t int64) bool {
	const day, enough = int64(signInDay), 5 // accounts; assumption
	return d != nil && d.accounts >= enough && d.first-day <= t && t <= d.last+day
}

// seenAt notes that an account was there at a time.
func seenAt(spans map[uint64]span, account uint64, ns int64) map[uint64]span {
	if spans == nil {
		spans = map[uint64]span{}
	}
	if p, ok := spans[account]; ok {
		spans[account] = span{min(p.first, ns), max(p.last, ns)}
	} else {
		spans[account] = span{ns, ns}
	}
	return spans
}

// others counts the accounts besides one that were there between two times; it
// stops at 2, so that the count is the same whatever the order.
func others(spans map[uint64]span, account uint64, from, to int64) int {
	n := 0
	for other, p := range spans {
		if other != account && p.last >= from && p.first <= to {
			if n++; n == 2 {
				break
			}
		}
	}
	return n
}

// personAddr is the part of an address that stays with a person's line: all of
// an IPv4 address, the /64 of an IPv6 one.
func personAddr(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.Addr()
	}
	return a
}

func countryKey(c string) uint16 {
	if len(c) != 2 {
		return 0
	}
	c = strings.ToUpper(c)
	return uint16(c[0])<<8 | uint16(c[1])
}

const (
	signInDay = 24 * time.Hour

	minCountrySignIns = 10 // fewer do not tell where somebody usually is; assumption
	minHourSignIns    = 20 // nor when; assumption
	minDays           = 5
)

// SignIn implements [SignIns].
func (s *Store) SignIn(upn string, addr netip.Addr, at time.Time) (SignInFacts, bool) {
	key := foldKey(upn)
	addr = personAddr(addr)
	t := at.UnixNano()
	const day = int64(signInDay)
	from, to := t-int64(SignInReach), t+day
	f := SignInFacts{Covered: s.domains[domainKey(upn)].covers(t)}
	there := s.address[addr]
	if there != nil {
		f.Others = others(there.people, key, from, to)
		p, ok := there.renewed[key]
		f.Renewed = ok && p.last >= from && p.first <= to || others(there.renewed, key, from, to) == 2
	}
	a := s.accounts[key]
	if a == nil {
		return f, false
	}
	if f.SignIns = a.signIns.count(from, to); f.SignIns == 0 {
		return f, false
	}
	here := a.from[addr]
	f.Month = here.count(from, to) > 0
	f.Day = here.count(t-day, to) > 0
	f.Settled = here.count(from, t-day-1) > 0
	if block, ok := neighbourhood(addr); ok {
		f.Near = a.near[block].count(from, to) > here.count(from, to)
	}
	if there != nil {
		f.FarCountry = len(a.signIns) >= minCountrySignIns && len(a.countries) > 0 &&
			len(there.countries) > 0 && !slices.ContainsFunc(there.countries, func(c uint16) bool {
			return slices.Contains(a.countries, c)
		})
	}
	f.OffHours = a.offHours(at)
	return f, true
}

// neighbourhood is the /24 of an IPv4 address; IPv6 has none that says
// anything beyond the /64.
func neighbourhood(a netip.Addr) (block [3]byte, ok bool) {
	if !a.Is4() {
		return block, false
	}
	b := a.As4()
	return [3]byte(b[:3]), true
}

func (a *account) offHours(at time.Time) bool {
	if len(a.signIns) < minHourSignIns || len(a.days) < minDays {
		return false
	}
	h := at.UTC().Hour()
	for d := -2; d <= 2; d++ {
		if a.hours[(h+d+24)%24] > 0 {
			return false
		}
	}
	return true
}

// Endpoints.

// name notes that there is an account of this name.
func (s *Store) name(upn string) {
	local, _, _ := strings.Cut(upn, "@")
	name, key := foldKey(local), foldKey(upn)
	if have, ok := s.names[name]; ok && have != key {
		key = 0
	}
	s.names[name] = key
}

func (s *Store) device(upn, account string) *device {
	if upn != "" {
		s.name(upn)
	}
	key := deviceKey(upn, account)
	if key == 0 {
		return nil
	}
	d := s.devices[key]
	if d == nil {
		d = &device{launches: map[uint64]times{}, connections: map[uint64]times{}}
		s.devices[key] = d
	}
	return d
}

// deviceKey is the account's name, or where the row has only the name of the
// logon, that name: domain accounts usually share it with the address.
func deviceKey(upn, account string) uint64 {
	switch {
	case upn != "":
		return foldKey(upn)
	case account != "":
		return ^foldKey(account)
	}
	return 0
}

// AddBrowserLaunch adds a DeviceEvents row of ActionType
// BrowserLaunchedToOpenUrl.
func (s *Store) AddBrowserLaunch(r BrowserLaunch) {
	d := s.device(r.AccountUpn, r.Account)
	if d == nil || r.Timestamp.IsZero() {
		return
	}
	d.active = append(d.active, r.Timestamp.Unix()/60)
	if r.RemoteUrl != "" {
		key := urlKey(r.RemoteUrl)
		d.launches[key] = append(d.launches[key], r.Timestamp.UnixNano())
	}
}

// AddConnection adds a row of DeviceNetworkEvents. Connections of browsers to
// a host count; the others only show that the device was active.
func (s *Store) AddConnection(r Connection) {
	d := s.device(r.AccountUpn, r.Account)
	if d == nil || r.Timestamp.IsZero() {
		return
	}
	d.active = append(d.active, r.Timestamp.Unix()/60)
	if r.RemoteUrl == "" || !isBrowser(r.Process) || r.ActionType != "" && !strings.HasPrefix(r.ActionType, "Connection") {
		return
	}
	host := hostKey(r.RemoteUrl)
	if host == 0 {
		return
	}
	d.connections[host] = append(d.connections[host], r.Timestamp.UnixNano())
	id := foldKey(r.DeviceId + r.DeviceName)
	s.browsers[id] = struct{}{}
	h := s.hosts[host]
	if h == nil {
		h = new(hostVisits)
		s.hosts[host] = h
	}
	if len(h.devices) < maxHostDevices && !slices.Contains(h.devices, id) {
		h.devices = append(h.devices, id)
	}
}

// browserProcesses are the file names of the browsers whose connections count.
var browserProcesses = [...]string{"msedge.exe", "chrome.exe", "firefox.exe", "brave.exe", "opera.exe",
	"iexplore.exe", "safari", "google chrome", "microsoft edge", "vivaldi.exe", "msedgewebview2.exe", "chromium"}

func isBrowser(process string) bool {
	for _, b := range browserProcesses {
		if strings.EqualFold(process, b) {
			return true
		}
	}
	return false
}

// safeLinksHost stands for every host of Safe Links, whatever its region.
const safeLinksHost = 1

// hostKey is the key of the host of a URL or a bare host; 0 when there is none.
func hostKey(rawURL string) uint64 {
	host := hostOf(rawURL)
	if strings.Contains(host, ".safelinks.protection.") && safelinks.IsSafeLink("https://"+host+"/?url=https%3A%2F%2Fexample.com") {
		return safeLinksHost
	}
	if host == "" {
		return 0
	}
	return foldKey(host)
}

const (
	launchReach      = 2 * time.Minute
	connectionBefore = 5 * time.Second
	connectionAfter  = time.Minute
	activeReach      = 30 // minutes

	// rareDevices is how many devices may visit a host for it to be as telling
	// as a host can be; with more, it tells less in proportion. Assumption.
	rareDevices = 3
	// safeLinksRarity is how telling a connection to a Safe Links host is: the
	// time fits, but any other link of any mail goes there too. Assumption.
	safeLinksRarity = 0.5
)

// Endpoint implements [Endpoints]. Rows with only the name of a logon speak of
// the account that has that name before the @, unless several are known to.
func (s *Store) Endpoint(upn, rawURL string, at time.Time) (EndpointFacts, bool) {
	local, _, _ := strings.Cut(upn, "@")
	byUPN := s.devices[deviceKey(upn, "")]
	byName := s.devices[deviceKey("", local)]
	if owner, known := s.names[foldKey(local)]; known && owner != foldKey(upn) {
		byName = nil
	}
	if link, err := safelinks.Decode(rawURL); err == nil {
		rawURL = link.Original
	}
	url, host := urlKey(rawURL), hostKey(rawURL)
	var f EndpointFacts
	known := false
	for _, d := range [...]*device{byUPN, byName} {
		if d == nil || !d.activeWithin(at, 24*60) {
			continue
		}
		known = true
		f.Active = f.Active || d.activeWithin(at, activeReach)
		t := at.UnixNano()
		if gap, ok := d.launches[url].nearest(t, launchReach, launchReach); ok && (!f.Launch || gap.Abs() < f.LaunchGap.Abs()) {
			f.Launch, f.LaunchGap = true, gap
		}
		if gap, ok := d.connections[host].nearest(t, connectionBefore, connectionAfter); ok && host != 0 {
			f.connect(gap, s.rarity(host))
		}
		if gap, ok := d.connections[safeLinksHost].nearest(t, connectionBefore, connectionAfter); ok {
			f.connect(gap, safeLinksRarity)
		}
	}
	return f, known
}

// connect takes a connection where it tells more than the one before.
func (f *EndpointFacts) connect(gap time.Duration, rarity float64) {
	if !f.Connection || rarity > f.Rarity || rarity == f.Rarity && gap.Abs() < f.ConnectionGap.Abs() {
		f.Connection, f.ConnectionGap, f.Rarity = true, gap, rarity
	}
}

// activeWithin says whether a device did something within so many minutes.
func (d *device) activeWithin(at time.Time, minutes int64) bool {
	minute := at.Unix() / 60
	return d.active.count(minute-minutes, minute+minutes) > 0
}

// rarity is 1 for a host that at most rareDevices devices visit, and goes down
// in proportion.
func (s *Store) rarity(host uint64) float64 {
	h := s.hosts[host]
	if h == nil || len(h.devices) == 0 {
		return 0
	}
	return min(1, rareDevices/float64(len(h.devices)))
}

// Policies.

// AddPolicy adds a Safe Links policy of the tenant.
func (s *Store) AddPolicy(p Policy) { s.policies = append(s.policies, p) }

// Audit.

// AddAudit adds the same click as the audit feed tells it: a TIUrlClickData
// record, or the entity of an alert.
func (s *Store) AddAudit(k Click) {
	if k.Timestamp.IsZero() || k.AccountUpn == "" {
		return
	}
	key := auditKeyOf(&k)
	f := s.audit[key]
	f.Through = f.Through || k.IsClickedThrough || k.ActionType == ClickedThrough
	f.Later = f.Later || k.Feed == FeedAlert && k.ActionType == ClickAllowed
	s.audit[key] = f
}

func auditKeyOf(k *Click) auditKey {
	return auditKey{foldKey(k.AccountUpn), urlKey(k.Url), k.Timestamp.Unix(), k.addr()}
}

// Audited implements [Audit]. The feeds agree to the second and in the address;
// an alert, which names none, speaks of every click of that second.
func (s *Store) Audited(k *Click) (AuditFacts, bool) {
	if k.Timestamp.IsZero() {
		return AuditFacts{}, false
	}
	key := auditKeyOf(k)
	f, ok := s.audit[key]
	key.addr = netip.Addr{}
	alert, alerted := s.audit[key]
	f.Through, f.Later = f.Through || alert.Through, f.Later || alert.Later
	return f, ok || alerted
}
