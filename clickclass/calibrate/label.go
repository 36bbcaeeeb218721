package calibrate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/internal/quote"
)

// Label is the truth about one click. The zero Label names no click. The names in its
// JSON form are those of the columns that [ReadLabels] reads.
type Label struct {
	ReportID string `json:"report_id,omitempty"` // names the click; else File and Row do
	File     string `json:"file,omitempty"`
	Row      int64  `json:"row,omitempty"` // counts from 1, without the header
	Who      Who    `json:"label"`
	Source   Source `json:"source,omitempty"` // "" is Analyst
}

// Who made a labelled click: "machine", "owner" or "other". Labels that say "human" are
// read as "owner", and labels that say "automated" as "machine". The zero Who is not
// valid.
type Who string

const (
	machine Who = "machine"
	owner   Who = "owner" // of the account that the click is attributed to
	other   Who = "other" // somebody else
)

// parseWho returns the Who that a text in any case says.
func parseWho(text string) (Who, bool) {
	switch who := Who(strings.ToLower(text)); who {
	case machine, owner, other:
		return who, true
	case "automated":
		return machine, true
	case "human":
		return owner, true
	}
	return "", false
}

// place is how a click without ReportId is named.
type place struct {
	file string
	row  int64
}

// Reasons why a label is refused.
var (
	errNoClick = errors.New("neither report_id nor file and row")
	errNoRow   = errors.New("row below 1")
)

// normalise returns the label in the form in which labels are kept, or the column that is
// wrong and why. Texts that are quoted in the error are words without names and secrets.
func (l Label) normalise() (_ Label, column string, err error) {
	who, ok := parseWho(string(l.Who))
	if !ok {
		return Label{}, "label", fmt.Errorf("%s is not machine, owner or other", word(string(l.Who)))
	}
	l.Who = who
	set, ok := parseSources(l.Source)
	if !ok {
		return Label{}, "source", fmt.Errorf("%s is not a source of labels", word(string(l.Source)))
	}
	if l.Source != "" {
		l.Source = set.source()
	}
	switch {
	case l.Row < 0:
		return Label{}, "row", errNoRow
	case l.ReportID == "" && (l.File == "" || l.Row == 0):
		return Label{}, "report_id", errNoClick
	}
	return l, "", nil
}

// reportKey is the form in which ReportIds are compared.
func reportKey(id string) string { return normal.MessageID(id) }

// word quotes a word for an error, or tells the length of other text.
func word(s string) string {
	if quoted, ok := quote.Safe(s); ok && !strings.ContainsAny(s, "0123456789") {
		return quoted
	}
	return fmt.Sprintf("a text of %d bytes", len(s))
}
