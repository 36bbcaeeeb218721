package safelinks

import (
	"strconv"
	"strings"
)

// IsSafeLink reports whether raw is a Microsoft Safe Link.
func IsSafeLink(raw string) bool {
	var p parts
	p.split(raw)
	s, o := findService(&p)
	if o != decoded || s.vendor != nil {
		return false
	}
	_, _, _, o = s.target(&p, new(Flags))
	return o == decoded
}

// page is a page of Safe Links: what the host and the path of a link say.
type page struct {
	form   Form
	cloud  string
	region string
	proven bool
	after  []string // parameters of the page that may follow the target
}

var (
	mailParams    = []string{"data", "sdata", "reserved"}
	outlookParams = []string{"corid"}
	teamsParams   = []string{"locale", "dest", "pc", "wau", "si", "sd", "ce", "cv", "ssid", "ring", "clickparams", "bg", "fg", "fg2"}
)

// outlookHosts serve the page of Outlook on the web.
var outlookHosts = [...]string{"outlook.office.com", "outlook.cloud.microsoft", "outlook.office365.com", "outlook.office365.us", "outlook.live.com"}

// teamsHosts serve the page of Teams: the host since 2021, Microsoft's own ring, and
// the host since June 2026.
var teamsHosts = [...]string{"statics.teams.cdn.office.net", "staticsint.teams.cdn.office.net", "teams.public.onecdn.static.microsoft"}

// findPage returns the page that a link leads to. The outcome is decoded, spoofed or
// foreign.
func findPage(p *parts) (page, outcome) {
	if p.suspicious() {
		if imitates(p.host) || p.userinfo && containsFold(p.path, "safelinks.protection") {
			return page{}, spoofed
		}
		return page{}, foreign
	}
	if pg, ok := findMicrosoftPage(p); ok {
		return pg, decoded
	}
	if imitates(p.host) {
		return page{}, spoofed
	}
	return page{}, foreign
}

// findMicrosoftPage looks the host and path up in the tables of Microsoft's pages.
func findMicrosoftPage(p *parts) (page, bool) {
	if region, h := matchSafeLinkHost(p.host); h != nil {
		pg := page{form: formMail, cloud: h.cloud, region: region, proven: h.proven, after: mailParams}
		if hasPrefixFold(p.path, "/ap/") {
			pg.form = formApp
		}
		return pg, true
	}
	for _, h := range teamsHosts {
		if equalFold(p.host, h) && hasPrefixFold(p.path, "/evergreen-assets/safelinks/") {
			return page{form: formTeams, after: teamsParams}, true
		}
	}
	for _, h := range outlookHosts {
		if equalFold(p.host, h) && hasPrefixFold(p.path, "/mail/") && hasSuffixFold(p.path, "/safelink.html") {
			return page{form: formOutlook, after: outlookParams}, true
		}
	}
	return page{}, false
}

// target returns the decoded target of a link, and its query before and behind the
// target.
func (pg *page) target(p *parts, flags *Flags) (url, front, rest string, o outcome) {
	q := p.query
	if strings.IndexByte(q, '\\') >= 0 {
		q = untangle(q)
		*flags |= FlagMangled
	}
	all := q
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			*flags |= FlagMangled
		}
		if !equalFold(name, "url") {
			q = after
			continue
		}
		literal := false
		if isRaw(value) {
			whole := q[len(name)+1:]
			value, after, escaped = rawTarget(whole, pg.after)
			literal = isLiteral(value, after)
			if escaped {
				*flags |= FlagMangled
				if literal {
					value = strings.ReplaceAll(value, "&amp;", "&")
				}
			}
		}
		url, o := decodeTarget(value, literal, after == "", p.defanged, flags)
		return url, all[:len(all)-len(q)], after, o
	}
	return "", "", "", noTarget
}

// isLiteral decides how to read a target whose "://" is not encoded. Either a tool
// decoded the whole link, and the remaining escapes belong to the target; or somebody
// encoded the target but not its "://".
func isLiteral(value, rest string) bool {
	if strings.IndexByte(value, '%') < 0 {
		return true
	}
	if data, ok := param(rest, "data"); ok {
		return strings.IndexByte(data, '|') >= 0 || !containsFold(data, "%7c")
	}
	return strings.IndexByte(value, '?') >= 0 || !containsFold(value, "%3f") && !containsFold(value, "%3d") && !containsFold(value, "%26")
}

// decodeSafeLink decodes one link that leads to a page of Safe Links. What cannot be
// read in its other fields never stops the URL.
func decodeSafeLink(p *parts, pg *page) (Layer, outcome) {
	l := Layer{Kind: KindSafeLinks}
	url, front, rest, o := pg.target(p, &l.Flags)
	if o != decoded {
		return Layer{}, o
	}
	k := &Link{Form: pg.form, Cloud: pg.cloud}
	l.URL, l.Link = url, k
	l.Flags |= p.flags()
	if p.port != "" {
		l.Flags |= FlagEdited
	}
	switch pg.form {
	case formTeams:
		l.Kind, k.Teams = KindTeams, new(TeamsPage)
		l.Flags |= k.readTeams(front) | k.readTeams(rest)
	case formOutlook:
		id, ok := param(rest, "corid")
		if !ok {
			id, _ = param(front, "corid")
		}
		if g, ok := parseGUID(id); ok {
			k.setRaw("correlation_id", g.dashed())
		}
	default:
		l.Flags |= k.readMail(p, pg, front, rest)
	}
	return l, decoded
}

// readMail reads the fields of the forms "mail" and "app". The target may stand
// anywhere in the query: front is the query before it, rest the query behind it.
func (k *Link) readMail(p *parts, pg *page, front, rest string) (flags Flags) {
	if !pg.proven || !knownRegion(pg.region) || !k.readPath(p.path) {
		flags |= FlagUnproven
	}
	k.Region = strings.ToLower(pg.region)
	var f mailFields
	flags |= f.read(rest) | f.read(front)
	if !f.found {
		flags |= FlagCut
	}
	if f.data != "" {
		flags |= k.readData(f.data)
	}
	if f.signed {
		k.Signed = true
		n := signatureBytes(f.signature)
		if n > 0 {
			k.setRaw("sdata_bytes", strconv.Itoa(n))
		}
		if n != 32 {
			flags |= FlagEdited
		}
	}
	if f.reserved != "" {
		k.setRaw("reserved", f.reserved)
		if f.reserved != "0" {
			flags |= FlagEdited
		}
	}
	return flags
}

// mailFields are the parameters behind the target of a link in mail. The first
// parameter of a name counts.
type mailFields struct {
	data, signature, reserved string
	signed                    bool // sdata= is present
	found                     bool // any of the parameters is present
}

// read reads a part of the query.
func (f *mailFields) read(q string) (flags Flags) {
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			flags |= FlagMangled
		}
		if after == "" || equalFold(name, "reserved") {
			// What an angle bracket or a quote sets off is another link.
			if n := linkLen(value); n < len(value) {
				value, after = value[:n], ""
			}
		}
		if after == "" {
			value = trimTail(value)
		}
		switch {
		case equalFold(name, "data"):
			f.found = true
			if f.data == "" {
				f.data = value
			}
		case equalFold(name, "sdata"):
			f.found = true
			if !f.signed {
				f.signed, f.signature = true, value
			}
		case equalFold(name, "reserved"):
			f.found = true
			if f.reserved == "" {
				value, _, _ = strings.Cut(value, "#")
				f.reserved = settle(unescape(value))
			}
		case equalFold(name, "url"):
			flags |= FlagEdited // the first target counts
		}
		q = after
	}
	return flags
}

// trimTail removes the punctuation that follows a link in text. It is called for the
// last parameter of a link whose target is another one, so that none of the
// punctuation belongs to the target.
func trimTail(s string) string { return strings.TrimRight(s, ".,;:!?)]}|'*_~`") }

// readPath reads the /ap/ of the form "app" and reports whether the path is known.
func (k *Link) readPath(path string) bool {
	if k.Form != formApp {
		return path == "" || path == "/"
	}
	app := strings.TrimSuffix(path[len("/ap/"):], "/")
	letter, token, ok := strings.Cut(app, "-")
	k.App = letter
	k.setRaw("app_token", token)
	return ok && strings.IndexByte(token, '/') < 0
}

// signatureBytes returns the length of a signature, 0 if it is not base64.
func signatureBytes(value string) int {
	if strings.Contains(value, "%25") {
		value = unescape(value)
	}
	b, ok := appendBase64(nil, value)
	if !ok {
		return 0
	}
	return len(b)
}
