package tables

import (
	"math"
	"net/netip"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// isEmpty reports whether there is nothing in the cell.
func (v value) isEmpty() bool { return cell.IsEmpty(v.text) }

// nameColumns are the columns of text in which a word like "unknown" is no value.
var nameColumns = setOf(colUrl, colAccountUpn, colNetworkMessageId, colReportId, colSourceId, colRecipientEmailAddress, colSenderFromAddress,
	colTeamsMessageId, colSenderEmailAddress, colUserPrincipalName, colUsername, colDeviceId, colDeviceName, colRemoteUrl,
	colInitiatingProcessAccountUpn, colInitiatingProcessAccountName, colAccountName, colUserId, colRecipientAddress, colUser, colEid, colTrc)

// maxWord is more bytes than a value of wordColumns ever has: the longest, addresses of mail,
// have 320 characters.
const maxWord = 1 << 10

// wordColumns are the columns that hold one word, name or id. What is longer is something
// else, and would be kept with every click.
var wordColumns = nameColumns.without(setOf(colUrl, colRemoteUrl)).union(setOf(colActionType, colWorkload, colThreatTypes, colAppName, colAppVersion))

// text returns the text of a column, "" if the row does not have it, it says that there is
// nothing, or it is too long.
func (p *rowParser) text(col column) string {
	if !p.seen.has(col) {
		return ""
	}
	s := p.cells[col].text
	if p.cells[col].escaped {
		s = p.decode(p.cells[col])
	}
	s = onlyElement(col, s)
	isNothing := cell.IsEmpty
	if nameColumns.has(col) {
		isNothing = cell.IsUnknown
	}
	if isNothing(s) {
		return ""
	}
	if len(s) > maxWord && wordColumns.has(col) {
		p.notes = append(p.notes, note{kind: badSpareCell, column: col, row: p.row.Row, text: "more than 1 KiB"})
		return ""
	}
	return s
}

// listColumns may hold arrays.
var listColumns = setOf(colIPAddress, colUserIp, colClientIP, colActorIpAddress, colRemoteIP, colUrlChain, colThreatTypes, colDetectionMethods, colEntities, colAlerts, colUriClickSecurityStates, colUserStates,
	colExtendedProperties, colAdditionalFields, colData, colLocationDetails)

// onlyElement returns the element of an array of one: the fields API of Elastic makes an
// array of every value.
func onlyElement(col column, s string) string {
	if !strings.HasPrefix(s, "[") || listColumns.has(col) {
		return s
	}
	n, only := 0, value{}
	eachElement(s, func(v value) { n, only = n+1, v })
	if n != 1 {
		return s
	}
	return only.decoded()
}

// decode returns what a value stands for.
func (p *rowParser) decode(v value) string {
	switch {
	case !v.escaped:
		return v.text
	case p.csv:
		return strings.ReplaceAll(v.text, `""`, `"`)
	}
	p.unquoted = appendUnescaped(p.unquoted[:0], v.text)
	return string(p.unquoted)
}

// firstText returns the first text of the columns that is not empty.
func (p *rowParser) firstText(cols ...column) string {
	for _, col := range cols {
		if s := p.text(col); s != "" {
			return s
		}
	}
	return ""
}

// filledText returns the first of the columns whose cell is not empty, and its text without
// the space around it.
func (p *rowParser) filledText(cols []column) (string, column) {
	for _, col := range cols {
		if !p.seen.has(col) || p.cells[col].text == "" {
			continue
		}
		if s := strings.TrimSpace(onlyElement(col, p.decode(p.cells[col]))); !cell.IsUnknown(s) {
			return s, col
		}
	}
	return "", colNone
}

// setBad notes that a cell could not be read: a cell that no rule needs is left out, else
// the row is bad. The first bad cell of a row counts.
func (p *rowParser) setBad(col column, err error) {
	switch {
	case p.table.spares(col):
		p.notes = append(p.notes, note{kind: badSpareCell, column: col, row: p.row.Row, text: err.Error()})
	case p.badCell == nil:
		p.badCell = &badCell{col, err}
	}
}

// time returns the first time in the columns, the zero Time if there is none.
func (p *rowParser) time(cols ...column) time.Time {
	for _, col := range cols {
		s, _ := p.filledText([]column{col})
		if s == "" {
			continue
		}
		t, err := p.readTime(s)
		if err != nil {
			p.setBad(col, err)
		}
		if err != nil || !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func (p *rowParser) readTime(s string) (time.Time, error) {
	if p.survey != nil {
		p.survey.look(p, s)
	}
	t, err := cell.Event(s, p.dates.order)
	if p.dates.known || hasOneOrder(s) {
		return t, err
	}
	dayFirst, dayErr := cell.Event(s, cell.DayFirst)
	switch {
	case err != nil && dayErr == nil:
		p.notes = append(p.notes, note{kind: dayIsFirst, row: p.row.Row, text: cell.Quote(s)})
	case err == nil && dayErr == nil && !t.Equal(dayFirst):
		p.notes = append(p.notes, note{kind: guessedDate, row: p.row.Row})
	}
	return t, err
}

// addrs returns the first address of a cell, and the others.
func (p *rowParser) addrs(cols ...column) (first netip.Addr, more []netip.Addr) {
	s, col := p.filledText(cols)
	if s == "" {
		return netip.Addr{}, nil
	}
	first, more, err := cell.Addrs(s)
	if err != nil {
		p.setBad(col, err)
	}
	return first, more
}

// bool returns false if the columns are empty.
func (p *rowParser) bool(cols ...column) bool {
	s, col := p.filledText(cols)
	if s == "" {
		return false
	}
	v, err := cell.Bool(s)
	if err != nil {
		p.setBad(col, err)
	}
	return v
}

// int returns absent if the columns are empty. Larger numbers count as the largest of 32
// bits.
func (p *rowParser) int(absent int, cols ...column) int {
	s, col := p.filledText(cols)
	if s == "" {
		return absent
	}
	n, err := cell.Int(s)
	if err != nil {
		p.setBad(col, err)
		return absent
	}
	return int(min(n, math.MaxInt32))
}

// appendUnescaped appends what is between the quotes of a JSON string that scanString
// accepted, decoded like encoding/json: lone surrogates turn into U+FFFD.
func appendUnescaped(b []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		c := s[i+1]
		s = s[i+2:]
		switch c {
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r := parseHex4(s)
			s = s[4:]
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if strings.HasPrefix(s, `\u`) {
					low = parseHex4(s[2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					s = s[6:]
				}
			}
			b = utf8.AppendRune(b, r)
		default: // a quote, slash or backslash
			b = append(b, c)
		}
	}
}

// parseHex4 returns the number of four hexadecimal digits.
func parseHex4(s string) rune {
	var r rune
	for i := range 4 {
		switch c := s[i]; {
		case c <= '9':
			r = r<<4 | rune(c-'0')
		case c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			r = r<<4 | rune(c-'a'+10)
		}
	}
	return r
}
