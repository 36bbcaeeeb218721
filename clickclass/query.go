package clickclass

import (
	"math"
	"strings"
	"time"
)

// evidenceWorth is how far each kind of evidence could move a score, by the
// weights in force.
type evidenceWorth struct{ endpoint, signIn, mail float64 }

func (c *Classifier) worth() evidenceWorth {
	weight := func(id string) float64 {
		i, _ := ruleIndex(id)
		return math.Abs(c.weights[i])
	}
	return evidenceWorth{weight("c.browser"), weight("ip.own_signin"), weight("t.0_10")}
}

// nextEvidence returns the missing evidence that could move the score most.
func (c *Classifier) nextEvidence(f *facts, missing Missing) Missing {
	w := c.evidenceWorth
	if f.o.dedicated() || !f.k.IPAddress.IsValid() {
		w.signIn = 0.1 // nobody can sign in from there
	}
	switch {
	case f.k.NetworkMessageId == "":
		w.mail = 0
	case f.delaySource != DelayNone:
		w.mail = 0.2 // the message's time is known already
	}
	if f.k.AccountUpn == "" || f.at == noTicks {
		w.endpoint, w.signIn = 0, 0 // there is nothing to ask by
	}
	best, most := Missing(0), 0.0
	for _, e := range [...]struct {
		missing Missing
		worth   float64
	}{{MissingEndpoint, w.endpoint}, {MissingSignIn, w.signIn}, {MissingMail, w.mail}} {
		if missing&e.missing != 0 && e.worth > most {
			best, most = e.missing, e.worth
		}
	}
	return best
}

// Query returns a KQL query for advanced hunting that fetches the first kind
// of evidence in m for a click. Its result, exported, is evidence that package
// tables reads. It is "" when m is empty, or when the row lacks what the query
// would ask by.
func (m Missing) Query(k *Click) string {
	c := readingsOf(k)
	at := c.at.time()
	if at.IsZero() && m&MissingMail == 0 {
		return ""
	}
	var b strings.Builder
	line := func(s ...string) {
		for _, p := range s {
			b.WriteString(p)
		}
		b.WriteByte('\n')
	}
	let := func() { line("let t = datetime(", at.UTC().Format(time.RFC3339Nano), ");") }
	switch {
	case m&MissingEndpoint != 0 && k.AccountUpn != "":
		let()
		line("union withsource=SourceTable DeviceEvents, DeviceNetworkEvents")
		line("| where Timestamp between (t - 30m .. t + 30m)")
		line("| where InitiatingProcessAccountUpn =~ ", kqlString(k.AccountUpn))
		line(`| where ActionType in ("BrowserLaunchedToOpenUrl", "ConnectionSuccess")`)
		line("| project SourceTable, Timestamp, DeviceId, DeviceName, ActionType, RemoteUrl, RemoteIP, ",
			"InitiatingProcessFileName, InitiatingProcessAccountName, InitiatingProcessAccountUpn")
	case m&MissingSignIn != 0 && k.AccountUpn != "":
		let()
		line("EntraIdSignInEvents")
		line("| where Timestamp between (t - 30d .. t + 1d)")
		if k.IPAddress.IsValid() {
			line("| where AccountUpn =~ ", kqlString(k.AccountUpn), " or IPAddress == ", kqlString(k.addr().String()))
		} else {
			line("| where AccountUpn =~ ", kqlString(k.AccountUpn))
		}
		line("| project Timestamp, AccountUpn, IPAddress, ErrorCode, LogonType, Country, RiskLevelDuringSignIn, Application")
	case m&MissingMail != 0 && k.NetworkMessageId != "":
		line("union withsource=SourceTable EmailEvents, EmailUrlInfo, EmailPostDeliveryEvents")
		line("| where NetworkMessageId == ", kqlString(k.NetworkMessageId))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// kqlString quotes s for KQL. Control characters have no business in an
// account, an address or an id, and are dropped.
func kqlString(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
