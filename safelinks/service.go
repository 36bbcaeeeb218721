package safelinks

import (
	"slices"
	"strings"
	"sync"
)

// service is a row of the table: one way in which a service wraps links.
type service struct {
	kind  Kind
	form  Form                                // of Microsoft's pages, else ""
	hosts []string                            // see hostMatches
	paths []string                            // prefixes of the path; none means any
	match func(host, path, query string) bool // what the names above cannot say; nil means yes

	// How to decode the links of other vendors. The target is the first of the
	// parameters params that holds a URL, encoded once. A service that writes it
	// elsewhere has an unwrap instead. read, if not nil, reads the other fields of the
	// link.
	params []string
	unwrap func(*Layer, *parts) outcome
	read   func(*Layer, *parts)

	// How to redact them. A redacted link keeps the parameters params and keep, and
	// the words of the path. A service that writes the target elsewhere may have a
	// redact instead.
	keep  []string
	words []string

	// site says that the host of the target is in front of the service's own, so that
	// it may be one of Safe Links, and that path and query are those of the target.
	site bool
}

// Kinds returns every kind this package knows.
func Kinds() []Kind {
	var kinds []Kind
	for i := range services {
		if !slices.Contains(kinds, services[i].kind) {
			kinds = append(kinds, services[i].kind)
		}
	}
	return kinds
}

// serviceIndex finds the entries of the tables that may answer at a host.
type serviceIndex struct {
	byDomain map[string][]*service // by the last two labels of the host
	anywhere [256][]*service       // that answer at any host, by the first letter of the path
	trackers map[string][]string   // entries of trackerHosts, by the last two labels
}

var index = sync.OnceValue(func() *serviceIndex {
	x := &serviceIndex{byDomain: make(map[string][]*service), trackers: make(map[string][]string)}
	for i := range services {
		s := &services[i]
		for _, h := range s.hosts {
			if h == "*" {
				x.addAnywhere(s)
				continue
			}
			domain := lastTwoLabels(strings.TrimPrefix(h, "*"))
			if !slices.Contains(x.byDomain[domain], s) {
				x.byDomain[domain] = append(x.byDomain[domain], s)
			}
		}
	}
	for _, h := range trackerHosts {
		domain := lastTwoLabels(h)
		x.trackers[domain] = append(x.trackers[domain], h)
	}
	return x
})

// addAnywhere adds a row for all hosts. Such a row has paths, and most links of a log
// have none of their first letters.
func (x *serviceIndex) addAnywhere(s *service) {
	for _, path := range s.paths {
		if list := &x.anywhere[path[1]]; !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
}

// findService returns the service that answers at the host and path of a link. The
// outcome is decoded, spoofed or foreign.
func findService(p *parts) (*service, outcome) {
	if p.host == "" {
		return nil, foreign
	}
	if p.suspicious() {
		if imitates(p.host) || p.userinfo && containsFold(p.path, "safelinks.protection") {
			return nil, spoofed
		}
		return nil, foreign
	}
	s := lookUp(p)
	if (s == nil || s.form == "" && !s.site) && imitates(p.host) {
		return nil, spoofed
	}
	if s == nil {
		return nil, foreign
	}
	return s, decoded
}

// lookUp returns the first row of the table that answers at the host and path, or nil.
func lookUp(p *parts) *service {
	x := index()
	for _, s := range x.byDomain[p.domain] {
		if s.answers(p) {
			return s
		}
	}
	if len(p.path) < 2 {
		return nil
	}
	first := p.path[1]
	if 'A' <= first && first <= 'Z' {
		first += 'a' - 'A'
	}
	for _, s := range x.anywhere[first] {
		if s.answers(p) {
			return s
		}
	}
	return nil
}

// answers reports whether the service answers at the host and path of p.
func (s *service) answers(p *parts) bool {
	return s.hasPath(p.path) && s.hasHost(p.host) && (s.match == nil || s.match(p.host, p.path, p.query))
}

func (s *service) hasPath(path string) bool {
	for _, prefix := range s.paths {
		if hasPrefixFold(path, prefix) {
			return true
		}
	}
	return len(s.paths) == 0
}

func (s *service) hasHost(host string) bool {
	for _, entry := range s.hosts {
		if hostMatches(host, entry) {
			return true
		}
	}
	return false
}

// hostMatches compares a host with an entry of the table: a name, ".name" for every
// host below it, "*name" for every host that ends so with a label or a hyphen in
// front, or "*" for every host.
func hostMatches(host, entry string) bool {
	switch {
	case entry == "*":
		return true
	case entry[0] == '.':
		return hasSuffixFold(host, entry) && isHostName(host[:len(host)-len(entry)])
	case entry[0] == '*':
		return hasSuffixFold(host, entry[1:]) && len(host) > len(entry) && isHostName(host)
	}
	return equalFold(host, entry)
}

// decode decodes the layer that the service put around a URL. The outcome is decoded,
// opaque or noTarget. With noTarget, the layer has a HostHint if the link still shows
// the host of a target that cannot be read.
func (s *service) decode(p *parts) (Layer, outcome) {
	if s.form != "" {
		return decodeSafeLink(p, s)
	}
	l := Layer{Kind: s.kind, Flags: p.flags()}
	link := *p // escapes to the heap; p must not, since most links get no further
	o := noTarget
	if s.unwrap != nil {
		o = s.unwrap(&l, &link)
	} else {
		o = l.unwrapParam(&link, s.params...)
	}
	switch {
	case o == opaque:
		l.Flags |= FlagOpaque
	case o == noTarget && l.HostHint != "":
		l.Flags |= FlagCut // damaged, except for the host
	case o == noTarget:
		return l, o
	}
	if s.read != nil {
		s.read(&l, &link)
	}
	return l, o
}
