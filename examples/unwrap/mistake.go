package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// mistakeError is an input that this program's relatives take. Nothing was done.
type mistakeError struct{ text string }

func (e *mistakeError) Error() string { return e.text }

// mistaken returns an error if an argument is no link. It repeats none, because links hold
// tokens.
func (o *options) mistaken() error {
	for i, arg := range o.URLs {
		text := ""
		switch _, err := os.Stat(arg); {
		case inputs.IsAddress(arg):
			text = "an address, not a link: whereis ADDRESS says whose it is"
		case err == nil:
			text = "a file, not a link: unwrap < FILE reads a link a line, unwrap --find < FILE finds them in any text"
		case inputs.IsQuery(arg):
			text = "a query, not a link: run it in advanced hunting, and give what it returns to triage"
		default:
			continue
		}
		return &mistakeError{fmt.Sprintf("argument %d is %s", i+1, text)}
	}
	return nil
}

// remedies say what to do with a content that is no list of links, where something helps.
var remedies = map[inputs.Kind]string{
	inputs.KindMail:      ": unwrap --rewrite replaces its links, --find lists them",
	inputs.KindHTML:      ": unwrap --rewrite replaces its links, --find lists them",
	inputs.KindXML:       ": unwrap --find lists the links in it",
	inputs.KindOutlook:   ": save it as .eml, and unwrap --rewrite replaces its links",
	inputs.KindAddresses: ": whereis ADDRESS says whose they are",
	inputs.KindQuery:     ": run it in advanced hunting, and give what it returns to triage",
	inputs.KindArchive:   ": unpack it first",
	inputs.KindPDF:       ": copy the links out of it",
	inputs.KindOffice:    ": copy the links out of it",
	inputs.KindPicture:   ": type the link that it shows",
}

// mistakenLines returns an error if what came first on standard input is no line with a link.
func mistakenLines(in *bufio.Reader) error {
	in.Peek(1)
	head, _ := in.Peek(min(in.Buffered(), 4<<10)) // without waiting for more
	switch kind := inputs.KindOf(head); {
	case kind != inputs.KindUnknown && kind != inputs.KindLinks:
		return &mistakeError{"standard input is " + string(kind) + ", not a list of links" + remedies[kind]}
	case isExport(string(head)):
		return &mistakeError{"standard input is an export of clicks, not a list of links: triage FILE says who clicked, unwrap --find lists the links in any text"}
	}
	return nil
}

// clickColumns are columns of the tables that hold clicks.
var clickColumns = []string{"Timestamp", "TimeGenerated", "ActionType", "AccountUpn", "NetworkMessageId", "IPAddress", "Workload", "UserId", "CreationTime", "ClickTime"}

// isExport reports whether a text begins with a row, or the header, of a table of clicks.
func isExport(head string) bool {
	head = strings.TrimLeft(strings.TrimPrefix(head, "\ufeff"), " \t\r\n")
	if !strings.HasPrefix(head, "{") && !strings.HasPrefix(head, "[") {
		head, _, _ = strings.Cut(head, "\n")
		if strings.Contains(head, "://") {
			return false
		}
	}
	words := strings.FieldsFunc(head, func(c rune) bool { return strings.ContainsRune("\",;:|{}[] \t\r\n", c) })
	n := 0
	for _, column := range clickColumns {
		if slices.Contains(words, column) {
			n++
		}
	}
	return n > 1
}
