package tables

import "strings"

// envelopeKeys are the keys under which answers, messages, alerts and logs hold rows: an
// object, an array of them, or text that is one or the other. Case does not matter. A row of
// no table is opened at these keys, see rowParser.openRow.
var envelopeKeys = map[string]bool{
	// True: an array under this key may be longer than a row, so its rows are cut one by one.
	"records": true,                                   // Event Hub, diagnostic settings
	"value":   true, "results": true, "result": false, // Graph, Defender's hunting API, exports of Splunk
	"tables": true,                   // Log Analytics, Azure Data Explorer
	"hits":   true, "_source": false, // Elastic, OpenSearch

	// Splunk's HEC, Elastic, Logstash, Cribl, Fluent Bit, Graylog, Azure Event Hubs.
	"event": false, "original": false, "event.original": false, "message": false, "full_message": false,
	"short_message": false, "messages": false, "doc": false, "attributes": false,
	"_raw": false, "raw": false, "raw_log": false, "rawlog": false, "raw_event": false, "log": false, "body": false, "payload": false,
	// Wazuh, Filebeat.
	"full_log": false, "data": false, "office365": false, "o365": false, "audit": false, "json": false, "fields": false,
	// Others.
	"items": false, "events": false, "logs": false, "entries": false, "alerts": false,
	"object": false, "ms-graph": false, // playbooks of Sentinel; Wazuh
}

func isEnvelopeKey(key string) bool {
	_, ok := envelopeKeys[strings.ToLower(key)]
	return ok
}

// envelopeKey returns what text[at] opens, if key is one under which answers and messages
// hold their rows: an array of rows, an array of tables, an object around such an array, or
// outside for anything else. first is where that was decided. It is len(text) if the text
// ends before.
func envelopeKey(key, text string, at int) (f frame, first int) {
	if at < len(text) && text[at] != '[' && text[at] != '{' || !envelopeKeys[strings.ToLower(key)] {
		return outside, at
	}
	switch {
	case at == len(text):
		return outside, at
	case text[at] == '{' && strings.EqualFold(key, "hits"):
		return inEnvelope, at
	case text[at] == '{':
		return outside, at
	}
	first = skipSpace(text, at+1)
	switch {
	case first < len(text) && text[first] != '{' && text[first] != ']':
		return outside, first // an array of something else
	case strings.EqualFold(key, "tables"):
		return inTables, first
	}
	return inRows, first
}

// findEnvelope returns the first key of an object under which rows may stand, and what it
// opens. f is outside if there is none.
func findEnvelope(s string) (key string, f frame) {
	eachMemberAt(s, func(k value, at int) bool {
		var first int
		if f, first = envelopeKey(k.text, s, at); first == len(s) {
			f = outside
		}
		if f == outside && opensTable(k.text, s, at) {
			f = inTable
		}
		key = k.text
		return f == outside
	})
	return key, f
}

// eachMember calls fn for the members of the object that is s, until fn returns false or s
// is no object any more.
func eachMember(s string, fn func(key string, v value) bool) {
	eachMemberAt(s, func(key value, at int) bool {
		v, _, err := scanValue(s, at, 1)
		return err == nil && fn(key.text, v)
	})
}

// eachMemberAt calls fn with each key of the object that is s and the index of its value.
func eachMemberAt(s string, fn func(key value, at int) bool) {
	if !strings.HasPrefix(s, "{") {
		return
	}
	for i, more := skipSpace(s, 1), true; more; {
		key, at, err := scanKey(s, i)
		if err != nil || !fn(key, at) {
			return
		}
		_, end, err := scanValue(s, at, 1)
		if err != nil {
			return
		}
		if i, more, err = scanSeparator(s, end, '}'); err != nil {
			return
		}
	}
}

// eachElement calls fn for the elements of the array that is s, until s is no array any
// more.
func eachElement(s string, fn func(v value)) {
	if !strings.HasPrefix(s, "[") {
		return
	}
	for i, more := skipSpace(s, 1), true; more; {
		v, end, err := scanValue(s, i, 1)
		if err != nil {
			return
		}
		fn(v)
		if i, more, err = scanSeparator(s, end, ']'); err != nil {
			return
		}
	}
}

// columnsOf returns the names in the columns of a Log Analytics table, such as
// [{"name":"TimeGenerated","type":"datetime"}].
func columnsOf(text string) []string {
	names := []string{}
	eachElement(text, func(v value) {
		name := ""
		eachMember(v.text, func(key string, v value) bool {
			if strings.EqualFold(key, "name") || strings.EqualFold(key, "columnname") {
				name = strings.Clone(v.text)
			}
			return true
		})
		if name == "" && !strings.HasPrefix(v.text, "{") { // Splunk lists the names alone
			name = strings.Clone(v.text)
		}
		names = append(names, name)
	})
	return names
}

// tableOfAnswer returns the table of an answer without rows, by the columns that it says it
// has.
func tableOfAnswer(s string) (t table) {
	setTable := func(columns string) {
		if t == unknown {
			t = newLayout("", columnsOf(columns), 0).table
		}
	}
	eachMember(s, func(key string, v value) bool {
		switch strings.ToLower(key) {
		case "schema":
			setTable(v.text)
		case "tables":
			eachElement(v.text, func(v value) {
				eachMember(v.text, func(key string, v value) bool {
					if strings.EqualFold(key, "columns") {
						setTable(v.text)
					}
					return true
				})
			})
		}
		return t == unknown
	})
	return t
}

// bulkActions are the keys of the lines that stand between documents for the bulk API of
// Elastic and OpenSearch: {"index":{"_id":"1"}}.
var bulkActions = map[string]bool{"index": true, "create": true, "update": true, "delete": true}

// isAnswerPart reports whether a row of no table belongs to what carries the others: a frame
// of Azure Data Explorer, a row of its tables about the query, or an action of Elastic.
func isAnswerPart(row string, l *layout) bool {
	if l != nil {
		return l.delimiter == 0 && (strings.HasPrefix(l.name, "@") || l.name == "QueryCompletionInformation" || strings.HasPrefix(l.name, "Table_"))
	}
	isPart := false
	eachMemberAt(row, func(key value, at int) bool {
		isPart = strings.EqualFold(key.text, "FrameType") || bulkActions[key.text] && strings.HasPrefix(row[at:], "{")
		return false
	})
	return isPart
}
