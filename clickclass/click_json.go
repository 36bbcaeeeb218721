package clickclass

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// clickJSON has a cell for each column of a Click. Encoding/json finds the columns:
// without regard to case, and the last of several counts.
type clickJSON struct {
	Timestamp, TimeGenerated                                jsonCell
	Url, ActionType, AccountUpn, Workload, NetworkMessageId jsonCell
	ThreatTypes, DetectionMethods                           jsonCell
	IPAddress, MoreIPs, IsClickedThrough                    jsonCell
	UrlChain, ReportId, AppName, AppVersion, SourceId       jsonCell
	Feed, File, Row                                         jsonCell
}

// UnmarshalJSON reads a row as the hunting APIs return it, and what json.Marshal writes of
// a Click. It replaces the whole Click; JSON null leaves it as it is.
//
// Booleans may be numbers or strings. Times and addresses may have any form that package
// tables reads; several addresses go to IPAddress and MoreIPs. TimeGenerated stands in for
// a missing Timestamp. A text that is not a string, such as an array in UrlChain, is kept
// as JSON. Other members are ignored.
//
// The error names the column. It holds no mail address and no token of the row.
func (k *Click) UnmarshalJSON(b []byte) error {
	if string(bytes.TrimSpace(b)) == "null" {
		return nil
	}
	var row clickJSON
	if err := json.Unmarshal(b, &row); err != nil {
		if mismatch := (*json.UnmarshalTypeError)(nil); errors.As(err, &mismatch) {
			err = errors.New("no JSON object")
		}
		return fmt.Errorf("clickclass: unmarshal click: %w", err)
	}
	click, err := row.click()
	if err != nil {
		return err
	}
	*k = click
	return nil
}

// click returns the Click that the cells describe.
func (row *clickJSON) click() (Click, error) {
	if row.Timestamp.isEmpty() {
		row.Timestamp = row.TimeGenerated
	}
	k := Click{
		Url:              row.Url.text(),
		ActionType:       ActionType(row.ActionType.text()),
		AccountUpn:       row.AccountUpn.text(),
		Workload:         row.Workload.text(),
		NetworkMessageId: row.NetworkMessageId.text(),
		ThreatTypes:      row.ThreatTypes.text(),
		DetectionMethods: row.DetectionMethods.text(),
		UrlChain:         row.UrlChain.text(),
		ReportId:         row.ReportId.text(),
		AppName:          row.AppName.text(),
		AppVersion:       row.AppVersion.text(),
		SourceId:         row.SourceId.text(),
		Feed:             Feed(row.Feed.text()),
		File:             row.File.text(),
	}
	var err error
	if k.Timestamp, err = row.Timestamp.time(); err != nil {
		return k, columnError("Timestamp", err)
	}
	var further []netip.Addr
	if k.IPAddress, further, err = row.IPAddress.addrs(); err != nil {
		return k, columnError("IPAddress", err)
	}
	if k.MoreIPs, err = row.MoreIPs.addrList(); err != nil {
		return k, columnError("MoreIPs", err)
	}
	if further != nil {
		k.MoreIPs = append(further, k.MoreIPs...)
	}
	if k.IsClickedThrough, err = row.IsClickedThrough.bool(); err != nil {
		return k, columnError("IsClickedThrough", err)
	}
	if k.Row, err = row.Row.int(); err != nil {
		return k, columnError("Row", err)
	}
	return k, nil
}

func columnError(column string, err error) error {
	return fmt.Errorf("clickclass: unmarshal click: %s: %w", column, err)
}

// jsonCell is the JSON text of a value, "" if there is none.
type jsonCell string

// UnmarshalJSON keeps the JSON text. Null is ignored, like in encoding/json.
func (c *jsonCell) UnmarshalJSON(b []byte) error {
	if string(b) != "null" {
		*c = jsonCell(b)
	}
	return nil
}

// text returns what a string stands for, and the JSON text of another value. Bytes that
// are not UTF-8 turn into U+FFFD, like in encoding/json.
func (c jsonCell) text() string {
	if !strings.HasPrefix(string(c), `"`) {
		return string([]rune(c))
	}
	var s string
	json.Unmarshal([]byte(c), &s) // it was found to be a string
	return s
}

// filled returns the text without the space around it, "" if it means that the cell is
// empty.
func (c jsonCell) filled() string {
	s := strings.TrimSpace(c.text())
	if cell.IsEmpty(s) {
		return ""
	}
	return s
}

func (c jsonCell) isEmpty() bool { return c.filled() == "" }

// time returns the zero Time for an empty cell.
func (c jsonCell) time() (time.Time, error) {
	s := c.filled()
	if s == "" {
		return time.Time{}, nil
	}
	t, err := cell.Time(s)
	if err != nil {
		// The year 0, and a zone that leads out of the year 9999, can be marshalled.
		if t.UnmarshalText([]byte(s)) == nil {
			return t, nil
		}
		return time.Time{}, err
	}
	return t, nil
}

// addrs returns the zero Addr for an empty cell. An address in the form of package netip
// keeps its zone, so that every Click is unmarshalled as it was marshalled.
func (c jsonCell) addrs() (first netip.Addr, more []netip.Addr, err error) {
	s := c.filled()
	if a, err := netip.ParseAddr(s); err == nil {
		return a, nil, nil
	}
	return cell.Addrs(s)
}

// addrList returns the addresses of an array, or of a text with several.
func (c jsonCell) addrList() ([]netip.Addr, error) {
	var cells []jsonCell
	if json.Unmarshal([]byte(c), &cells) != nil {
		cells = []jsonCell{c}
	}
	if c.isEmpty() {
		return nil, nil
	}
	var list []netip.Addr
	for _, c := range cells {
		first, more, err := c.addrs()
		if err != nil {
			return nil, err
		}
		list = append(append(list, first), more...)
	}
	return list, nil
}

// bool returns false for an empty cell.
func (c jsonCell) bool() (bool, error) {
	s := c.filled()
	if s == "" {
		return false, nil
	}
	return cell.Bool(s)
}

// int returns 0 for an empty cell.
func (c jsonCell) int() (int64, error) {
	s := c.filled()
	if s == "" {
		return 0, nil
	}
	return cell.Int(s)
}
