package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

func appendNDJSON(dst []byte, r *clickclass.Result) []byte {
	return append(r.AppendJSON(dst), '\n')
}

func appendNDJSONError(dst []byte, e *rowError) []byte {
	type place struct {
		Column  string `json:"column"`
		Message string `json:"message"`
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b) // it ends the line
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		File  string `json:"file"`
		Row   int    `json:"row"`
		Error place  `json:"error"`
	}{e.file, e.row, place{e.column, e.message}})
	if err != nil {
		panic(err) // strings and a number can be encoded
	}
	return append(dst, b.Bytes()...)
}

// csvColumns are the columns of the CSV output. Lists are joined by a space.
var csvColumns = []string{"file", "row", "revision", "report_id", "timestamp", "account", "workload", "action", "url", "original_url",
	"site", "ip", "class", "p_automated", "regime", "service", "layer", "prefix", "region", "people", "network", "list", "causes",
	"delay_seconds", "delay_source", "signals", "reasons", "flags", "missing", "rules", "ranges", "error"}

var csvHeader = strings.Join(csvColumns, ",") + "\r\n"

func appendCSV(dst []byte, r *clickclass.Result) []byte {
	k, v := &r.Click, &r.Verdict
	original := k.OriginalURL()
	ip, network, delay, prefix, timestamp, revision := "", "", "", "", "", ""
	if k.IPAddress.IsValid() {
		ip = k.IPAddress.String()
	}
	if n := v.Origin.Network; n != (clickclass.Network{}) {
		network = "AS" + strconv.FormatUint(uint64(n.Number), 10) + " " + n.Organization
	}
	if v.DelaySource != clickclass.DelayNone {
		delay = strconv.FormatFloat(v.Delay.Seconds(), 'f', -1, 64)
	}
	if v.Origin.Prefix.IsValid() {
		prefix = v.Origin.Prefix.String()
	}
	if !k.Timestamp.IsZero() {
		timestamp = k.Timestamp.UTC().Format(time.RFC3339Nano)
	}
	if r.Revision > 0 {
		revision = strconv.Itoa(r.Revision)
	}
	var signals, reasons, causes, flags, missing []string
	list := v.Signals()
	for i := range list {
		s := &list[i]
		if !s.Counted {
			continue
		}
		signals = append(signals, s.Rule.ID)
		reasons = append(reasons, reason(s))
	}
	for _, c := range v.Causes() {
		causes = append(causes, c.String())
	}
	for f := range v.Flags.All() {
		flags = append(flags, f)
	}
	for m := range v.Missing.All() {
		missing = append(missing, m)
	}
	join := func(s []string) string { return strings.Join(s, " ") }
	return appendRecord(dst, k.File, strconv.Itoa(k.Row), revision, k.ReportId, timestamp, k.AccountUpn, k.Workload, string(k.ActionType),
		k.Url, original, clickclass.Site(original), ip, v.Class.String(), strconv.FormatFloat(v.P, 'f', 4, 64), v.Regime.String(),
		v.Origin.Service, v.Origin.Layer.String(), prefix, v.Origin.Region, v.Origin.People.String(), network, v.Origin.List, join(causes),
		delay, v.DelaySource.String(), join(signals), strings.Join(reasons, "; "), join(flags), join(missing), v.Rules, v.Ranges, "")
}

func appendCSVError(dst []byte, e *rowError) []byte {
	record := make([]string, len(csvColumns))
	record[0], record[1] = e.file, strconv.Itoa(e.row)
	record[len(record)-1] = e.message
	if e.column != "" {
		record[len(record)-1] = e.column + ": " + e.message
	}
	return appendRecord(dst, record...)
}

// appendRecord appends a line of CSV. A cell that a spreadsheet would take for
// a formula gets an apostrophe before it: URLs and accounts come from outside.
// Negative numbers stay as they are.
func appendRecord(dst []byte, cells ...string) []byte {
	for i, cell := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		formula := cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 && !isNumber(cell)
		if !formula && !strings.ContainsAny(cell, "\",\r\n") {
			dst = append(dst, cell...)
			continue
		}
		dst = append(dst, '"')
		if formula {
			dst = append(dst, '\'')
		}
		dst = append(dst, strings.ReplaceAll(cell, `"`, `""`)...)
		dst = append(dst, '"')
	}
	return append(dst, "\r\n"...)
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
