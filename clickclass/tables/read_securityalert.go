package tables

import (
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
	"github.com/whoclicked/whoclicked/safelinks"
)

// What is told of alerts whose clicks are known in part.
const (
	noClicks       = "alerts and incidents whose titles tell of no click on a link are passed over"
	severalClicks  = "alerts that name several links or accounts do not say when and from where each was clicked: time and address are left out"
	severalReasons = "incidents with alerts of other kinds, and with several links, do not say which link was clicked: they are left out"
)

// readSecurityAlert reads an alert of Graph, Sentinel or Defender, or an incident of
// Sentinel. It reports whether that tells of clicks. The first is the row's own; the others
// are p.further.
func (p *rowParser) readSecurityAlert() bool {
	p.readClickStates()
	if p.row.Click == nil && p.badCell == nil {
		p.readClickEntities()
	}
	return p.row.Click != nil
}

// addAlerted adds a click of an alert. If the link was found malicious, it is evidence about
// the same click in UrlClickEvents as well: without its address, which was inferred.
func (p *rowParser) addAlerted(k clickclass.Click, isMalicious bool) {
	row := &p.row
	if row.Click != nil {
		p.further = append(p.further, Row{File: p.row.File, Row: p.row.Row + int64(len(p.further)) + 1})
		row = &p.further[len(p.further)-1]
	}
	k.Feed, k.File, k.Row = clickclass.FeedAlert, row.File, row.Row
	row.Click = &k
	if isMalicious {
		audited := evidence.Audited(k)
		audited.IPAddress = netip.Addr{}
		row.Evidence = audited
	}
}

// readClickStates reads the clicks that an alert of Graph's first version lists. It names the
// domain of a link and not the link, which is then the Url.
func (p *rowParser) readClickStates() {
	account := ""
	if users := usersOf(p.text(colUserStates)); len(users.list) == 1 {
		account = users.list[0]
	}
	eachElement(p.text(colUriClickSecurityStates), func(v value) {
		m := textsOf(v.text)
		k := clickclass.Click{
			Timestamp:  p.timeWithin(colUriClickSecurityStates, m["clickdatetime"]),
			Url:        m.first("url", "uridomain"),
			AccountUpn: account,
			SourceId:   m["sourceid"],
		}
		if k.Url == "" {
			return
		}
		if _, err := safelinks.ParseGUID(k.SourceId); err == nil {
			k.NetworkMessageId = k.SourceId
		}
		k.ActionType, k.IsClickedThrough = translateAction(m["clickaction"], auditActions)
		p.addAlerted(k, isDanger(m["verdict"]))
	})
}

// usersOf returns the accounts in the userStates of an alert, but for senders of mail.
func usersOf(states string) (users distinct) {
	eachElement(states, func(v value) {
		if m := textsOf(v.text); !strings.EqualFold(m["emailrole"], "sender") {
			users.addAccount(m["userprincipalname"])
		}
	})
	return users
}

// isDanger reports whether a verdict says that a link is malicious.
func isDanger(verdict string) bool {
	switch strings.ToLower(verdict) {
	case "malicious", "suspicious", "phish", "phishing", "malware", "bad":
		return true
	}
	return false
}

// timeWithin reads a time that stands within a cell.
func (p *rowParser) timeWithin(col column, s string) time.Time {
	if cell.IsEmpty(s) {
		return time.Time{}
	}
	t, err := p.readTime(s)
	if err != nil {
		p.setBad(col, err)
	}
	return t
}

// readClickEntities reads the clicks of an alert whose title tells of one and whose entities
// are what it is about: links, accounts, messages, addresses. What it leaves open is not
// guessed.
func (p *rowParser) readClickEntities() {
	s := p.clickStory()
	if !s.isClick {
		p.remark = noClicks
		return
	}
	entities, err := entitiesOf(p.text(colEntities))
	if err != nil {
		p.setBad(colEntities, err)
		return
	}
	if s.hasOthers {
		if len(entities.urls.list) > 1 {
			p.remark = severalReasons
			return
		}
		entities.addresses = distinct{}
	}
	clicks := entities.clicks(!s.hasOthers)
	switch len(clicks) {
	case 0:
		return
	case 1:
		clicks[0].Timestamp = s.start
		clicks[0].IPAddress = entities.address()
	default:
		// Links of one message at one time would look like a machine's.
		p.remark = severalClicks
	}
	for _, k := range clicks {
		if s.isThrough {
			k.ActionType, k.IsClickedThrough = clickclass.ClickedThrough, true
		}
		p.addAlerted(k, true)
	}
}

// clickStory is what titles and times say of a click.
type clickStory struct {
	isClick   bool
	isThrough bool      // the user went on from the warning page
	hasOthers bool      // the incident has alerts of other kinds, too
	start     time.Time // of what led to the alert
}

// clickStory returns what an alert or incident says of a click. An incident is about clicks
// if one of its alerts is, if it lists them.
func (p *rowParser) clickStory() clickStory {
	var s clickStory
	alerts := 0
	eachElement(p.text(colAlerts), func(v value) {
		m := textsOf(v.text)
		alerts++
		title := m.first("alertdisplayname", "title", "displayname", "alertname")
		if !tellsOfClick(title) {
			s.hasOthers = true
			return
		}
		start := p.timeWithin(colAlerts, m.first("starttimeutc", "starttime", "firstactivitydatetime", "firstactivity"))
		if !start.IsZero() && (s.start.IsZero() || start.Before(s.start)) {
			s.start = start
		}
		s.isThrough = (!s.isClick || s.isThrough) && tellsOfThrough(title)
		s.isClick = true
	})
	title := p.text(colAlertName)
	if !tellsOfClick(title) {
		title = p.text(colDisplayName)
	}
	if alerts == 0 {
		s.isClick, s.isThrough = tellsOfClick(title), tellsOfThrough(title)
	}
	if s.isClick && !s.hasOthers && s.start.IsZero() {
		s.start = p.time(colStartTime)
	}
	return s
}

// tellsOfClick reports whether the title of an alert is about the click on a link: "A
// potentially malicious URL click was detected", "A user clicked through to a potentially
// malicious URL", "Suspicious URL clicked".
func tellsOfClick(title string) bool {
	click, link := false, false
	for _, word := range words(title) {
		switch word {
		case "click", "clicks", "clicked", "clicking":
			click = true
		case "url", "urls", "uri", "link", "links":
			link = true
		}
	}
	return click && link
}

// tellsOfThrough reports whether the title of an alert says that the user went on from the
// warning page, which is what Microsoft raises "A user clicked through to a potentially
// malicious URL" for.
func tellsOfThrough(title string) bool {
	return strings.Contains(strings.Join(words(title), " "), "clicked through")
}

// words returns the words of a text in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
}
