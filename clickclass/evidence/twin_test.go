package evidence

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/programs"
)

// twin is the slow, obvious Store: a list of rows that every question reads from the
// beginning. It shares nothing with Store but the normal forms of texts.
type twin struct {
	keep time.Duration
	rows []twinRow
}

// twinRow is a row and what it had to survive.
type twinRow struct {
	row   Row
	at    time.Time // zero: unknown
	age   time.Time // at, or what counts in its place
	limit time.Time // the latest limit since the row was added
	gone  bool      // of mail: its message was dropped
}

var (
	twinFirst   = time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC)
	twinEnd     = time.Date(2042, 1, 1, 0, 0, 0, 0, time.UTC)
	twinUndated = twinEnd.AddDate(50, 0, 0)
)

// believable returns t, and the zero Time if it is not believed.
func believable(t time.Time) time.Time {
	if t.Before(twinFirst) || !t.Before(twinEnd) {
		return time.Time{}
	}
	return t
}

func rowTime(r Row) time.Time {
	switch r := r.(type) {
	case Email:
		return r.Timestamp
	case EmailUrl:
		return r.Timestamp
	case PostDelivery:
		return r.Timestamp
	case SignIn:
		return r.Timestamp
	case BrowserLaunch:
		return r.Timestamp
	case Connection:
		return r.Timestamp
	case Audited:
		return r.Timestamp
	case ChatMessage:
		return r.Timestamp
	case ChatUrl:
		return r.Timestamp
	case ChatPostDelivery:
		return r.Timestamp
	}
	panic("no row of this package")
}

// ignored reports whether a row says nothing at all.
func ignored(r Row) bool {
	undated := believable(rowTime(r)).IsZero()
	switch r := r.(type) {
	case Email, EmailUrl, PostDelivery:
		return messageID(r) == ""
	case SignIn:
		return undated || r.AccountUpn == ""
	case Audited:
		return undated || r.AccountUpn == ""
	case BrowserLaunch:
		return r.AccountUpn == "" && (undated || r.Account == "")
	case Connection:
		return r.AccountUpn == "" && (undated || r.Account == "")
	case ChatMessage, ChatUrl, ChatPostDelivery:
		return false
	}
	panic("no row of this package")
}

func (w *twin) add(r Row) {
	if ignored(r) {
		return
	}
	at := believable(rowTime(r))
	age := at
	if age.IsZero() {
		if age = w.newest(); age.IsZero() {
			age = twinUndated
		}
	}
	w.rows = append(w.rows, twinRow{row: r, at: at, age: age})
	if w.keep > 0 {
		if newest := w.newest(); !newest.IsZero() {
			w.drop(newest.Add(-w.keep))
		}
	}
}

// newest returns the time of the newest row that is no more than a year ahead of the
// eighth newest time.
func (w *twin) newest() time.Time {
	var times []time.Time
	for _, r := range w.rows {
		if !r.at.IsZero() {
			times = append(times, r.at.UTC())
		}
	}
	if len(times) == 0 {
		return time.Time{}
	}
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, time.Time.Equal)
	times = times[max(0, len(times)-8):]
	most := times[0].Add(farAhead)
	for len(times) > 1 && times[len(times)-1].After(most) {
		times = times[:len(times)-1]
	}
	return times[len(times)-1]
}

// drop drops the rows before limit.
func (w *twin) drop(limit time.Time) {
	newest := map[string]time.Time{}
	for i := range w.rows {
		r := &w.rows[i]
		if limit.After(r.limit) {
			r.limit = limit
		}
		if id := messageID(r.row); id != "" && !r.gone && r.age.After(newest[id]) {
			newest[id] = r.age
		}
	}
	for i := range w.rows {
		r := &w.rows[i]
		if id := messageID(r.row); id != "" && newest[id].Before(limit) {
			r.gone = true
		}
	}
}

// messageID returns the message that a row of mail speaks of.
func messageID(r Row) string {
	switch r := r.(type) {
	case Email:
		return normal.MessageID(r.NetworkMessageId)
	case EmailUrl:
		return normal.MessageID(r.NetworkMessageId)
	case PostDelivery:
		return normal.MessageID(r.NetworkMessageId)
	}
	return ""
}

// here reports whether what happened at a time is still kept.
func (r *twinRow) here(at time.Time) bool { return !at.Before(r.limit) }

func (w *twin) facts(q clickclass.Question) clickclass.Facts {
	var f clickclass.Facts
	if q.Want.Has(clickclass.EvidenceMail) {
		f.Mail = w.mail(q)
	}
	if q.Want.Has(clickclass.EvidenceChat) && !believable(q.At).IsZero() {
		f.Chat = w.chat(q)
	}
	if believable(q.At).IsZero() || q.Account == "" {
		return f
	}
	if q.Want.Has(clickclass.EvidenceSignIn) && q.Addr.IsValid() {
		f.SignIn = w.signIn(q)
	}
	if q.Want.Has(clickclass.EvidenceDevice) {
		f.Device = w.device(q)
	}
	if q.Want.Has(clickclass.EvidenceAudit) {
		f.Audit = w.audit(q)
	}
	return f
}

func (w *twin) mail(q clickclass.Question) *clickclass.MailFacts {
	if q.MessageID == "" {
		return nil
	}
	var f clickclass.MailFacts
	known, said := false, 0
	urls, recipients := map[string]bool{}, map[string]bool{}
	first := func(t *time.Time, at time.Time) {
		if !at.IsZero() && (t.IsZero() || at.Before(*t)) {
			*t = at.UTC()
		}
	}
	for _, r := range w.rows {
		if r.gone || messageID(r.row) != normal.MessageID(q.MessageID) {
			continue
		}
		known = true
		switch e := r.row.(type) {
		case Email:
			first(&f.Received, r.at)
			said = max(said, e.UrlCount)
			for threat := range strings.SplitSeq(e.ThreatTypes, ", ") {
				f.Threat = f.Threat || threat == "Phish" || threat == "Malware"
			}
			if e.RecipientEmailAddress != "" {
				recipients[normal.Account(e.RecipientEmailAddress)] = true
			}
		case EmailUrl:
			if e.Url != "" {
				urls[normal.Comparable(normal.URL(e.Url))] = true
			}
		case PostDelivery:
			if twinRemoves(e.ActionType, e.ActionResult, e.ThreatTypes) {
				first(&f.Removed, r.at)
			}
		}
	}
	if !known {
		return nil
	}
	f.URLs = max(said, len(urls))
	f.RecipientsKnow = len(recipients) > 0
	f.IsRecipient = recipients[normal.Account(q.Account)]
	return &f
}

func twinRemoves(action, result, threats string) bool {
	result = strings.ToLower(result)
	failed := strings.Contains(result, "fail") || strings.Contains(result, "error")
	return !failed && (threats != "" || strings.Contains(strings.ToLower(action), "zap"))
}

// begin returns the time of the first good sign-in of an account of a domain that was ever
// added, kept or not.
func (w *twin) begin(domain string) (first time.Time) {
	for _, r := range w.rows {
		s, ok := r.row.(SignIn)
		risk := strings.ToLower(s.Risk)
		good := ok && normal.Domain(normal.Account(s.AccountUpn)) == domain && s.Success && s.Interactive && risk != "medium" && risk != "high"
		if good && (first.IsZero() || s.Timestamp.Before(first)) {
			first = s.Timestamp
		}
	}
	return first
}

// twinSignIn is a sign-in that is still kept.
type twinSignIn struct {
	SignIn
	account string
	addr    netip.Addr
	good    bool
	renewal bool
	risky   bool
	hour    time.Time // its end, by which renewals are kept
}

func (w *twin) signIns() (out []twinSignIn) {
	for _, r := range w.rows {
		s, ok := r.row.(SignIn)
		if !ok {
			continue
		}
		addr := s.IPAddress.Unmap().WithZone("")
		if addr.Is6() {
			addr = netip.PrefixFrom(addr, 64).Masked().Addr()
		}
		risk := strings.ToLower(s.Risk)
		risky := risk == "medium" || risk == "high"
		t := twinSignIn{SignIn: s, account: normal.Account(s.AccountUpn), addr: addr}
		if r.here(s.Timestamp) {
			t.good = s.Success && s.Interactive && !risky
			t.renewal = s.Success && !s.Interactive && !risky
			t.risky = s.Success && risky
		} else {
			t.Country = ""
		}
		if hour := s.Timestamp.UTC().Truncate(time.Hour).Add(time.Hour - 1); s.Success && !s.Interactive && r.here(hour) {
			t.hour = hour
		}
		out = append(out, t)
	}
	return out
}

func country(s string) string {
	s = strings.ToUpper(s)
	if len(s) != 2 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return s
}

func (w *twin) signIn(q clickclass.Question) *clickclass.SignInFacts {
	all := w.signIns()
	me := normal.Account(q.Account)
	addr := q.Addr.Unmap().WithZone("")
	if addr.Is6() {
		addr = netip.PrefixFrom(addr, 64).Masked().Addr()
	}
	const month, day = 30 * 24 * time.Hour, 24 * time.Hour
	from, to := q.At.Add(-month), q.At.Add(day)
	within := func(t, from, to time.Time) bool { return !t.Before(from) && !t.After(to) }

	mine := map[int64]time.Time{}
	countries, there := map[string]bool{}, map[string]bool{}
	hours, days := map[int]bool{}, map[int64]bool{}
	hereTimes, blockTimes := map[int64]bool{}, map[int64]bool{}
	begin := w.begin(normal.Domain(me))
	var beginHere, beginBlock time.Time // of my sign-ins
	var f clickclass.SignInFacts
	renewals := false
	type span struct{ first, last time.Time }
	people, renewers := map[string]span{}, map[string]span{}
	widen := func(m map[string]span, account string, t time.Time) {
		s, ok := m[account]
		if !ok || t.Before(s.first) {
			s.first = t
		}
		if !ok || t.After(s.last) {
			s.last = t
		}
		m[account] = s
	}
	for _, s := range all {
		c := country(s.Country)
		if s.addr == addr && c != "" {
			there[c] = true
		}
		if s.addr == addr && s.renewal {
			widen(renewers, s.account, s.Timestamp)
		}
		if s.account == me && !s.hour.IsZero() && within(s.hour, from, to.UTC().Truncate(time.Hour).Add(time.Hour-1)) {
			renewals = true
		}
		if s.account == me && s.addr == addr && s.risky && within(s.Timestamp, from, to) {
			f.Risky = true
		}
		if !s.good {
			continue
		}
		if s.addr == addr {
			widen(people, s.account, s.Timestamp)
		}
		if s.account != me {
			continue
		}
		t := s.Timestamp.UTC()
		mine[t.UnixNano()] = t
		hours[t.Hour()] = true
		days[t.Unix()/86400] = true
		if c != "" {
			countries[c] = true
		}
		if s.addr == addr {
			hereTimes[t.UnixNano()] = true
			if beginHere.IsZero() || t.Before(beginHere) {
				beginHere = t
			}
		}
		if s.addr.Is4() && addr.Is4() && netip.PrefixFrom(addr, 24).Masked().Contains(s.addr) {
			if within(t, from, q.At) {
				blockTimes[t.UnixNano()] = true
			}
			if beginBlock.IsZero() || t.Before(beginBlock) {
				beginBlock = t
			}
		}
	}
	others := func(m map[string]span) (n int) {
		for account, s := range m {
			if account != me && !s.last.Before(from) && !s.first.After(to) {
				n++
			}
		}
		return min(n, 2)
	}
	for account, s := range people {
		if q.At.Sub(s.first) < 7*day && s.first.After(begin.Add(day)) {
			delete(people, account)
		}
	}
	f.Others = others(people)
	own, renewed := renewers[me]
	f.Renewed = renewed && !own.last.Before(from) && !own.first.After(to) || others(renewers) == 2
	for _, t := range mine {
		if within(t, from, to) {
			f.SignIns++
		}
	}
	if f == (clickclass.SignInFacts{}) {
		return nil
	}
	if f.SignIns == 0 {
		return &f
	}
	came := 0
	for ns := range hereTimes {
		t := time.Unix(0, ns)
		if within(t, from, q.At) {
			came++
		}
		f.Month = f.Month || within(t, from, q.At)
		f.Day = f.Day || within(t, q.At.Add(-day), q.At)
		f.After = f.After || t.After(q.At) && !t.After(to)
	}
	settled := func(first time.Time) bool {
		age := q.At.Sub(first)
		return !first.IsZero() && (age >= 7*day || age > day && !first.After(begin.Add(day)))
	}
	if !beginHere.IsZero() && beginHere.Before(q.At) {
		f.Age = q.At.Sub(beginHere)
	}
	f.Settled = settled(beginHere)
	f.RenewalsKnown = renewals
	f.Near = len(blockTimes) > came && settled(beginBlock)
	shared := false
	for c := range there {
		shared = shared || countries[c]
	}
	f.FarCountry = len(mine) >= 10 && len(countries) > 0 && len(there) > 0 && !shared
	usual := false
	for h := range hours {
		apart := (h - q.At.UTC().Hour() + 24) % 24
		usual = usual || apart <= 2 || apart >= 22
	}
	f.OffHours = len(mine) >= 20 && len(days) >= 5 && !usual
	return &f
}

// twinEvent is a row of a device.
type twinEvent struct {
	at            time.Time
	upn, logon    string
	launched, cut string // texts of the link
	byPerson      bool
	browses       bool
	connected     string // host
	device        string
	namesAccount  bool // the row still counts for the names of accounts
	showsActivity bool
	showsEvent    bool
}

func (w *twin) events() (out []twinEvent) {
	for _, r := range w.rows {
		var e twinEvent
		switch d := r.row.(type) {
		case BrowserLaunch:
			e = twinEvent{upn: d.AccountUpn, logon: d.Account, byPerson: d.Process == "" || programs.Of(d.Process) != 0}
			bare := cutProtocol(d.RemoteUrl)
			if scheme, rest, ok := strings.Cut(bare, "://"); ok && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")) {
				bare, e.launched, e.cut = rest, linkText(d.RemoteUrl), cutText(d.RemoteUrl)
			}
			if bare = strings.TrimSuffix(bare, "/"); e.byPerson && strings.Contains(bare, ".") && !strings.ContainsAny(bare, `/?#\ `) {
				e.connected, e.device = twinHost(bare), strings.ToLower(d.DeviceId+d.DeviceName)
			}
		case Connection:
			e = twinEvent{upn: d.AccountUpn, logon: d.Account, device: strings.ToLower(d.DeviceId + d.DeviceName)}
			kind := programs.Of(d.Process)
			if (kind == programs.Browser || kind == programs.Embedded) && (d.ActionType == "" || strings.HasPrefix(d.ActionType, "Connection")) {
				e.connected = twinHost(d.RemoteUrl)
				e.browses = kind == programs.Browser && e.connected != ""
			}
		default:
			continue
		}
		e.at = r.at
		e.upn = normal.Account(e.upn)
		e.logon = normal.Account(e.logon)
		e.namesAccount = e.upn != "" && r.here(r.age)
		if !r.at.IsZero() {
			e.showsActivity = r.here(r.at.UTC().Truncate(time.Minute).Add(time.Minute - 1))
			e.showsEvent = r.here(r.at)
		}
		out = append(out, e)
	}
	return out
}

func twinHost(url string) string {
	host := normal.Host(url)
	if strings.HasSuffix(host, ".safelinks.protection.outlook.com") {
		return "safe links"
	}
	return host
}

func (w *twin) device(q clickclass.Question) *clickclass.DeviceFacts {
	me := normal.Account(q.Account)
	name, _, _ := strings.Cut(me, "@")
	events := w.events()

	owners := map[string]bool{} // of the name
	own := func(upn string) {
		if n, _, _ := strings.Cut(upn, "@"); n == name {
			owners[upn] = true
		}
	}
	for _, s := range w.signIns() {
		if s.good {
			own(s.account)
		}
	}
	devices := map[string]map[string]bool{} // by host
	for _, e := range events {
		if e.namesAccount {
			own(e.upn)
		}
		if e.showsEvent && e.connected != "" {
			if devices[e.connected] == nil {
				devices[e.connected] = map[string]bool{}
			}
			devices[e.connected][e.device] = true
		}
	}
	delete(owners, me)
	byName := name != "" && len(owners) == 0

	minutes := func(a, b time.Time) float64 {
		return a.UTC().Truncate(time.Minute).Sub(b.UTC().Truncate(time.Minute)).Abs().Minutes()
	}
	url := normal.URL(q.URL)
	host, text := twinHost(url), linkText(url)
	var f clickclass.DeviceFacts
	known := false
	var byPerson, byOther time.Duration
	var personFound, otherFound bool
	nearer := func(a, b time.Duration) bool { return a.Abs() < b.Abs() || a.Abs() == b.Abs() && a < b }
	// The device of the full name and that of the logon are known apart from each other.
	for _, mine := range []func(e twinEvent) bool{
		func(e twinEvent) bool { return e.upn == me },
		func(e twinEvent) bool { return byName && e.upn == "" && e.logon == name },
	} {
		// nearest returns the gap to the nearest event of a kind, of two the earlier.
		nearest := func(kind func(twinEvent) bool, before, after time.Duration) (best time.Duration, found bool) {
			for _, e := range events {
				gap := e.at.Sub(q.At)
				if !mine(e) || !e.showsEvent || !kind(e) || gap < -before || gap > after {
					continue
				}
				if !found || nearer(gap, best) {
					best, found = gap, true
				}
			}
			return best, found
		}
		connect := func(to string, rarity float64) {
			gap, found := nearest(func(e twinEvent) bool { return to != "" && e.connected == to }, 5*time.Second, time.Minute)
			if found && (!f.Connection || rarity > f.Rarity || rarity == f.Rarity && gap.Abs() < f.ConnectionGap.Abs()) {
				f.Connection, f.ConnectionGap, f.Rarity = true, gap, rarity
			}
		}
		active := func(within float64, browsing bool) bool {
			return slices.ContainsFunc(events, func(e twinEvent) bool {
				return mine(e) && (e.browses || !browsing) && e.showsActivity && minutes(e.at, q.At) <= within
			})
		}
		if !active(24*60, false) {
			continue
		}
		known = true
		f.Active = f.Active || active(30, false)
		f.Watched = f.Watched || active(30, true)
		launch := func(person bool) (time.Duration, bool) {
			return nearest(func(e twinEvent) bool {
				same := e.launched != "" && e.launched == text || e.cut != "" && strings.HasPrefix(text, e.cut)
				return e.byPerson == person && same
			}, 2*time.Minute, 2*time.Minute)
		}
		if gap, found := launch(true); found && (!personFound || nearer(gap, byPerson)) {
			byPerson, personFound = gap, true
		}
		if gap, found := launch(false); found && (!otherFound || nearer(gap, byOther)) {
			byOther, otherFound = gap, true
		}
		connect(host, min(1, 3/float64(min(64, len(devices[host])))))
		connect("safe links", 0.5)
	}
	if !known {
		return nil
	}
	switch {
	case personFound && (!otherFound || byPerson.Abs() <= byOther.Abs()+10*time.Second):
		f.Launch, f.LaunchGap = true, byPerson
	case otherFound:
		f.Launch, f.LaunchGap, f.ByRobot = true, byOther, true
	}
	return &f
}

func (w *twin) audit(q clickclass.Question) *clickclass.AuditFacts {
	var f clickclass.AuditFacts
	known := false
	for _, r := range w.rows {
		a, ok := r.row.(Audited)
		if !ok || !r.here(r.at.UTC().Truncate(time.Second).Add(time.Second-1)) {
			continue
		}
		same := normal.Account(a.AccountUpn) == normal.Account(q.Account) &&
			linkText(a.Url) == linkText(q.URL) &&
			a.Timestamp.Unix() == q.At.Unix()
		addr := a.IPAddress.Unmap().WithZone("")
		if !same || addr.IsValid() && addr != q.Addr.Unmap().WithZone("") {
			continue
		}
		known = true
		f.ClickedThrough = f.ClickedThrough || a.IsClickedThrough || a.ActionType == clickclass.ClickedThrough
		f.FoundLater = f.FoundLater || a.Feed == clickclass.FeedAlert && a.ActionType == clickclass.ClickAllowed
	}
	if !known {
		return nil
	}
	return &f
}

func (w *twin) chat(q clickclass.Question) *clickclass.ChatFacts {
	var f clickclass.ChatFacts
	known := false
	senders := map[string]map[string]bool{} // by message
	for _, r := range w.rows {
		switch m := r.row.(type) {
		case ChatMessage:
			id := normal.MessageID(m.TeamsMessageId)
			if sender := normal.Account(m.SenderEmailAddress); r.here(r.age) && sender != "" && id != "" {
				if senders[id] == nil {
					senders[id] = map[string]bool{}
				}
				senders[id][sender] = true
			}
		case ChatUrl, ChatPostDelivery:
		default:
			continue
		}
		known = known || r.here(r.age.UTC().Truncate(day).Add(day-1))
	}
	if !known {
		return nil
	}
	link := linkText(q.URL)
	with := map[string]bool{} // messages with the link
	for _, r := range w.rows {
		if m, ok := r.row.(ChatUrl); ok && r.here(r.age) && link != "" && linkText(m.Url) == link {
			with[normal.MessageID(m.TeamsMessageId)] = true
		}
	}
	delete(with, "")
	var removed time.Time
	for _, r := range w.rows {
		d, ok := r.row.(ChatPostDelivery)
		if !ok || r.at.IsZero() || !r.here(r.at) || !with[normal.MessageID(d.TeamsMessageId)] || !twinRemoves(d.ActionType, d.ActionResult, d.ThreatTypes) {
			continue
		}
		if removed.IsZero() || r.at.Before(removed) {
			removed = r.at.UTC()
		}
	}
	for _, r := range w.rows {
		m, ok := r.row.(ChatUrl)
		if !ok || r.at.IsZero() || !r.here(r.at) || link == "" || linkText(m.Url) != link {
			continue
		}
		gap := r.at.Sub(q.At)
		if gap.Abs() > 2*time.Minute {
			continue
		}
		own := q.Account != "" && senders[normal.MessageID(m.TeamsMessageId)][normal.Account(q.Account)]
		switch {
		case !f.Posted || gap.Abs() < f.PostedGap.Abs() || gap.Abs() == f.PostedGap.Abs() && gap < f.PostedGap:
			f = clickclass.ChatFacts{Posted: true, PostedGap: gap, BySelf: own}
		case gap == f.PostedGap:
			f.BySelf = f.BySelf || own
		}
	}
	f.Removed = removed
	return &f
}
