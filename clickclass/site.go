package clickclass

import "golang.org/x/net/publicsuffix"

// site returns the registrable domain of a lower-case host, "example.co.uk"
// for "www.example.co.uk", and the host itself where there is none: an
// address, a single label, a public suffix.
func site(host string) string {
	if s, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return s
	}
	return host
}
