package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// readSignIn reads a sign-in of any of the tables.
func (p *rowParser) readSignIn(t table) {
	s := evidence.SignIn{Table: t.String(), Country: p.country()}
	s.IPAddress, _ = p.addrs(colIPAddress)
	switch t {
	case signinLogs, nonInteractiveSignInLogs:
		s.Timestamp = p.time(signInTime...)
		s.AccountUpn = p.firstText(signInAccount...)
		s.AppName = p.firstText(colAppDisplayName, colApplication)
		s.Risk = strings.ToLower(p.text(colRiskLevelDuringSignIn))
		s.Success = p.succeeded(signInResult...)
		s.Interactive = t == signinLogs && p.isInteractive()
	case entraIdSignInEvents:
		s.Timestamp = p.time(eventTime...)
		s.AccountUpn = p.text(colAccountUpn)
		s.AppName = p.text(colApplication)
		s.Risk = entraRisk(p.firstText(colRiskLevelDuringSignIn, colRiskLevelAggregated))
		s.Success = p.succeeded(colErrorCode)
		logon := p.text(colLogonType)
		s.Interactive = containsFold(logon, "interactiveUser") && !containsFold(logon, "nonInteractiveUser")
	case identityLogonEvents:
		s.Timestamp = p.time(eventTime...)
		s.AccountUpn = p.text(colAccountUpn)
		s.AppName = p.text(colApplication)
		s.Success = p.succeeded(colActionType)
		s.Interactive = p.text(colProtocol) == "" && isInteractiveLogon(p.text(colLogonType))
	}
	p.row.Evidence = s
}

// isInteractive reports whether a row of SigninLogs is an interactive sign-in. The table
// holds no others, but a union of both tables does, and there the column says it. Of the
// downloads of the Entra portal, only the names of the files differ.
func (p *rowParser) isInteractive() bool {
	if p.seen.has(colIsInteractive) {
		return p.bool(colIsInteractive)
	}
	base := p.row.File[strings.LastIndexAny(p.row.File, `/\`)+1:]
	return !containsFold(base, "NonInteractive")
}

// results has the words for the result of a sign-in, in lower case: whether it succeeded. An
// interrupted one waits for something, mostly a second factor.
var results = map[string]bool{
	"success": true, "succeeded": true, "successful": true,
	"failure": false, "failed": false, "fail": false, "error": false, "usererror": false,
	"logonsuccess": true, "logonfailed": false, "logonattempted": false, // of IdentityLogonEvents
	"interrupted": false, "interrupt": false, "pending": false, "timeout": false, "denied": false, "blocked": false,
}

// succeeded reports whether the first result in the columns is a success: the number 0 or a
// word, bare or as the errorCode of a status object. Any other number is a failure, and a
// word that is not known is told.
func (p *rowParser) succeeded(cols ...column) bool {
	unknown := note{kind: unknownWord, row: p.row.Row}
	for _, col := range cols {
		s, _ := p.filledText([]column{col})
		if code := member(s, "errorCode"); code != "" {
			s = code
		}
		if n, err := cell.Int(s); err == nil {
			return n == 0
		}
		if success, known := results[strings.ToLower(s)]; known {
			return success
		}
		if s != "" && unknown.text == "" {
			unknown.column, unknown.text = col, cell.Quote(s)
		}
	}
	if unknown.text != "" {
		p.notes = append(p.notes, unknown)
	}
	return false
}

// member returns what an object holds under a key, "" if that is no short word or number.
// The object may be JSON or what PowerShell and Python make of it when they write a cell:
// @{errorCode=0}, {'errorCode': 0}.
func member(object, key string) string {
	at := indexFold(object, key)
	if at < 0 {
		return ""
	}
	s := object[at+len(key):]
	value := strings.TrimLeft(s, `"' :=`)
	if value == s {
		return "" // part of a longer key
	}
	end := strings.IndexAny(value, "\"',;}\r\n")
	if end < 0 {
		end = len(value)
	}
	return strings.TrimSpace(value[:end])
}

// country returns two capital letters, or "".
func (p *rowParser) country() string {
	for _, col := range [...]column{colCountry, colLocation, colLocationDetails} {
		s := strings.TrimSpace(p.text(col))
		if in := member(s, "countryOrRegion"); in != "" {
			s = in
		} else if strings.Count(s, ",") >= 2 { // "Lyon, Rhone, FR" in the Entra portal
			s = strings.TrimSpace(s[strings.LastIndexByte(s, ',')+1:])
		}
		if len(s) == 2 {
			return strings.ToUpper(s)
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

func containsFold(s, substr string) bool { return indexFold(s, substr) >= 0 }

// indexFold returns the index of the first substr in s without regard to the case of ASCII
// letters, or -1.
func indexFold(s, substr string) int {
	for i := 0; i+len(substr) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(substr)], substr) {
			return i
		}
	}
	return -1
}
