package safelinks

import (
	"strconv"
	"strings"
)

// IsSafeLink reports whether raw is a Microsoft Safe Link.
func IsSafeLink(raw string) bool {
	var p parts
	link, _ := linkIn(raw)
	p.split(link)
	s, o := findService(&p)
	if o != decoded || s.form == "" {
		return false
	}
	_, _, _, o = s.form.findTarget(&p, new(Flags))
	return o == decoded
}

// params returns the parameters of a page that may follow the target.
func (f Form) params() []string {
	switch f {
	case formOutlook:
		return []string{"corid"}
	case formTeams:
		return []string{"locale", "dest", "pc", "wau", "si", "sd", "ce", "cv", "ssid", "ring", "clickparams", "bg", "fg", "fg2"}
	}
	return []string{"data", "sdata", "reserved"}
}

// findTarget returns the decoded target of a link to a page of that form, and the query
// before and behind the target.
func (f Form) findTarget(p *parts, flags *Flags) (url, front, rest string, o outcome) {
	q := p.query
	if strings.IndexByte(q, '\\') >= 0 {
		q = removeBackslashes(q)
		*flags |= FlagMangled
	}
	all := q
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			*flags |= FlagMangled
		}
		if !equalFold(name, "url") || value == "" {
			q = after
			continue
		}
		literal := false
		if isRaw(value) {
			whole := q[len(name)+1:]
			value, after, escaped = cutRawTarget(whole, f.params())
			if first, more, ok := strings.Cut(value, "&url="); ok && !strings.Contains(first, "?") {
				value, after = first, "url="+more+"&"+after // given twice
			}
			literal = isLiteral(value, after)
			if escaped {
				*flags |= FlagMangled
				if literal {
					value = strings.ReplaceAll(value, "&amp;", "&")
				}
			}
		}
		url, o := decodeTarget(value, literal, after == "", p.defanged, flags)
		front = all[:len(all)-len(q)]
		url, after = f.repairTail(url, front, after, flags)
		return url, front, after, o
	}
	return "", "", "", noTarget
}

// repairTail moves the parameters of a link that went into its target back behind it.
func (f Form) repairTail(url, front, rest string, flags *Flags) (target, newRest string) {
	cut, first := cutOwnTail, "data"
	switch f {
	case formOutlook:
		return url, rest
	case formTeams:
		cut, first = cutTeamsTail, "dest"
	}
	for _, q := range [...]string{front, rest} {
		if _, ok := param(q, first); ok {
			return url, rest
		}
	}
	target, tail, ok := cut(url)
	if !ok {
		return url, rest
	}
	*flags |= FlagMangled
	return target, strings.TrimSuffix(tail+"&"+rest, "&")
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

// decodeSafeLink decodes a link to one of Microsoft's pages. What cannot be read in its
// other fields never stops the URL.
func decodeSafeLink(p *parts, s *service) (Layer, outcome) {
	l := Layer{Kind: s.kind, Flags: p.flags()}
	url, front, rest, o := s.form.findTarget(p, &l.Flags)
	if o != decoded {
		return Layer{}, o
	}
	k := &Link{Form: s.form}
	l.URL, l.Link = url, k
	if p.port != "" {
		l.Flags |= FlagEdited
	}
	switch k.Form {
	case formTeams:
		k.Teams = new(TeamsPage)
		l.Flags |= k.readTeams(front) | k.readTeams(rest)
	case formOutlook:
		k.readOutlook(front, rest)
	default:
		l.Flags |= k.readMail(p, front, rest)
	}
	return l, decoded
}

// readOutlook reads the id of the form "outlook".
func (k *Link) readOutlook(front, rest string) {
	id, ok := param(rest, "corid")
	if !ok {
		id, _ = param(front, "corid")
	}
	if g, ok := parseGUID(id); ok {
		k.setRaw("correlation_id", g.dashed())
	}
}

// readMail reads the fields of the forms "mail" and "app". The target may stand
// anywhere in the query: front is the query before it, rest the query behind it.
func (k *Link) readMail(p *parts, front, rest string) (flags Flags) {
	region, cloud := splitSafeLinkHost(p.host)
	k.Region, k.Cloud = strings.ToLower(region), cloud.name
	knownPath := k.readPath(p.path)
	if !cloud.proven || !knownRegion(region) || !knownPath {
		flags |= FlagUnproven
	}
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
		if n := signatureBytes(f.signature); n != signatureLength {
			k.setRaw("sdata_bytes", strconv.Itoa(n))
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
				f.reserved = fieldText(value)
			}
		case equalFold(name, "url"):
			flags |= FlagEdited | FlagRepeated
		}
		q = after
	}
	return flags
}

// trimTail removes the punctuation that follows a link in text. It is called for the
// last parameter of a link whose target is another one, so that none of the
// punctuation belongs to the target.
func trimTail(s string) string {
	for s != "" && strings.IndexByte(".,;:!?)]}|'*_~`", s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	return s
}

// readPath reads the /ap/ of the form "app" and reports whether the path is known.
func (k *Link) readPath(path string) bool {
	if k.Form != formApp {
		return path == "" || path == "/"
	}
	app := strings.TrimSuffix(path[len("/ap/"):], "/")
	letter, token, ok := strings.Cut(app, "-")
	k.App = settle(letter)
	k.setRaw("app_token", settle(token))
	return ok && strings.IndexByte(token, '/') < 0
}

// signatureLength is the length of the signature of unedited links, in bytes.
const signatureLength = 32

// signatureBytes returns the length of a signature in base64, 0 if it is something else.
func signatureBytes(value string) int {
	for range maxExtraDecodes {
		if !strings.Contains(value, "%25") {
			break
		}
		value = unescape(value)
	}
	digits := 0
	for s := trimPadding(value); s != ""; digits++ {
		c, n := s[0], 1
		if c == '%' {
			var ok bool
			if c, ok = escaped(s); !ok {
				return 0
			}
			n = len("%41")
		}
		if !isBase64(c) && c != ' ' { // a form decoder makes a blank of a plus
			return 0
		}
		s = s[n:]
	}
	if digits%4 == 1 {
		return 0
	}
	return digits * 3 / 4
}
