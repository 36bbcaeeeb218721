package safelinks

// maskCookie removes the session cookies from a link to the page of Teams.
func maskCookie(link string) string {
	masked, _ := maskPageCookies(link)
	return masked
}
