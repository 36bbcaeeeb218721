package kql

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/odds"
	"github.com/whoclicked/whoclicked/clickclass/internal/programs"
	"github.com/whoclicked/whoclicked/iprange"
)

// The steps of the query, in the order of their names.
//
//go:embed query/*.kql query/short/*.kql
var steps embed.FS

var query = template.Must(template.New("").Funcs(template.FuncMap{
	"quote": quote, "real": realText, "short": shortReal, "list": list, "lines": lines, "assumed": assumed, "rank": rank,
}).ParseFS(steps, "query/*.kql", "query/short/*.kql"))

// Query returns the query that the options describe. The error says which option is wrong,
// or that a short query would be too long.
func Query(o Options) (string, error) {
	if err := o.complete(); err != nil {
		return "", err
	}
	r := newRendering(o)
	var b strings.Builder
	for _, t := range r.steps() {
		if err := query.ExecuteTemplate(&b, t, r); err != nil {
			return "", fmt.Errorf("kql: query: %w", err)
		}
		b.WriteString("\n")
	}
	text := strings.TrimSpace(b.String()) + "\n"
	if o.Form == Short {
		text = fmt.Sprintf("// whoclicked, rules %s, lists %s. %s\n", r.RulesVersion, r.Lists, shortly) + compact(text)
		if len(text) >= MaxRule {
			return "", fmt.Errorf("kql: query: the short form has %d characters with these tables and ranges, and an analytics rule must have fewer than %d: name fewer tables, or merge your ranges", len(text), MaxRule)
		}
	}
	return text, nil
}

// shortly is what the short form says of its limits.
const shortly = "No neighbours, chats, countries, hours, threats, rare hosts: see --explain."

// MaxRule is the length that a query in an analytics rule of Sentinel must stay below.
const MaxRule = 10_000

// rendering is what the steps are rendered with.
type rendering struct {
	Options
	RulesVersion, Lists string
	Rules               []clickclass.Rule
	Own                 bool // the user has declared ranges
}

func newRendering(o Options) *rendering {
	r := &rendering{Options: o, RulesVersion: clickclass.RulesVersion, Lists: o.Ranges.Version()}
	r.Own = slices.ContainsFunc(o.Ranges.Lists(), func(l iprange.ListInfo) bool { return l.Layer == iprange.LayerOwn })
	for _, rule := range clickclass.Rules() {
		said := !slices.Contains(unsaidRules, rule.ID)
		if o.Form == Short {
			said = slices.Contains(shortRules, rule.ID) && (r.Own || !strings.HasPrefix(rule.ID, "ip.own_") || rule.Group != "origin")
		}
		if said {
			r.Rules = append(r.Rules, rule)
		}
	}
	return r
}

// unsaidRules are the rules that no table has the data for: the network of an address.
var unsaidRules = []string{"ip.mailsec", "ip.dc", "ip.access"}

// shortRules are the rules of the short form.
var shortRules = strings.Fields(`ip.own_scanner ip.own_tool ip.own_egress ip.eop ip.teams ip.teams_workload ip.spo ip.crawler ip.azure
	ip.ms_user_egress t.0_3 t.0_10 t.10_60 t.1_5m t.5_60m t.1h a.through w.teams_fast ip.own_signin ip.own_signin30
	ip.fresh_signin ip.risky_signin ip.tenant_signin ip.no_signin c.browser c.net_common`)

// steps returns the names of the steps that the tables need.
func (r *rendering) steps() []string {
	if r.Form == Short {
		return []string{"short.kql"}
	}
	var out []string
	files, _ := steps.ReadDir("query")
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		switch name := f.Name(); name {
		case "06_mail.kql":
			if r.Mail() {
				out = append(out, name)
			}
		case "08_signins.kql":
			if r.SignIn() {
				out = append(out, name)
			}
		case "09_devices.kql":
			if r.Device() {
				out = append(out, name)
			}
		case "10_chat.kql":
			if r.Chat() {
				out = append(out, name)
			}
		default:
			out = append(out, name)
		}
	}
	return out
}

func (r *rendering) has(kind string) bool {
	return slices.ContainsFunc(tablesOf(kind, r.Schema), func(t string) bool { return slices.Contains(r.Options.Tables, t) })
}

// Mail, SignIn, Device and Chat report whether the tenant has a table of each kind.
func (r *rendering) Mail() bool   { return r.has("mail") }
func (r *rendering) SignIn() bool { return r.has("signin") }
func (r *rendering) Device() bool { return r.has("device") }
func (r *rendering) Chat() bool   { return r.has("chat") }

// RangesFile returns the address of a family's ranges: the family and ".csv" come before the
// query of the address, where access tokens stand.
func (r *rendering) RangesFile(family string) string {
	path, query, signed := strings.Cut(r.RangesAt, "?")
	if signed {
		query = "?" + query
	}
	return path + family + ".csv" + query
}

// Time is the column with the time of an event.
func (r *rendering) Time() string {
	if r.Schema == Sentinel {
		return "TimeGenerated"
	}
	return "Timestamp"
}

// Since returns the time span as KQL writes it.
func (r *rendering) Since() string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if r.Options.Since%unit.length == 0 {
			return fmt.Sprintf("%d%s", r.Options.Since/unit.length, unit.name)
		}
	}
	return fmt.Sprintf("%ds", r.Options.Since/time.Second)
}

// Prior and Thresholds are the defaults of the library.
func (r *rendering) Prior() clickclass.Prior {
	return clickclass.Prior{Machine: odds.PriorMachine, Other: odds.PriorOther}
}

func (r *rendering) Thresholds() clickclass.Thresholds {
	return clickclass.Thresholds{
		Automated: odds.Automated, LikelyAutomated: odds.LikelyAutomated, NotOwner: odds.NotOwner,
		LikelyOwner: odds.LikelyOwner, Owner: odds.Owner,
	}
}

// SharedSites are the sites under which strangers publish, and those of gateways whose
// wrapped links a query does not open: strangers are behind them as well.
func (r *rendering) SharedSites() []string {
	return slices.Sorted(slices.Values(slices.Concat(normal.SharedSites(), gatewaySites)))
}

var gatewaySites = []string{
	"avanan.click", "barracuda.com", "cisco.com", "cudasvc.com", "emailprotection.link", "fireeye.com", "hornetsecurity.com", "inky.com",
	"mailguard.com.au", "mimecast.com", "mimecastprotect.com", "perception-point.io", "proofpoint.com", "sophos.com", "trellix.com",
	"trendmicro.com", "urldefense.com", "urldefense.us", "vadesecure.com",
}

// Browsers, Embedded and Programs are the programs in which people click.
func (r *rendering) Browsers() []string { return programs.Names(programs.Browser) }
func (r *rendering) Embedded() []string { return programs.Names(programs.Embedded) }
func (r *rendering) Programs() []string { return programs.Names(programs.Desk) }

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// realText returns a number of type real.
func realText(x float64) string {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// shortReal returns a number as it is: a datatable makes it real.
func shortReal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// rank returns what a rule shows of a person as a number.
func rank(shows string) int { return slices.Index([]string{"", "person", "owner", "decisive"}, shows) }

func list(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return strings.Join(quoted, ", ")
}

// lines returns a list with a line for some of its words.
func lines(words []string) string {
	var b strings.Builder
	for part := range slices.Chunk(words, 8) {
		b.WriteString("    " + list(part) + ",\n")
	}
	return strings.TrimSuffix(b.String(), ",\n")
}

// assumed reports whether a weight rests on an assumption, as the flag of a verdict does.
func assumed(r clickclass.Rule) bool { return strings.Contains(r.Source, "assumption") }

// compact returns the query without comments, indentation, blank lines and the blanks around
// operators and commas.
func compact(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		// Every other part is a string.
		parts := strings.Split(line, `"`)
		for i := 0; i < len(parts); i += 2 {
			parts[i] = spareBlanks.ReplaceAllString(parts[i], "$1")
		}
		b.WriteString(strings.Join(parts, `"`) + "\n")
	}
	return b.String()
}

// spareBlanks are blanks around operators and commas, and comments at the end of a line.
var spareBlanks = regexp.MustCompile(` // .*| *([-,=<>+*|/:]+) *`)
