package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// readSignIn reads a sign-in of any of the tables.
func (p *rowParser) readSignIn(t table) {
	s := evidence.SignIn{Table: t.String(), Country: p.country()}
	s.IPAddress, _ = p.addrs(colIPAddress)
	switch t {
	case signinLogs, nonInteractiveSignInLogs:
		s.Timestamp = p.time(signInTime...)
		s.AccountUpn = p.text(colUserPrincipalName)
		s.AppName = p.text(colAppDisplayName)
		s.Risk = strings.ToLower(p.text(colRiskLevelDuringSignIn))
		s.Success = p.resultType() == "0"
		// SigninLogs holds interactive sign-ins only. A union of both tables does not;
		// there the column says it.
		s.Interactive = t == signinLogs
		if t == signinLogs && p.seen.has(colIsInteractive) {
			s.Interactive = p.bool(colIsInteractive)
		}
	case entraIdSignInEvents:
		s.Timestamp = p.time(eventTime...)
		s.AccountUpn = p.text(colAccountUpn)
		s.AppName = p.text(colApplication)
		s.Risk = entraRisk(p.text(colRiskLevelDuringSignIn))
		s.Success = strings.TrimSuffix(p.text(colErrorCode), ".0") == "0"
		logon := p.text(colLogonType)
		s.Interactive = containsFold(logon, "interactiveUser") && !containsFold(logon, "nonInteractiveUser")
	case identityLogonEvents:
		s.Timestamp = p.time(eventTime...)
		s.AccountUpn = p.text(colAccountUpn)
		s.AppName = p.text(colApplication)
		s.Success = strings.EqualFold(p.text(colActionType), "LogonSuccess")
		s.Interactive = p.text(colProtocol) == "" && isInteractiveLogon(p.text(colLogonType))
	}
	p.row.Evidence = s
}

// resultType returns the result of a SigninLogs row, "0" for success. Diagnostic settings
// and Graph write it in a status object.
func (p *rowParser) resultType() string {
	if s, col := p.filledText([]column{colResultType}); col != colNone {
		return strings.TrimSuffix(s, ".0")
	}
	if status := p.text(colStatus); strings.HasPrefix(status, "{") {
		if in := p.findInner(colStatus, status); in != nil {
			return in.text(colErrorCode)
		}
	}
	return ""
}

// country returns two capital letters, or "".
func (p *rowParser) country() string {
	for _, col := range [...]column{colCountry, colLocation} {
		if s := p.text(col); len(s) == 2 {
			return strings.ToUpper(s)
		}
	}
	for _, col := range [...]column{colLocationDetails, colLocation} {
		if _, s, ok := strings.Cut(p.text(col), `"countryOrRegion"`); ok {
			if s = strings.TrimLeft(s, ": "); len(s) > 3 && s[0] == '"' && s[3] == '"' {
				return strings.ToUpper(s[1:3])
			}
		}
	}
	return ""
}

// entraRisk returns the name of a risk level. EntraIdSignInEvents has numbers where
// SigninLogs has names.
func entraRisk(s string) string {
	switch strings.TrimSuffix(s, ".0") {
	case "0":
		return "none"
	case "1":
		return "hidden"
	case "10":
		return "low"
	case "50":
		return "medium"
	case "100":
		return "high"
	}
	return strings.ToLower(s)
}

// isInteractiveLogon reports whether a LogonType of IdentityLogonEvents is a person at a
// sign-in page. Token requests and the steps of on-premises protocols are not.
func isInteractiveLogon(s string) bool {
	for _, prefix := range [...]string{"Login:", "OAuth2:Authorize", "Kmsi:", "Saml2:", "WsFed:"} {
		if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

func containsFold(s, substr string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(substr))
}
