package kql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// Schema is where the rows are: it decides the names of tables and columns.
type Schema string

// The schemas. The tables of Defender have the same names in all; their times are Timestamp in
// advanced hunting and Azure Data Explorer, and TimeGenerated in Sentinel. Sign-ins are
// EntraIdSignInEvents in advanced hunting, and SigninLogs with
// AADNonInteractiveUserSignInLogs elsewhere.
const (
	Defender Schema = "defender" // advanced hunting of Microsoft Defender
	Sentinel Schema = "sentinel" // Microsoft Sentinel and Log Analytics
	ADX      Schema = "adx"      // Azure Data Explorer, fed by the streaming API and diagnostic settings
)

// Form is how much of the rules and ranges a query holds.
type Form string

const (
	// Short is below 10,000 characters, the limit of an analytics rule of Sentinel. It judges each
	// click by itself, as [clickclass.Classifier.Classify] does, with sign-ins, devices and when
	// the message was received. It
	// has the ranges of mail protection, Teams, SharePoint, people's egress and crawlers, and
	// reasons by their ids.
	Short Form = "short"
	// Full has the ranges of all Microsoft services, and of what is for rent at Microsoft. It
	// is meant to be saved as a function.
	Full Form = "full"
	// Lists is Full with the ranges outside: [WriteRanges] writes them, and the query reads
	// them from a watchlist (Sentinel), a table (Azure Data Explorer) or an address (Defender).
	Lists Form = "lists"
)

// Options says which query is wanted. The zero Options is the full form for Defender, over
// seven days, with all tables and the embedded ranges.
type Options struct {
	Schema Schema        // "": Defender
	Form   Form          // "": Full
	Since  time.Duration // how far back clicks are judged, 30 days at most; 0: 7 days
	// Tables names the tables of evidence that the tenant has, besides UrlClickEvents; nil:
	// all of [Tables]. The words mail, signin, device and chat stand for the tables of each kind.
	// The form Short reads EmailEvents of the tables of mail, and none of chat.
	Tables []string
	Ranges *iprange.Set // nil: iprange.Default()
	// RangesAt is where the form Lists reads the ranges: the beginning of the names of two
	// watchlists or tables, or of two addresses; "": "WhoClickedRanges". The two end in IPv4 and
	// IPv6, the addresses in IPv4.csv and IPv6.csv, with what begins with "?" behind it.
	RangesAt string
}

// maxSince is the longest Options.Since: the time within which clicks are neighbours.
const maxSince = 30 * 24 * time.Hour

// tableName is what needs no quotes as the name of a table.
var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// watchlistAlias is the beginning of an alias of a watchlist in Sentinel: 64 characters at most
// with IPv4 or IPv6 behind it.
var watchlistAlias = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 _-]{0,59}$`)

// complete fills in the defaults and checks the options.
func (o *Options) complete() error {
	setDefault(&o.Schema, Defender)
	setDefault(&o.Form, Full)
	setDefault(&o.Since, 7*24*time.Hour)
	setDefault(&o.RangesAt, "WhoClickedRanges")
	if o.Ranges == nil {
		o.Ranges = iprange.Default()
	}
	switch {
	case !slices.Contains([]Schema{Defender, Sentinel, ADX}, o.Schema):
		return fmt.Errorf("kql: query: unknown schema %.64q", o.Schema)
	case !slices.Contains([]Form{Short, Full, Lists}, o.Form):
		return fmt.Errorf("kql: query: unknown form %.64q", o.Form)
	case o.Since < time.Minute || o.Since > maxSince:
		return fmt.Errorf("kql: query: since %v: not between a minute and 30 days", o.Since)
	case o.Form == Lists && o.Schema == Defender && !strings.HasPrefix(o.RangesAt, "https://"):
		return fmt.Errorf("kql: query: ranges at %.64q: advanced hunting reads ranges from an address, https://…", o.RangesAt)
	case o.Form == Lists && o.Schema == ADX && !tableName.MatchString(o.RangesAt):
		return fmt.Errorf("kql: query: ranges at %.64q: no name of a table", o.RangesAt)
	case o.Form == Lists && o.Schema == Sentinel && !watchlistAlias.MatchString(o.RangesAt):
		return fmt.Errorf("kql: query: ranges at %.64q: no alias of a watchlist", o.RangesAt)
	case strings.ContainsAny(o.RangesAt, "\"'\\\r\n"):
		return fmt.Errorf("kql: query: ranges at %.64q: quotes, backslashes and line breaks cannot be named", o.RangesAt)
	}
	return o.expandTables()
}

// kinds are the kinds of evidence with their tables, by schema.
var kinds = []struct {
	word   string
	tables []string
}{
	{"mail", []string{"EmailEvents", "EmailUrlInfo", "EmailPostDeliveryEvents"}},
	{"signin", nil}, // see signInTables
	{"device", []string{"DeviceEvents", "DeviceNetworkEvents"}},
	{"chat", []string{"MessageEvents", "MessageUrlInfo", "MessagePostDeliveryEvents"}},
}

func signInTables(s Schema) []string {
	if s == Defender {
		return []string{"EntraIdSignInEvents"}
	}
	return []string{"SigninLogs", "AADNonInteractiveUserSignInLogs"}
}

// Tables returns the tables of evidence that a query of the schema reads, besides
// UrlClickEvents.
func Tables(s Schema) []string {
	var out []string
	for _, k := range kinds {
		out = append(out, tablesOf(k.word, s)...)
	}
	return out
}

func tablesOf(kind string, s Schema) []string {
	for _, k := range kinds {
		if k.word == kind && k.tables == nil {
			return signInTables(s)
		} else if k.word == kind {
			return k.tables
		}
	}
	return nil
}

// unreadByShort are the tables that the form Short does not read.
var unreadByShort = []string{"EmailUrlInfo", "EmailPostDeliveryEvents", "MessageEvents", "MessageUrlInfo", "MessagePostDeliveryEvents"}

// expandTables replaces the words of kinds by tables.
func (o *Options) expandTables() error {
	all := Tables(o.Schema)
	if o.Tables == nil {
		o.Tables = all
	}
	var out []string
	for _, name := range o.Tables {
		switch tables := tablesOf(name, o.Schema); {
		case tables != nil:
			out = append(out, tables...)
		case slices.Contains(all, name):
			out = append(out, name)
		case name == "UrlClickEvents":
		default:
			return fmt.Errorf("kql: query: %.64q is no table of evidence of %s: there are mail, signin, device, chat and %s",
				name, o.Schema, strings.Join(all, ", "))
		}
	}
	if o.Form == Short {
		out = slices.DeleteFunc(out, func(t string) bool { return slices.Contains(unreadByShort, t) })
	}
	o.Tables = out
	return nil
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}
