package safelinks

import (
	"slices"
	"strings"
)

// Form is the kind of page that a Safe Link leads to.
type Form uint8

// The forms. The zero Form is none.
const (
	Mail    Form = iota + 1 // https://<region>.safelinks.protection.outlook.com/?url=…
	App                     // the same with /ap/<letter>-<token>/: the target opens in an Office app
	Outlook                 // the page of Outlook on the web, /mail/safelink.html
	Teams                   // the page of Teams, atp-safelinks.html
)

var formNames = [...]string{"", "mail", "app", "outlook", "teams"}

// String returns "mail", "app", "outlook", "teams", or "" for none.
func (f Form) String() string {
	if int(f) < len(formNames) {
		return formNames[f]
	}
	return ""
}

// Link is all that one Safe Link tells. It is a value, comparable and safe for
// concurrent use; the zero Link is no link. Text fields are empty where the
// link does not say.
type Link struct {
	Original string // the target, decoded exactly once
	Form     Form
	Flags    Flags

	Cloud    Cloud
	Region   string // in front of the host, in lower case: "eur01"
	App      string // w Word, x Excel, p PowerPoint, b PDF, t Teams meeting
	AppToken string // behind the letter; 59584e83 in all real links

	Data           Data
	HasSignature   bool   // sdata= is there
	SignatureBytes int    // its length: 32 in unedited links, 0 when it is not base64. It cannot be checked offline.
	Reserved       string // as it is; "0" in unedited links

	CorrelationID GUID      // Outlook's corid
	Teams         TeamsPage // of the form Teams
}

// IsSafeLink reports whether [Decode] would succeed. It does not allocate,
// except for defanged links, ones with back-slashes, and targets of more than a
// kilobyte.
func IsSafeLink(raw string) bool {
	if host, _, ok := cutOrdinary(raw); ok && rowsAt(host)&microsoft == 0 {
		return false
	}
	var (
		p  parts
		pg page
	)
	return pg.locate(&p, raw) == decoded && pg.hasTarget(&p)
}

// hasTarget reports whether appendTarget succeeds. It is a function of its own
// so that only links to a page of Microsoft's need room for a target.
//
//go:noinline
func (pg *page) hasTarget(p *parts) bool {
	var (
		room  [1024]byte
		flags Flags
	)
	_, _, _, o := pg.appendTarget(room[:0], p, &flags)
	return o == decoded
}

// AppendOriginal appends the target of one Safe Link to dst and returns the
// extended buffer. It decodes one layer and nothing but the URL; it does not
// allocate when dst has room for the link, except for defanged links and ones
// with back-slashes. On error dst comes back as it was, and the error is one of
// [Decode].
func AppendOriginal(dst []byte, raw string) ([]byte, error) {
	var p parts
	out, o := appendOriginal(dst, &p, raw)
	if o != decoded {
		return dst, o.err("decode", &p)
	}
	return out, nil
}

func appendOriginal(dst []byte, p *parts, raw string) ([]byte, outcome) {
	var pg page
	if o := pg.locate(p, raw); o != decoded {
		return dst, o
	}
	var flags Flags
	dst, _, _, o := pg.appendTarget(dst, p, &flags)
	return dst, o
}

// Decode reads one Safe Link: one layer, all fields. Use [Unwrap] to go through
// links inside the link and through other vendors' wrappers.
//
// The input may be HTML-escaped, percent-encoded once too often, decoded by a
// tool, defanged, escaped for Markdown, or surrounded by brackets and blanks;
// the host is matched exactly. A data= that cannot be read never stops the
// URL: what is wrong shows in the fields' raw forms and in [Link.Flags].
//
// Decode fails with [ErrNotSafeLink], [ErrSpoofedHost] or [ErrNoTarget], and
// errors.Is(err, ErrNotSafeLink) holds for all three. It makes one allocation
// unless the target is longer than a kilobyte.
func Decode(raw string) (Link, error) {
	var (
		p  parts
		pg page
	)
	if o := pg.locate(&p, raw); o != decoded {
		return Link{}, o.err("decode", &p)
	}
	l := Link{Form: pg.form}
	var d decoder
	target, front, rest, o := pg.appendTarget(d.room[:0], &p, &l.Flags)
	if o != decoded {
		return Link{}, o.err("decode", &p)
	}
	// The recipient and the payload are less than half of what follows, unless
	// somebody made the link up.
	d.text.Grow(len(target) + len(front) + len(rest)/2)
	l.Original = d.add(target)
	if p.defanged {
		l.Flags |= Defanged
	}
	if p.encoded {
		l.Flags |= DoubleEncoded
	}
	if p.port != "" {
		l.Flags |= OddPort
	}
	switch pg.form {
	case Teams:
		d.teams(&l, front)
		d.teams(&l, rest)
	case Outlook:
		v, ok := param(rest, "corid")
		if !ok {
			v, _ = param(front, "corid")
		}
		l.CorrelationID, _ = ParseGUID(v)
	default:
		d.mail(&l, &p, &pg, front, rest)
	}
	return l, nil
}

// decoder gathers the decoded text of one link's fields in one allocation. The
// strings handed out are pieces of it: what is added later stands behind them.
type decoder struct {
	text strings.Builder
	room [1024]byte // for what is being decoded
}

func (d *decoder) add(b []byte) string {
	from := d.text.Len()
	d.text.Write(b)
	return d.text.String()[from:]
}

// unescape returns s without its percent escapes.
func (d *decoder) unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b, _ := appendUnescaped(d.room[:0], s)
	return d.add(settle(b, 0))
}

// lower returns s in lower case.
func (d *decoder) lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := append(d.room[:0], s...)
			for j, c := range b {
				if 'A' <= c && c <= 'Z' {
					b[j] = c + 'a' - 'A'
				}
			}
			return d.add(b)
		}
	}
	return s
}

// page is what the host and the path of a Safe Link say.
type page struct {
	form   Form
	host   *safeLinkHost
	region string
	stops  []string // the wrapper's parameters that may follow the target
}

var (
	mailStops    = []string{"data", "sdata", "reserved"}
	outlookStops = []string{"corid"}
	teamsStops   = []string{"locale", "dest", "pc", "wau", "si", "sd", "ce", "cv", "ssid", "ring", "clickparams", "bg", "fg", "fg2"}
)

// outlookHosts serve the page of Outlook on the web.
var outlookHosts = [...]string{"outlook.office.com", "outlook.cloud.microsoft", "outlook.office365.com", "outlook.office365.us", "outlook.live.com"}

// teamsHosts serve the page of Teams: the one since 2021, Microsoft's own ring,
// and the one since June 2026.
var teamsHosts = [...]string{"statics.teams.cdn.office.net", "staticsint.teams.cdn.office.net", "teams.public.onecdn.static.microsoft"}

// locate cuts raw and finds out which page it leads to.
func (pg *page) locate(p *parts, raw string) outcome {
	if !p.split(raw) {
		return foreign
	}
	return pg.find(p)
}

// find finds out which page a link leads to. It goes through the tables only
// where the end of the host is in one of them.
func (pg *page) find(p *parts) outcome {
	if p.userinfo || p.slanted || p.port != "" && !allDigits(p.port) {
		if imitates(p.host) || p.userinfo && containsFold(p.path, "safelinks.protection") {
			return spoofed
		}
		return foreign
	}
	if rowsAt(p.host)&microsoft != 0 && pg.findMicrosoft(p) {
		return decoded
	}
	if imitates(p.host) {
		return spoofed
	}
	return foreign
}

// findMicrosoft is find by the tables of Microsoft's hosts.
func (pg *page) findMicrosoft(p *parts) bool {
	if region, h := matchSafeLinkHost(p.host); h != nil {
		pg.form, pg.host, pg.region, pg.stops = Mail, h, region, mailStops
		if hasPrefixFold(p.path, "/ap/") {
			pg.form = App
		}
		return true
	}
	for _, h := range teamsHosts {
		if equalFold(p.host, h) && hasPrefixFold(p.path, "/evergreen-assets/safelinks/") {
			pg.form, pg.stops = Teams, teamsStops
			return true
		}
	}
	for _, h := range outlookHosts {
		if equalFold(p.host, h) && hasPrefixFold(p.path, "/mail/") && hasSuffixFold(p.path, "/safelink.html") {
			pg.form, pg.stops = Outlook, outlookStops
			return true
		}
	}
	return false
}

// appendTarget appends the decoded target of p. front and rest are the query
// before and behind it.
func (pg *page) appendTarget(dst []byte, p *parts, flags *Flags) (out []byte, front, rest string, o outcome) {
	q := p.query
	if strings.IndexByte(q, '\\') >= 0 {
		q = untangle(q)
		*flags |= Backslashes
	}
	all := q
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			*flags |= Escaped
		}
		if !equalFold(name, "url") {
			q = after
			continue
		}
		literal := false
		if isRaw(value) {
			whole := q[len(name)+1:]
			value, after, escaped = rawTarget(whole, pg.stops)
			literal = isLiteral(value, after)
			if escaped {
				*flags |= Escaped
				if literal {
					value = strings.ReplaceAll(value, "&amp;", "&")
				}
			}
		}
		out, o := appendURL(dst, value, literal, after == "", p.defanged, flags)
		return out, all[:len(all)-len(q)], after, o
	}
	return dst, "", "", noTarget
}

// isLiteral decides about a target whose "://" is not encoded: either a tool
// decoded the whole link, and what escapes are left belong to the target, or
// somebody encoded the rest of the target but not this.
func isLiteral(value, rest string) bool {
	if strings.IndexByte(value, '%') < 0 {
		return true
	}
	if data, ok := param(rest, "data"); ok {
		return strings.IndexByte(data, '|') >= 0 || !containsFold(data, "%7c")
	}
	return strings.IndexByte(value, '?') >= 0 || !containsFold(value, "%3f") && !containsFold(value, "%3d") && !containsFold(value, "%26")
}

// maxExtraDecodes bounds the decodes after the first one, which are made only
// while the value is not a URL yet.
const maxExtraDecodes = 3

// appendURL appends the URL that value holds. literal says that it is not
// encoded, last that nothing of the wrapper follows, so that a fragment behind
// an encoded value belongs to the wrapper.
func appendURL(dst []byte, value string, literal, last, defanged bool, flags *Flags) ([]byte, outcome) {
	start := len(dst)
	var bad, odd bool
	if literal {
		value = value[:linkLen(value)]
		dst, odd = append(dst, value...), true
	} else {
		dst, bad, odd = appendTargetUnescaped(dst, value, last)
	}
	kind := targetKind(dst[start:])
	for range maxExtraDecodes {
		if kind != encodedTarget {
			break
		}
		*flags |= DoubleEncoded
		again := string(dst[start:])
		dst, bad = appendUnescaped(dst[:start], again)
		odd = true
		kind = targetKind(dst[start:])
	}
	if bad {
		*flags |= BadEscape
	}
	switch {
	case kind == defangedTarget || defanged && kind != noURL:
		again := Refang(string(dst[start:]))
		odd = true
		dst = append(dst[:start], again...)
		*flags |= Defanged
		if kind = targetKind(dst[start:]); kind == noURL || kind == encodedTarget {
			return dst[:start], noTarget
		}
		if kind == bareTarget {
			*flags |= NoScheme
		}
	case kind == bareTarget:
		*flags |= NoScheme
	case kind != absoluteTarget:
		return dst[:start], noTarget
	}
	if odd {
		dst = settle(dst, start)
	}
	return dst, decoded
}

// linkLen is the length of the link at the start of s: up to a blank that no URL
// holds, a bracket or a quote. A plain space may be a tool's.
func linkLen(s string) int {
	for i := 0; i < len(s); i++ {
		if class[s[i]]&stops != 0 && s[i] != ' ' {
			return i
		}
	}
	return len(s)
}

// appendTargetUnescaped is appendUnescaped up to linkLen, or to a fragment of
// the wrapper's own when the value is its last. odd says that settle is due.
func appendTargetUnescaped(dst []byte, s string, last bool) (out []byte, bad, odd bool) {
	dst = slices.Grow(dst, len(s))
	b := dst[len(dst) : len(dst)+len(s)]
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if class[c]&(stops|targetMark) != 0 {
			switch {
			case c == '%':
				if len(s)-i > 2 {
					if hi, lo := unhex[s[i+1]], unhex[s[i+2]]; hi|lo <= 0xf {
						c = hi<<4 | lo
						odd = odd || c < ' ' || c > '~'
						i += 2
						break
					}
				}
				bad = true
			case c >= 0x80:
				odd = true
			case c == '#':
				if last {
					return dst[:len(dst)+n], bad, odd
				}
			case c != ' ':
				return dst[:len(dst)+n], bad, odd
			}
		}
		b[n] = c
		n++
	}
	return dst[:len(dst)+n], bad, odd
}

// The kinds of text that a decoded target parameter holds.
type target uint8

const (
	noURL          target = iota // empty, relative, or of a scheme that is not decoded
	absoluteTarget               // http, https or ftp
	defangedTarget               // hxxp and its kin, or brackets in the host
	bareTarget                   // a host with no scheme
	encodedTarget                // still percent-encoded
)

func targetKind(b []byte) target {
	// The conversions below do not allocate: they are only compared.
	n := 0
	if len(b) >= 4 {
		var head [5]byte
		n = schemeLen(string(head[:copy(head[:], b)]))
	}
	if n > 0 && n < len(b) {
		rest := b[n:]
		if len(rest) > 3 && rest[0] == ':' && rest[1] == '/' && rest[2] == '/' {
			if class[rest[3]]&(stops|blank) != 0 || rest[3] == '/' || rest[3] == '?' || rest[3] == '#' {
				return noURL
			}
			if b[1]|0x20 == 'x' || b[2]|0x20 == 'x' {
				return defangedTarget
			}
			for _, c := range rest[3:] {
				if c == '/' || c == '?' {
					break
				}
				if c == '[' || c == '(' {
					if defangedAuthority(string(rest[3:])) {
						return defangedTarget
					}
					break
				}
			}
			return absoluteTarget
		}
		if rest[0] == '[' || rest[0] == ':' && len(rest) > 1 && rest[1] == '[' {
			return defangedTarget
		}
		if rest[0] == ':' && len(rest) > 1 && rest[1] == '%' {
			return encodedTarget
		}
	}
	return bareKind(b)
}

// bareKind looks at a target without a scheme.
func bareKind(b []byte) target {
	dots, label, letters := 0, 0, 0
	i := 0
host:
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			label++
			letters++
		case isDigit(c), c == '-', c == '_':
			label++
		case c == '.':
			if label == 0 {
				return noURL
			}
			dots, label, letters = dots+1, 0, 0
		case c == '%':
			// "https%3A%2F%2F…": a URL behind one more encoding.
			if i > 0 && schemeLen(string(b[:min(len(b), len("https"))])) == i {
				return encodedTarget
			}
			return noURL
		case c == '/' || c == '?' || c == '#':
			break host
		case c == ':':
			if i+1 < len(b) && isDigit(b[i+1]) {
				break host
			}
			return noURL
		default:
			return noURL
		}
	}
	if dots == 0 || label < 2 || letters != label {
		return noURL
	}
	if i == len(b) && isFileName(b) {
		return noURL
	}
	return bareTarget
}

// isFileName reports whether a bare name with a dot is more likely a relative
// file than a host.
func isFileName(b []byte) bool {
	for _, ext := range [...]string{".html", ".htm", ".php", ".asp", ".aspx", ".jsp", ".pdf", ".png", ".jpg", ".gif", ".txt", ".js", ".css", ".xml", ".json"} {
		if hasSuffixFold(string(b[max(0, len(b)-6):]), ext) {
			return true
		}
	}
	return false
}

// mail fills in what the mail form tells beside the target. The target need not
// be the first parameter: front is the query before it, rest the one behind it.
func (d *decoder) mail(l *Link, p *parts, pg *page, front, rest string) {
	l.Cloud = pg.host.cloud
	if !pg.host.proven {
		l.Flags |= UnprovenHost
	}
	l.Region = d.lower(pg.region)
	if !knownRegion(pg.region) {
		l.Flags |= UnknownRegion
	}
	d.path(l, p.path)
	data, behind := d.mailParams(l, rest, "")
	if front != "" {
		data, behind = d.mailParams(l, front, data)
	}
	if !behind {
		l.Flags |= Cut
	}
	if data != "" {
		d.data(l, data)
	}
	if l.HasSignature && l.SignatureBytes != 32 || l.Reserved != "" && l.Reserved != "0" {
		l.Flags |= Edited
	}
}

// mailParams reads the parameters of a part of the query; the first of a name
// counts. behind reports whether one of Safe Links' own was there.
func (d *decoder) mailParams(l *Link, q, data string) (first string, behind bool) {
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			l.Flags |= Escaped
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
			if data == "" {
				data = value
			}
			behind = true
		case equalFold(name, "sdata"):
			if !l.HasSignature {
				l.HasSignature = true
				d.signature(l, value)
			}
			behind = true
		case equalFold(name, "reserved"):
			if l.Reserved == "" {
				value, _, _ = strings.Cut(value, "#")
				l.Reserved = d.unescape(value)
			}
			behind = true
		case equalFold(name, "url"):
			l.Flags |= Repeated
		}
		q = after
	}
	return data, behind
}

// trimTail removes the punctuation that follows a link in text. It is called
// where the link's last parameter is not its target, so none of it is the
// target's.
func trimTail(s string) string {
	for s != "" && strings.IndexByte(".,;:!?)]}|'*_~`", s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	return s
}

// path reads the /ap/ of the app form.
func (d *decoder) path(l *Link, path string) {
	if l.Form != App {
		if path != "" && path != "/" {
			l.Flags |= UnknownPath
		}
		return
	}
	app := strings.TrimSuffix(path[len("/ap/"):], "/")
	letter, token, ok := strings.Cut(app, "-")
	if !ok || strings.IndexByte(token, '/') >= 0 {
		l.Flags |= UnknownPath
	}
	l.App, l.AppToken = letter, token
}

// signature counts the bytes of sdata.
func (d *decoder) signature(l *Link, value string) {
	if strings.Contains(value, "%25") {
		value = unescape(value)
	}
	if b, ok := appendBase64(d.room[:0], value); ok {
		l.SignatureBytes = len(b)
	}
}
