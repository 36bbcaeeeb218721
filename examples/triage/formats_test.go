package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// ecsFields are the fields of the Elastic Common Schema that triage writes, with their types, as
// generated/csv/fields.csv of github.com/elastic/ecs lists them (8.12.0-dev, commit 7b66579;
// Apache-2.0). "[]" are those that are normalized to arrays.
var ecsFields = map[string]string{
	"@timestamp": "date", "message": "match_only_text", "ecs.version": "keyword", "error.message": "match_only_text", "log.file.path": "keyword",
	"event.kind": "keyword", "event.module": "keyword", "event.dataset": "keyword", "event.id": "keyword", "event.category": "keyword[]", "event.type": "keyword[]",
	"event.action": "keyword", "event.outcome": "keyword", "event.severity": "long", "event.start": "date", "event.end": "date",
	"rule.name": "keyword", "user.name": "keyword", "user.email": "keyword", "source.ip": "ip", "source.as.number": "long", "source.as.organization.name": "keyword",
	"url.original": "wildcard", "url.full": "wildcard", "url.scheme": "keyword", "url.domain": "keyword", "url.registered_domain": "keyword",
	"email.local_id": "keyword", "related.user": "keyword[]", "related.ip": "ip[]", "related.hosts": "keyword[]",
}

// ecsValues are the values that the schema allows, those of them that fit clicks.
var ecsValues = map[string][]string{
	"event.kind": {"alert", "event", "pipeline_error"}, "event.category": {"web"}, "event.type": {"access", "error", "info"}, // the types of web
	"event.outcome": {"failure", "success", "unknown"}, "ecs.version": {"8.11.0"},
}

func TestECSFitsTheSchema(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range allLines(t, "ecs") {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		for _, name := range []string{"@timestamp", "ecs", "message"} {
			require.Contains(t, line, name)
		}
		delete(line, "whoclicked") // our own, in a namespace as the schema asks
		walk("", line, func(path string, v any) {
			if _, ok := v.(map[string]any); ok {
				return
			}
			path, inside := strings.CutSuffix(path, "[]")
			kind, ok := ecsFields[path]
			require.True(t, ok, "%s is no field: %s", path, text)
			seen[path] = true
			kind, list := strings.CutSuffix(kind, "[]")
			if !inside && list {
				require.IsType(t, []any{}, v, path)
				return
			}
			require.Equal(t, list, inside, path)
			require.True(t, isECS(kind, v), "%s is no %s: %v", path, kind, v)
			if allowed := ecsValues[path]; allowed != nil {
				require.Contains(t, allowed, v, path)
			}
		})
	}
	for field := range ecsFields {
		assert.True(t, seen[field], "%s is never written", field)
	}
}

// isECS reports whether v is a value of a type of Elasticsearch.
func isECS(kind string, v any) bool {
	text, isText := v.(string)
	switch kind {
	case "date":
		_, err := time.Parse(time.RFC3339Nano, text)
		return err == nil
	case "ip":
		a, err := netip.ParseAddr(text)
		return err == nil && a.Zone() == ""
	case "long":
		n, ok := v.(float64)
		return ok && n == float64(int64(n))
	}
	return isText && text != ""
}

// ocsfObjects are the objects of OCSF 1.5.0 that triage writes, with those of their attributes
// that it uses: the name of a type or object, "[]" for arrays, "!" for what is required. From
// github.com/ocsf/ocsf-schema (Apache-2.0): events/findings/detection_finding.json, objects/*.json
// and dictionary.json; the forms of types and the constraints below as of commits 10fd6b3 and
// ffdf224. "object" takes any members.
var ocsfObjects = map[string]map[string]string{
	"detection_finding": {
		"activity_id": "integer!", "activity_name": "string", "category_uid": "integer!", "category_name": "string", "class_uid": "integer!", "class_name": "string",
		"type_uid": "integer!", "type_name": "string", "metadata": "metadata!", "time": "timestamp!", "start_time": "timestamp", "end_time": "timestamp",
		"severity_id": "integer!", "severity": "string", "message": "string", "count": "integer", "finding_info": "finding_info!", "evidences": "evidences[]",
		"observables": "observable[]", "remediation": "remediation", "unmapped": "object",
	},
	"metadata":     {"version": "string!", "product": "product!"},
	"product":      {"name": "string", "vendor_name": "string"},
	"finding_info": {"uid": "string!", "title": "string", "desc": "string", "types": "string[]", "first_seen_time": "timestamp", "last_seen_time": "timestamp"},
	"evidences":    {"user": "user", "src_endpoint": "network_endpoint", "url": "url"},
	"user":         {"name": "string", "email_addr": "email"}, "network_endpoint": {"ip": "ip"}, "url": {"url_string": "string", "hostname": "hostname"},
	"observable":  {"name": "string", "type_id": "integer!", "type": "string", "value": "string"},
	"remediation": {"desc": "string!"},
}

// ocsfOneOf are constraints: one of these attributes, at least.
var ocsfOneOf = map[string][]string{
	"product": {"name", "uid"}, "evidences": {"user", "src_endpoint", "url"}, "user": {"account", "name", "uid"}, "url": {"url_string", "path"},
	"network_endpoint": {"ip", "uid", "name", "hostname"},
}

var ocsfCaptions = map[string]map[float64]string{
	"activity": {1: "Create", 2: "Update", 3: "Close"},
	"severity": {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal"},
}

var ocsfObservableTypes = map[float64]string{2: "IP Address", 4: "User Name", 6: "URL String"}

func TestOCSFFitsTheSchema(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range allLines(t, "ocsf") {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		checkOCSF(t, "detection_finding", line, seen)
		assert.Equal(t, 2.0, line["category_uid"])
		assert.Equal(t, 2004.0, line["class_uid"])
		assert.Equal(t, 200400+line["activity_id"].(float64), line["type_uid"])
		assert.Equal(t, "Detection Finding: "+line["activity_name"].(string), line["type_name"])
		assert.Equal(t, ocsfCaptions["activity"][line["activity_id"].(float64)], line["activity_name"])
		assert.Equal(t, ocsfCaptions["severity"][line["severity_id"].(float64)], line["severity"])
		assert.Equal(t, "1.5.0", line["metadata"].(map[string]any)["version"])
		observables, _ := line["observables"].([]any)
		for _, o := range observables {
			o := o.(map[string]any)
			assert.Equal(t, ocsfObservableTypes[o["type_id"].(float64)], o["type"])
		}
	}
	for object, attributes := range ocsfObjects {
		for name := range attributes {
			assert.True(t, seen[object+"."+name], "%s.%s is never written", object, name)
		}
	}
}

// checkOCSF holds that an object has the attributes of its kind, and those that are required.
func checkOCSF(t *testing.T, object string, v any, seen map[string]bool) {
	t.Helper()
	members, ok := v.(map[string]any)
	require.True(t, ok, object)
	attributes := ocsfObjects[object]
	for name, member := range members {
		kind, ok := attributes[name]
		require.True(t, ok, "%s has no attribute %s", object, name)
		seen[object+"."+name] = true
		kind, list := strings.CutSuffix(strings.TrimSuffix(kind, "!"), "[]")
		elements := []any{member}
		if list {
			elements, ok = member.([]any)
			require.True(t, ok, "%s.%s is no array", object, name)
			require.NotEmpty(t, elements)
		}
		for _, element := range elements {
			if ocsfObjects[kind] != nil {
				checkOCSF(t, kind, element, seen)
			} else {
				require.True(t, isOCSF(kind, element), "%s.%s is no %s: %v", object, name, kind, element)
			}
		}
	}
	for name, kind := range attributes {
		if strings.HasSuffix(kind, "!") {
			require.Contains(t, members, name, object)
		}
	}
	if names := ocsfOneOf[object]; names != nil {
		require.True(t, slices.ContainsFunc(names, func(name string) bool { return members[name] != nil }), "%s without any of %v", object, names)
	}
}

func isOCSF(kind string, v any) bool {
	text, isText := v.(string)
	n, isNumber := v.(float64)
	switch kind {
	case "integer":
		return isNumber && n == float64(int32(n))
	case "timestamp": // milliseconds
		return isNumber && n == float64(int64(n)) && n > 1e12 && n < 1e13
	case "object":
		_, ok := v.(map[string]any)
		return ok
	case "ip":
		a, err := netip.ParseAddr(text)
		return err == nil && a.Zone() == ""
	case "email":
		return regexp.MustCompile("^[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9-.]+$").MatchString(text)
	case "hostname":
		return regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`).MatchString(text)
	}
	return isText && text != ""
}

// TestOCSFObservables holds that the observables of a taken-over account are the intruder's
// addresses and not the owner's, and that each points to where its value stands.
func TestOCSFObservables(t *testing.T) {
	found := 0
	for line := range strings.Lines(runTriage(t, "", "--format", "ocsf", "--findings").stdout) {
		var o ocsfFinding
		require.NoError(t, json.Unmarshal([]byte(line), &o))
		for _, observable := range o.Observables {
			last := strings.TrimSuffix(observable.Name[strings.LastIndexByte(observable.Name, '.')+1:], "[]")
			assert.Contains(t, line, fmt.Sprintf("%q:", last))
			assert.Contains(t, strings.Replace(line, `"observables":`, "", 1), fmt.Sprintf("%q", observable.Value))
		}
		if o.Info.Types[0] != "taken_over" {
			continue
		}
		found++
		var addresses []string
		for _, observable := range o.Observables {
			if observable.TypeID == 2 {
				addresses = append(addresses, observable.Value)
			}
		}
		assert.Equal(t, o.Unmapped.Finding.Addresses, addresses)
	}
	assert.Equal(t, 1, found)
}

// TestTimesketchFitsTheImport holds what the documentation of Timesketch asks of JSONL.
func TestTimesketchFitsTheImport(t *testing.T) {
	for _, text := range allLines(t, "timesketch") {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		for _, name := range []string{"message", "datetime", "timestamp_desc"} {
			require.NotEmpty(t, line[name], text)
		}
		at, err := time.Parse("2006-01-02T15:04:05.999999-07:00", line["datetime"].(string))
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(line["datetime"].(string), "+00:00"))
		require.Equal(t, float64(at.UnixMicro()), line["timestamp"])
		for name, v := range line {
			_, nested := v.(map[string]any)
			require.False(t, nested, name)
		}
	}
}

// TestSeverity holds the mapping that the documentation states.
func TestSeverity(t *testing.T) {
	for priority, want := range map[int]string{1: "High", 2: "Medium", 3: "Low", 4: "Informational", 5: "Informational"} {
		assert.Equal(t, want, severityNames[severityOf(priority)])
	}
}

// TestFormatsSayNoMore holds that a verdict becomes no score of risk, no reputation and no
// confidence in any format.
func TestFormatsSayNoMore(t *testing.T) {
	for _, format := range jsonFormats {
		for _, text := range madeUpLines(format) {
			for _, name := range []string{`"risk_`, `"reputation"`, `"confidence`, `"verdict_id"`, `"actor"`} {
				assert.NotContains(t, text, name, format)
			}
		}
	}
}

// TestIDs holds that what says the same has one id wherever it was read, and everything else
// another.
func TestIDs(t *testing.T) {
	base := func() *clickclass.Click { return &filtered().Click }
	other := base()
	other.File, other.Row, other.AccountUpn = "elsewhere.csv", 99, "KIM@contoso.example"
	assert.Equal(t, clickID(base()), clickID(other))
	seen := map[string]string{clickID(base()): "base"}
	for name, change := range map[string]func(k *clickclass.Click){
		"time": func(k *clickclass.Click) { k.Timestamp = k.Timestamp.Add(1) }, "account": func(k *clickclass.Click) { k.AccountUpn = "x" },
		"url": func(k *clickclass.Click) { k.Url = "https://x.example/" }, "ip": func(k *clickclass.Click) { k.IPAddress = netip.Addr{} },
		"action": func(k *clickclass.Click) { k.ActionType = clickclass.ClickBlocked }, "report": func(k *clickclass.Click) { k.ReportId = "r" },
	} {
		k := base()
		change(k)
		assert.Empty(t, seen[clickID(k)], name)
		seen[clickID(k)] = name
	}
	a := findings.Finding{Kind: findings.Opened, Accounts: []string{"a", "b"}}
	b := findings.Finding{Kind: findings.Opened, Accounts: []string{"a"}, Addresses: []string{"b"}}
	assert.NotEqual(t, findingID(&a), findingID(&b))
	assert.NotEqual(t, clickID(new(clickclass.Click)), findingID(new(findings.Finding)))
}

// TestRedactedFormats holds that no form with --redact has what names a person or opens a link.
func TestRedactedFormats(t *testing.T) {
	rows := strings.ReplaceAll(damagedExport, "https://a.example/x", "https://files.a.example/x?token=s3cret") +
		"2026-08-03T09:31:00Z,https://evil.example/3/kim,ClickAllowed,kim@contoso.example,Office,,Phish,,198.51.100.7,true,\"[\"\"https://a.example/s3cret\"\"]\",kim@contoso.example\r\n"
	path := writeFile(t, "alex@contoso.example.csv", rows)
	for _, format := range append([]string{"csv", "text"}, jsonFormats...) {
		got := runTriage(t, "", "--redact", "--findings", "--format", format, path)
		assert.Contains(t, got.stdout, "account-", format)
		for _, secret := range []string{"alex", "kim", "contoso", "s3cret", "files.a.example", "/x", "evil.example/3"} {
			assert.NotContains(t, got.stdout+got.stderr, secret, format)
		}
	}
}

// TestWithoutAPlace holds that what a form has no place for is told.
func TestWithoutAPlace(t *testing.T) {
	export := header + teams + strings.Replace(outside, "198.51.100.7", "nowhere", 1) + strings.Replace(outside, "2026-08-03T09:20:00Z", "", 1)
	for format, want := range map[string]struct {
		lines int
		says  []string
	}{
		"ndjson": {3, nil}, "csv": {4, nil}, "ecs": {3, nil},
		"ocsf":       {2, []string{"ocsf: left out 1 row that could not be read; ndjson has them"}},
		"timesketch": {1, []string{"timesketch: left out 1 row that could not be read; ndjson has them", "timesketch: left out 1 click without a time"}},
	} {
		got := runTriage(t, export, "--format", format, "-")
		assert.Equal(t, exitIncomplete, got.status)
		assert.Equal(t, want.lines, strings.Count(got.stdout, "\n"), format)
		for _, text := range want.says {
			assert.Contains(t, got.stderr, text)
		}
		assert.Equal(t, len(want.says), strings.Count(got.stderr, "left out"), got.stderr)
	}
}

// TestPriorityInRows holds that all forms give a click the same priority.
func TestPriorityInRows(t *testing.T) {
	for _, r := range madeUp() {
		want := fmt.Sprintf(`"priority":%d`, r.Priority())
		for _, format := range jsonFormats {
			if line := newRowFormats(testRun)[format].row(nil, r); len(line) > 0 {
				assert.Contains(t, string(line), want, format)
			}
		}
		cells := strings.Split(string(appendCSV(nil, &clickclass.Result{Verdict: r.Verdict})), ",")
		assert.Equal(t, fmt.Sprint((&clickclass.Result{Verdict: r.Verdict}).Priority()), cells[slices.Index(csvColumns, "priority")])
	}
}
