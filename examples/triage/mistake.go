package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// howToExport says how to get what this program reads.
const howToExport = "to export clicks, run this query in advanced hunting, or send it to Graph's runHuntingQuery: UrlClickEvents | where Timestamp > ago(30d)"

var errEmpty = errors.New("empty")

// remedies say what to do with a content that holds no rows, by its kind.
var remedies = map[inputs.Kind]string{
	inputs.KindPDF:       "unwrap LINK shows where a link in it leads",
	inputs.KindWord:      "unwrap LINK shows where a link in it leads",
	inputs.KindMail:      "unwrap --rewrite < FILE shows where its links lead",
	inputs.KindOutlook:   "save it as .eml, and unwrap --rewrite < FILE shows where its links lead",
	inputs.KindHTML:      "unwrap --rewrite < FILE shows where its links lead",
	inputs.KindLinks:     "unwrap < FILE shows where they lead",
	inputs.KindAddresses: "whereis ADDRESS says whose they are",
	inputs.KindQuery:     "run it in advanced hunting and give what it returns",
}

// unreadable are the kinds that may hold clicks in a form that is not read, with what to do.
var unreadable = map[inputs.Kind]string{
	inputs.KindEncrypted: "take the password off first",
	inputs.KindArchive:   "unpack it first; .zip, .gz and .zst are read as they are",
	inputs.KindOldExcel:  "save it as .xlsx or CSV",
	inputs.KindBinary:    "save it as .xlsx or CSV",
	inputs.KindSheet:     "save it as .xlsx or CSV",
	inputs.KindOffice:    "if it is a workbook, save it as .xlsx or CSV",
	inputs.KindParquet:   "export it as CSV or JSON",
	inputs.KindXML:       "export it as CSV or JSON",
}

// mistakenArguments returns an error if arguments are what this program's relatives take. It
// repeats no link and no mail address.
func mistakenArguments(args []string) error {
	for i, arg := range args {
		if _, err := os.Stat(arg); err == nil || arg == inputs.Stdin {
			continue
		}
		what, help := "", ""
		switch {
		case inputs.IsLink(arg):
			what, help = "a link", "unwrap LINK shows where it leads; "+howToExport
		case inputs.IsAddress(arg):
			what, help = "an address", "whereis ADDRESS says whose it is; "+howToExport
		case mailbox.MatchString(arg):
			what, help = "a mail address", howToExport+` | where AccountUpn =~ "ACCOUNT"`
		case inputs.IsQuery(arg):
			what, help = "a query", remedies[inputs.KindQuery]
		default:
			continue
		}
		return fmt.Errorf("argument %d is %s, not a file: %s", i+1, what, help)
	}
	return nil
}

var mailbox = regexp.MustCompile(`^(?:mailto:)?[^\s/\\@]+@[^\s/\\@]+\.[^\s/\\@]+$`)

// leaveOut remembers why a source is not read.
func (x *exports) leaveOut(s inputs.Source, err error) {
	x.problems = append(x.problems, explain(s, err))
	var kind *inputs.KindError
	switch {
	case errors.Is(err, inputs.ErrTwice):
		x.strays++ // nothing is lost
	case s.Found && (errors.Is(err, tables.ErrUnknown) || errors.Is(err, errEmpty)):
		x.strays++
	case s.Found && errors.As(err, &kind) && unreadable[kind.Kind] == "":
		x.strays++
	}
}

// explain returns an error that says what a source is, and what to do with it.
func explain(s inputs.Source, err error) error {
	var kind *inputs.KindError
	switch {
	case errors.As(err, &kind) && unreadable[kind.Kind] != "":
		return fmt.Errorf("%w: %s", err, unreadable[kind.Kind])
	case errors.As(err, &kind) && remedies[kind.Kind] != "":
		return fmt.Errorf("%w, not an export of clicks: %s", err, remedies[kind.Kind])
	case errors.As(err, &kind):
		return fmt.Errorf("%w, not an export of clicks", err)
	case errors.Is(err, tables.ErrUnknown):
		if table := otherTable(s); table != "" {
			return &fileError{s.Name, table + ", which says nothing of clicks", err}
		}
	}
	return err
}

// otherTables are tables that people export and that are not read, by columns that no table
// that is read has.
var otherTables = []struct {
	name    string
	columns []string
}{
	{"DeviceProcessEvents", []string{"ProcessCommandLine", "ProcessId"}},
	{"DeviceFileEvents", []string{"FolderPath", "FileOriginUrl"}},
	{"DeviceRegistryEvents", []string{"RegistryKey"}},
	{"DeviceLogonEvents", []string{"LogonType", "IsLocalAdmin"}},
	{"DeviceInfo", []string{"OSPlatform", "OnboardingStatus"}},
	{"AlertInfo", []string{"AlertId", "DetectionSource"}},
	{"AlertEvidence", []string{"AlertId", "EvidenceRole"}},
	{"EmailAttachmentInfo", []string{"NetworkMessageId", "FileType", "SHA256"}},
	{"IdentityInfo", []string{"AccountUpn", "GivenName", "Surname"}},
	{"a message trace", []string{"recipient_status", "message_subject"}},
	{"a message trace", []string{"MessageTraceId", "RecipientAddress"}},
}

// otherTable returns the name of a table that is not read, "" if the source looks like none.
func otherTable(s inputs.Source) string {
	if s.Once {
		return ""
	}
	content, err := s.Open(nil)
	if err != nil {
		return ""
	}
	defer content.Close()
	head, _ := io.ReadAll(io.LimitReader(content, 4<<10))
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(string(head), func(c rune) bool {
		return !(c == '_' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9')
	}) {
		words[word] = true
	}
next:
	for _, t := range otherTables {
		for _, column := range t.columns {
			if !words[column] {
				continue next
			}
		}
		return t.name
	}
	return ""
}

// checkExports tells what was left out. It returns an error if there are no clicks.
func (t *triage) checkExports() error {
	x := t.exports
	nothing := len(x.clicks) == 0 && len(x.evidence) == 0
	if t.ctx.Err() == nil && nothing && len(x.problems) == 1 {
		return &usageError{alone(x.problems[0])}
	}
	for i, problem := range x.problems {
		if i == maxToldRows && len(x.problems) > maxToldRows+1 {
			t.remark(fmt.Sprintf("left out: %s more files", thousands(len(x.problems)-i)))
			break
		}
		t.remark("left out: " + problem.Error())
	}
	switch {
	case t.ctx.Err() != nil:
	case nothing:
		return usagef("nothing to read; %s", howToExport)
	case len(x.clicks) == 0:
		return usagef("no clicks: %s, which is evidence about clicks and counts beside them; %s", x.describeEvidence(), howToExport)
	}
	return nil
}

// alone returns the error of the only source, which says how to get clicks if that helps.
func alone(err error) error {
	var kind *inputs.KindError
	switch {
	case errors.As(err, &kind) && (unreadable[kind.Kind] != "" || kind.Kind == inputs.KindQuery):
		return err
	case errors.As(err, &kind), errors.Is(err, tables.ErrUnknown), errors.Is(err, errEmpty):
		return fmt.Errorf("%w; %s", err, howToExport)
	}
	return err
}
