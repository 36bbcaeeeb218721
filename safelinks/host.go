package safelinks

import "strings"

// safeLinkClouds are the clouds of Safe Links, by the host under which they answer. The
// region in front of the host is open: Microsoft adds regions without notice.
var safeLinkClouds = [...]safeLinkCloud{
	{"safelinks.protection.outlook.com", "commercial", true}, // also US GCC (gcc01, gcc02)
	{"safelinks.protection.office365.us", "us-gov", true},    // GCC High and DoD
	{"safelinks.protection.apps.mil", "us-gov", false},
	{"safelinks.protection.partner.outlook.cn", "china", false}, // 21Vianet
	{"safelinks.protection.outlook.cn", "china", false},
	{"safelinks.protection.outlook.de", "germany", false}, // closed
}

type safeLinkCloud struct {
	host   string
	name   string
	proven bool // real links of it are known
}

// safeLinkHosts are the hosts of safeLinkClouds and the hosts below them.
var safeLinkHosts = []string{
	".safelinks.protection.outlook.com", "safelinks.protection.outlook.com",
	".safelinks.protection.office365.us", "safelinks.protection.office365.us",
	".safelinks.protection.apps.mil", "safelinks.protection.apps.mil",
	".safelinks.protection.partner.outlook.cn", "safelinks.protection.partner.outlook.cn",
	".safelinks.protection.outlook.cn", "safelinks.protection.outlook.cn",
	".safelinks.protection.outlook.de", "safelinks.protection.outlook.de",
}

// outlookHosts serve the page of Outlook on the web.
var outlookHosts = []string{"outlook.office.com", "outlook.cloud.microsoft", "outlook.office365.com", "outlook.office365.us", "outlook.live.com"}

// teamsHosts serve the page of Teams: the host since 2021, Microsoft's own ring, and
// the host since June 2026.
var teamsHosts = []string{"statics.teams.cdn.office.net", "staticsint.teams.cdn.office.net", "teams.public.onecdn.static.microsoft"}

// splitSafeLinkHost returns the region and the cloud of a host of Safe Links, and
// nothing for another host.
func splitSafeLinkHost(host string) (region string, cloud safeLinkCloud) {
	for _, c := range safeLinkClouds {
		if !hasSuffixFold(host, c.host) {
			continue
		}
		region := host[:len(host)-len(c.host)]
		if region == "" {
			return "", c
		}
		if region, ok := strings.CutSuffix(region, "."); ok && isHostName(region) {
			return region, c
		}
	}
	return "", safeLinkCloud{}
}

// isHostName reports whether s consists of labels of letters, digits, hyphens and
// underscores, with dots between them.
func isHostName(s string) bool {
	label := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			label++
		case c == '.' && label > 0:
			label = 0
		default:
			return false
		}
	}
	return label > 0
}

// knownRegion reports whether region has the form of all regions seen so far: two to four
// letters and two digits.
func knownRegion(region string) bool {
	n := len(region)
	if n < 4 || n > 6 {
		return false
	}
	for i := range n - 2 {
		if c := region[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return isDigit(region[n-2]) && isDigit(region[n-1])
}

// imitates reports whether a host has the name of Safe Links in it. It is meant for hosts
// that are not those of Safe Links.
func imitates(host string) bool {
	// The mark between the words is the rarest part, so look for it first.
	const first, last = "safelinks", "protection"
	for i := len(first); i+len(last) < len(host); i++ {
		if c := host[i]; (c == '.' || c == '-') && hasPrefixFold(host[i+1:], last) && hasSuffixFold(host[:i], first) {
			return true
		}
	}
	return false
}
