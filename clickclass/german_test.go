package clickclass_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
)

// germanWords are the words of verdicts in German.
var germanWords = map[string]string{
	"ip.own_scanner":     "die Adresse haben Sie als Mail-Gateway oder Link-Scanner angegeben",
	"ip.own_tool":        "die Adresse haben Sie als eigenes Werkzeug oder Sandbox angegeben",
	"ip.own_egress":      "über die Adresse gehen nach Ihren Angaben Ihre Leute ins Netz",
	"ip.eop":             "die Adresse gehört zum Mailschutz von Exchange Online, von dort kommt keine Person",
	"ip.teams":           "die Adresse gehört zu Microsoft Teams, von dort kommt keine Person",
	"ip.teams_workload":  "die Adresse gehört zu Microsoft Teams und der Klick geschah in Teams, vielleicht im Auftrag der Person",
	"ip.spo":             "die Adresse gehört zu SharePoint oder OneDrive, von dort kommt keine Person",
	"ip.security":        "die Adresse gehört zu einem Sicherheitsdienst von Microsoft",
	"ip.crawler":         "aus diesem Bereich von Microsoft wurden schon Links abgerufen",
	"ip.service":         "die Adresse gehört zu einem Dienst von Microsoft 365, der nicht im Web surft",
	"ip.platform":        "die Adresse gehört zu einem Plattformdienst von Azure, über den Abläufe und Apps Links abrufen",
	"ip.azure":           "die Adresse gehört zu Azure: Dienste, Desktops, Scanner und gemietete Rechner",
	"ip.ms_user_egress":  "über die Adresse gehen Personen durch einen Dienst ins Netz",
	"ip.mailsec":         "das Netz gehört einem Anbieter von Mailsicherheit",
	"ip.dc":              "das Netz ist das eines Rechenzentrums",
	"ip.access":          "das Netz ist ein Zugangs-, Mobilfunk- oder Firmennetz",
	"t.before":           "der Klick kam vor der Nachricht",
	"t.0_3":              "der Klick kam innerhalb von 3 Sekunden nach der Nachricht",
	"t.0_10":             "der Klick kam 3 bis 10 Sekunden nach der Nachricht",
	"t.10_60":            "der Klick kam 10 bis 60 Sekunden nach der Nachricht",
	"t.1_5m":             "der Klick kam 1 bis 5 Minuten nach der Nachricht",
	"t.5_60m":            "der Klick kam 5 bis 60 Minuten nach der Nachricht",
	"t.1h":               "der Klick kam mehr als eine Stunde nach der Nachricht",
	"b.all":              "mindestens drei Links der Nachricht binnen 3 Sekunden, oder alle von fünf oder mehr binnen einer Minute",
	"b.multi1s":          "verschiedene Links einer Nachricht binnen einer Sekunde",
	"b.fan":              "mindestens drei Konten riefen von einer Adresse binnen 10 Sekunden denselben Link ab",
	"b.echo":             "dasselbe Konto rief den Link binnen einer Sekunde von einer anderen Adresse ab",
	"b.shadow":           "das Konto hatte den Link bis zu 15 Sekunden vorher aus einem anderen Netz abgerufen",
	"b.address":          "von der Adresse werden Links anderer Konten immer wieder binnen einer Minute abgerufen, kaum je später",
	"b.strangers":        "mehrere Konten kamen an dieser Adresse vorbei, kaum eines ein zweites Mal",
	"a.through":          "jemand hat auf der Warnseite „Trotzdem fortfahren“ gewählt",
	"a.scanwait":         "jemand hat die Prüfung des Links abgewartet und weitergeklickt",
	"w.teams_fast":       "eine Adresse von Teams fragte binnen 10 Sekunden nach der Nachricht in Teams",
	"w.app":              "die Zeile nennt eine echte Programmversion",
	"c.browser":          "auf einem Gerät des Kontos wurde der Link zu dieser Zeit im Browser geöffnet",
	"c.net":              "ein Browser auf einem Gerät des Kontos ging zu dieser Zeit zum Ziel des Links",
	"ip.own_signin":      "das Konto hat sich binnen eines Tages von dieser Adresse angemeldet",
	"ip.own_signin30":    "das Konto hat sich binnen 30 Tagen von dieser Adresse oder aus ihrer Nachbarschaft angemeldet",
	"ip.fresh_signin":    "das Konto hat sich erst seit einem Tag von dieser Adresse angemeldet, die jeder mieten kann",
	"ip.tenant_signin":   "mindestens zwei andere Personen melden sich von dieser Adresse an",
	"ip.shared_nosignin": "mindestens drei Konten klickten von dieser Adresse, niemand meldet sich von dort an",
	"ip.no_signin":       "das Konto meldet sich an, aber niemand von dieser Adresse",
	"c.silent":           "ein Gerät des Kontos war aktiv und zeigt nichts von diesem Link",
	"g.far":              "die Adresse liegt in einem Land, aus dem sich das Konto nie angemeldet hat",
	"h.off":              "der Klick lag außerhalb der üblichen Zeiten des Kontos",

	"unknown": "unbekannt", "automated": "automatisch", "likely_automated": "wahrscheinlich automatisch", "not_owner": "nicht die Inhaberin",
	"likely_owner": "wahrscheinlich die Inhaberin", "owner": "die Inhaberin des Kontos",

	"row": "die Zeile allein", "rows": "die Zeile und ihre Nachbarn", "mail": "die Nachricht", "signin": "Anmeldungen", "device": "Geräte",
	"audit": "das Überwachungsprotokoll", "network": "das Netz der Adresse", "message_id": "die Uhr in der Kennung der Nachricht", "link": "die Uhr im Safe Link",

	"mail_flow_scan": "Safe Links oder Detonation bei der Zustellung", "detonation": "eine spätere Prüfung oder Untersuchung",
	"preview": "Vorabruf oder Linkvorschau", "policy_scan": "Prüfung nach der Safe-Links-Richtlinie", "chat_preview": "Vorschau in einem Chat",
	"microsoft_other": "ein anderer Dienst von Microsoft", "third_party_scanner": "ein fremdes Mail-Gateway oder ein Link-Scanner",
	"own_tool": "ein eigenes Werkzeug", "forwarded": "Kollegin, Vertretung oder weitergeleitete Kopie", "intruder": "jemand anderes im Konto",

	"recipient_not_shown": "nichts zeigt, dass die Inhaberin geklickt hat", "account_not_recipient": "das Konto ist kein Empfänger der Nachricht",
	"verdict_changed_later": "der Link wurde erst später als bösartig erkannt", "address_for_rent": "die Adresse kann jeder mieten",
	"people_behind_address": "hinter der Adresse sind Personen", "several_addresses": "die Zeile hat mehrere Adressen", "no_address": "die Zeile hat keine Adresse",
	"clock_disagrees": "die Uhr in einer Kennung widerspricht der Zeile", "no_message_clock": "die Kennung der Nachricht enthält keine glaubhafte Uhr",
	"wrapped_url": "der Link war verpackt", "duplicate": "dieser Klick kam schon vor", "click_pair": "eine Hälfte von Sperre und Fortfahren",
	"evidence_elsewhere": "was ein Gerät tat, passt besser zu einem anderen Klick", "ignored_address": "die Adresse soll nach Ihren Angaben nicht zählen",
}

// german renders a verdict. Numbers come from what the rule saw, not from its English text.
func german(v *clickclass.Verdict) []string {
	lines := []string{strings.Replace(fmt.Sprintf("%s (%.1f %%)", germanWords[v.Class.String()], 100*v.P.Machine), ".", ",", 1)}
	for _, r := range v.Reasons {
		line := germanWords[r.Rule]
		switch r.Saw.Kind {
		case "prefix":
			line += " (" + r.Saw.Prefix.String() + ")"
		case "gap":
			line += strings.Replace(fmt.Sprintf(" (%.1f s)", r.Saw.Gap.Seconds()), ".", ",", 1)
		case "count":
			line += fmt.Sprintf(" (%d)", r.Saw.Count)
		case "asn":
			line += fmt.Sprintf(" (AS%d)", r.Saw.ASN)
		}
		lines = append(lines, line)
	}
	for _, c := range v.Causes {
		lines = append(lines, "vielleicht "+germanWords[string(c)])
	}
	return lines
}

// Verdicts in another language: Words yields every word that needs a translation, so a test
// can hold that none is missing.
func ExampleWords() {
	for word := range clickclass.Words() {
		if germanWords[word] == "" {
			fmt.Println("not translated:", word)
		}
	}
	v := clickclass.Score(theClick)
	fmt.Println(strings.Join(german(&v), "\n"))
	// Output:
	// automatisch (98,1 %)
	// die Adresse gehört zu Microsoft Teams, von dort kommt keine Person (52.112.0.0/14)
	// der Klick kam 3 bis 10 Sekunden nach der Nachricht (3,2 s)
	// vielleicht Vorabruf oder Linkvorschau
	// vielleicht Safe Links oder Detonation bei der Zustellung
}

// TestGermanWords holds that no word of a verdict is missing in German, and that there is
// none that no verdict has.
func TestGermanWords(t *testing.T) {
	words := map[string]bool{}
	for word := range clickclass.Words() {
		words[word] = true
		assert.NotEmpty(t, germanWords[word], word)
	}
	for word := range germanWords {
		assert.True(t, words[word], "%s is no word of a verdict", word)
	}
	forRandomResults(t, func(r *clickclass.Result) {
		for _, line := range german(&r.Verdict) {
			if strings.HasPrefix(line, " ") || strings.HasSuffix(line, " ") || line == "" {
				t.Fatalf("a word is missing: %q in %+v", line, r.Verdict)
			}
		}
	})
	v := clickclass.Score(withDelay(founding(), 3*time.Second))
	assert.Len(t, german(&v), 1+len(v.Reasons)+len(v.Causes))
}
