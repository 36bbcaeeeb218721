package safelinks

// Comparisons that ignore the case of ASCII letters alone. Those of package strings fold
// U+017F to s and U+212A to k, which would let look-alike hosts in.

// equalFold compares s with an ASCII lower-case name.
func equalFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// hasSuffixFold is strings.HasSuffix for an ASCII lower-case suffix.
func hasSuffixFold(s, lower string) bool {
	return len(s) >= len(lower) && equalFold(s[len(s)-len(lower):], lower)
}

// hasPrefixFold is strings.HasPrefix for an ASCII lower-case prefix.
func hasPrefixFold(s, lower string) bool {
	return len(s) >= len(lower) && equalFold(s[:len(lower)], lower)
}

// containsFold is strings.Contains for an ASCII lower-case substring.
func containsFold(s, lower string) bool { return indexFold(s, lower) >= 0 }

// indexFold is strings.Index for an ASCII lower-case substring.
func indexFold(s, lower string) int {
	for i := 0; i+len(lower) <= len(s); i++ {
		if equalFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

// lastIndexFold is strings.LastIndex for an ASCII lower-case substring.
func lastIndexFold(s, lower string) int {
	for i := len(s) - len(lower); i >= 0; i-- {
		if equalFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// allDigits reports whether s is one or more decimal digits.
func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
