package safelinks

import "strings"

// safeLinkHost is a host suffix under which Safe Links answers.
type safeLinkHost struct {
	suffix string
	cloud  string
	proven bool // real links of it are known
}

// safeLinkHosts is the whole list. The region in front of the suffix is open:
// Microsoft adds regions without notice.
var safeLinkHosts = [...]safeLinkHost{
	{"safelinks.protection.outlook.com", "commercial", true},
	{"safelinks.protection.office365.us", "us-gov", true},
	{"safelinks.protection.apps.mil", "us-gov", false},
	{"safelinks.protection.partner.outlook.cn", "china", false},
	{"safelinks.protection.outlook.cn", "china", false},
	{"safelinks.protection.outlook.de", "germany", false},
}

// matchSafeLinkHost finds the suffix that host ends with on a label boundary,
// and the region in front of it as written.
func matchSafeLinkHost(host string) (region string, h *safeLinkHost) {
	for i := range safeLinkHosts {
		h := &safeLinkHosts[i]
		if !strings.HasSuffix(host, h.suffix) && !hasSuffixFold(host, h.suffix) {
			continue
		}
		region := host[:len(host)-len(h.suffix)]
		if region == "" {
			return "", h
		}
		if region[len(region)-1] != '.' {
			return "", nil
		}
		region = region[:len(region)-1]
		if !isHostName(region) {
			return "", nil
		}
		return region, h
	}
	return "", nil
}

// isHostName reports whether s is labels of letters, digits, hyphens and
// underscores with dots between them.
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

// knownRegion reports whether region has the form of all regions seen so far:
// two to four letters and two digits.
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

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// allDigits reports whether s is one or more decimal digits.
func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// imitates reports whether an authority that is no Safe Links host carries the
// name of one.
func imitates(host string) bool {
	// The mark between the words is looked for first: it is the rarest part.
	const first, last = "safelinks", "protection"
	for i := len(first); i+len(last) < len(host); i++ {
		if c := host[i]; (c == '.' || c == '-') && hasPrefixFold(host[i+1:], last) && hasSuffixFold(host[:i], first) {
			return true
		}
	}
	return false
}

// containsFold is strings.Contains for an ASCII lower-case needle.
func containsFold(s, lower string) bool { return indexFold(s, lower) >= 0 }

// indexFold is strings.Index for an ASCII lower-case needle.
func indexFold(s, lower string) int {
	first, upper := lower[0], lower[0]
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if (s[i] == first || s[i] == upper) && equalFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}
