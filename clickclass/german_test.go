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
	"ip.eop":             "Microsoft nennt die Adresse als Server des Mailschutzes von Exchange Online; dass von dort keine Person kommt, ist ein Schluss",
	"ip.teams":           "Microsoft nennt die Adresse als Server von Teams; dass von dort keine Person kommt, ist ein Schluss",
	"ip.teams_workload":  "Microsoft nennt die Adresse als Server von Teams, und der Klick geschah in Teams, vielleicht im Auftrag der Person",
	"ip.spo":             "Microsoft nennt die Adresse als Server von SharePoint oder OneDrive; dass von dort keine Person kommt, ist ein Schluss",
	"ip.security":        "Microsoft nennt die Adresse als die eines Sicherheitsdienstes",
	"ip.crawler":         "die Adresse liegt in einem Bereich, der als der eines Crawlers oder Assistenten veröffentlicht oder gemeldet ist",
	"ip.service":         "Microsoft nennt die Adresse als Server eines Dienstes von Microsoft 365",
	"ip.platform":        "die Adresse gehört zu einem Plattformdienst von Azure, über den jedermanns Abläufe und Apps Links abrufen",
	"ip.azure":           "die Adresse gehört zu Azure: Dienste, Desktops, Scanner und gemietete Rechner",
	"ip.ms_user_egress":  "über die Adresse gehen Personen durch einen Dienst ins Netz",
	"ip.mailsec":         "das Netz gehört einem Anbieter von Mailsicherheit",
	"ip.dc":              "das Netz ist das eines Rechenzentrums",
	"ip.access":          "das Netz ist ein Zugangs-, Mobilfunk- oder Firmennetz",
	"t.before":           "der Klick kam vor der Nachricht, deren Uhr zwei Quellen bestätigen",
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
	"b.shadow":           "das Konto hatte den Link bis zu 15 Sekunden vorher aus einem anderen Netz abgerufen, und nichts zeigt, dass es hier zu Hause ist",
	"b.address":          "von der Adresse werden Links anderer Konten bei mehreren Gelegenheiten binnen einer Minute abgerufen, kaum je später",
	"b.strangers":        "mehrere Konten kamen an dieser Adresse vorbei, kaum eines ein zweites Mal, und sie klicken auch anderswo",
	"a.through":          "auf der Warnseite wurde „Trotzdem fortfahren“ gewählt: eine Person, welche, ist offen",
	"a.scanwait":         "die Seite, die um Warten auf die Prüfung des Links bittet, wurde gezeigt, und der Klick ging weiter",
	"w.teams_fast":       "eine Adresse von Teams fragte binnen 10 Sekunden nach der Nachricht in Teams",
	"w.app":              "die Zeile nennt eine echte Programmversion",
	"c.browser":          "ein Programm, in dem Personen klicken, öffnete den Link zu dieser Zeit auf einem Gerät des Kontos im Browser",
	"c.net":              "ein Browser auf einem Gerät des Kontos ging zu dieser Zeit zum Ziel des Links, das wenige Geräte besuchen",
	"c.net_common":       "ein Browser auf einem Gerät des Kontos ging zu dieser Zeit zu Safe Links oder zum Ziel des Links, das viele Geräte besuchen",
	"ip.own_signin":      "das Konto hat sich am Tag davor von dieser Adresse angemeldet, und das schon lange",
	"ip.own_signin30":    "das Konto hat sich in den 30 Tagen davor von dieser Adresse oder aus ihrer Nachbarschaft angemeldet, und das schon lange",
	"ip.fresh_signin":    "das Konto hat sich von dieser Adresse zum ersten Mal oder erst nach dem Klick angemeldet",
	"ip.tenant_signin":   "mindestens zwei andere Konten melden sich von dieser Adresse an",
	"ip.shared_nosignin": "mindestens drei Konten klickten von dieser Adresse, keine der vorliegenden Anmeldungen ist von dort, und keine Person war dahinter zu sehen",
	"ip.no_signin":       "das Konto meldet sich an, und keine der vorliegenden Anmeldungen ist von dieser Adresse",
	"c.silent":           "das Gerät des Kontos war in Gebrauch und meldet, was seine Browser tun, aber nichts von diesem Link",
	"g.far":              "die Adresse liegt in einem Land, aus dem keine der vorliegenden Anmeldungen des Kontos ist",
	"h.off":              "der Klick lag außerhalb der üblichen Zeiten des Kontos",
	"ip.cloud":           "die Adresse gehört zu einer Cloud, in der jeder Rechner mieten kann",
	"ip.microsoft":       "die Adresse gehört Microsoft, und keine Liste sagt, wozu: jeder kann sie gemietet haben",
	"b.home":             "das Konto kommt immer wieder an diese Adresse zurück: an mehreren Tagen und für mindestens ein Viertel seiner Klicks",
	"b.office":           "andere Konten der Firma kommen immer wieder an diese Adresse zurück",
	"b.new":              "das Konto klickte tagelang anderswo, bevor es zum ersten Mal von dieser Adresse klickte",
	"b.after_danger":     "das Konto hat in den zwei Wochen davor etwas Gefährliches geöffnet und klickte erst danach von dieser Adresse",
	"w.posted":           "der Link stand binnen 2 Minuten um den Klick in einer Nachricht in Teams, und eine Adresse von Teams fragte",
	"c.launch_other":     "ein Roboter, ein Skript oder ein unbekanntes Programm öffnete den Link auf einem Gerät des Kontos im Browser",
	"ip.risky_signin":    "Microsoft hält eine Anmeldung des Kontos von dieser Adresse für riskant",

	"unknown": "unbekannt", "automated": "automatisch", "likely_automated": "wahrscheinlich automatisch", "not_owner": "nicht die Inhaberin",
	"likely_owner": "wahrscheinlich die Inhaberin", "owner": "die Inhaberin des Kontos",

	"row": "die Zeile allein", "rows": "die Zeile und ihre Nachbarn", "mail": "die Nachricht", "signin": "Anmeldungen", "device": "Geräte",
	"audit": "das Überwachungsprotokoll", "chat": "Nachrichten in Teams", "network": "das Netz der Adresse", "message_id": "die Uhr in der Kennung der Nachricht", "link": "die Uhr im Link",

	"mail_flow_scan": "Safe Links oder Detonation bei der Zustellung", "detonation": "eine spätere Prüfung oder Untersuchung",
	"preview": "Vorabruf oder Linkvorschau", "policy_scan": "Prüfung nach der Safe-Links-Richtlinie", "chat_preview": "Vorschau in einem Chat",
	"microsoft_other": "ein anderer Dienst von Microsoft", "third_party_scanner": "ein fremdes Mail-Gateway oder ein Link-Scanner",
	"own_tool": "ein eigenes Werkzeug", "forwarded": "Kollegin, Vertretung oder weitergeleitete Kopie", "intruder": "jemand anderes im Konto",

	"recipient_not_shown": "nichts zeigt, dass die Inhaberin geklickt hat", "account_not_recipient": "das Konto ist kein Empfänger der Nachricht",
	"verdict_changed_later": "der Klick wurde erlaubt, und Link oder Nachricht gelten als bösartig: später erkannt oder durchgelassen", "address_for_rent": "die Adresse kann jeder mieten",
	"people_behind_address": "hinter der Adresse sind Personen", "several_addresses": "die Zeile hat mehrere Adressen", "no_address": "die Zeile hat keine Adresse",
	"clock_disagrees": "die Uhr in einer Kennung oder einem Link widerspricht der Zeile", "no_message_clock": "die Kennung der Nachricht enthält keine glaubhafte Uhr",
	"wrapped_url": "der Link war verpackt", "duplicate": "dieser Klick kam schon vor", "click_pair": "eine Hälfte von Sperre und Fortfahren",
	"evidence_elsewhere": "was ein Gerät tat, passt besser zu einem anderen Klick", "ignored_address": "die Adresse soll nach Ihren Angaben nicht zählen",
	"assumption": "das Urteil beruht auf einem Gewicht, das eine Annahme ist", "shared_mailbox": "mehrere Personen nutzen das Postfach",
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
	// Microsoft nennt die Adresse als Server von Teams; dass von dort keine Person kommt, ist ein Schluss (52.112.0.0/14)
	// der Klick kam 3 bis 10 Sekunden nach der Nachricht (3,2 s)
	// vielleicht Vorschau in einem Chat
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
