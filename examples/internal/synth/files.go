package synth

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// Form is a form of files.
type Form string

// The forms that WriteFiles writes.
const (
	CSV    Form = "csv"
	NDJSON Form = "ndjson"
)

// WriteFiles writes the tenant into the folder dir, which it makes: the folder
// t.Name with a file for each table that has rows, and t.Name.labels.csv with
// who made every click, in the form that calibrate reads. t.Name.truth.csv says
// more of every click: the mechanism, where it sits, and which intruder it was.
// Both name clicks by file and row, as programs name them that are started in
// dir. A folder or a file that is there already is an error, and stays as it is;
// after any error, nothing of the tenant is left.
//
// Sign-ins are written as one of the tables that Microsoft has for them, another
// one for every third tenant.
func (t *Tenant) WriteFiles(dir string, form Form) error {
	if form != CSV && form != NDJSON {
		return fmt.Errorf("synth: write files: unknown form %.32q", string(form))
	}
	w := &writer{}
	folder := filepath.Join(dir, t.Name)
	w.makeFolder(dir, folder)
	for _, one := range t.tables() {
		if len(one.rows) == 0 {
			continue
		}
		write := one.writeCSV
		if form == NDJSON {
			write = one.writeNDJSON
		}
		w.file(filepath.Join(folder, one.name+"."+string(form)), write)
	}
	clicks := t.Name + "/" + clickTable + "." + string(form)
	for _, one := range []*table{t.labels(clicks), t.truth(clicks)} {
		w.file(filepath.Join(dir, t.Name+"."+one.name+".csv"), one.writeCSV)
	}
	if w.err != nil {
		w.undo()
		return fmt.Errorf("synth: write files: %w", w.err)
	}
	return nil
}

// writer writes files until one fails.
type writer struct {
	made []string // files and folders, in order
	err  error
}

// makeFolder makes a folder in dir, which may be there.
func (w *writer) makeFolder(dir, folder string) {
	if w.err = os.MkdirAll(dir, 0o755); w.err != nil {
		return
	}
	if w.err = os.Mkdir(folder, 0o755); w.err == nil {
		w.made = append(w.made, folder)
	}
}

func (w *writer) file(name string, write func(io.Writer) error) {
	if w.err != nil {
		return
	}
	var f *os.File
	if f, w.err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); w.err != nil {
		return
	}
	w.made = append(w.made, name)
	buffer := bufio.NewWriter(f)
	w.err = cmp.Or(write(buffer), buffer.Flush(), f.Close())
}

// undo removes what was made. A folder stays if there is something else in it by now.
func (w *writer) undo() {
	for _, name := range slices.Backward(w.made) {
		os.Remove(name)
	}
}

// table is a table of an export.
type table struct {
	name    string
	columns []string
	rows    [][]any // a string, bool, int, int64 or time.Time for every column
}

// newTable returns a table with the columns that are named in a text.
func newTable(name, columns string) *table {
	return &table{name: name, columns: strings.Fields(columns)}
}

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

// timeText is how the hunting tables write a time.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

func (t *table) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.columns); err != nil {
		return err
	}
	record := make([]string, len(t.columns))
	for _, row := range t.rows {
		for i, cell := range row {
			if at, ok := cell.(time.Time); ok {
				cell = timeText(at)
			}
			record[i] = fmt.Sprint(cell)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (t *table) writeNDJSON(w io.Writer) error {
	for _, row := range t.rows {
		separator := "{"
		for i, cell := range row {
			if at, ok := cell.(time.Time); ok {
				cell = timeText(at)
			}
			value, err := json.Marshal(cell)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s%q:%s", separator, t.columns[i], value); err != nil {
				return err
			}
			separator = ","
		}
		if _, err := io.WriteString(w, "}\n"); err != nil {
			return err
		}
	}
	return nil
}

// dropIfEmpty removes a column whose cells are empty in all rows, as in exports
// that lack it.
func (t *table) dropIfEmpty(column string) {
	for i, name := range t.columns {
		if name != column {
			continue
		}
		for _, row := range t.rows {
			if row[i] != "" {
				return
			}
		}
		t.columns = append(t.columns[:i:i], t.columns[i+1:]...)
		for r, row := range t.rows {
			t.rows[r] = append(row[:i:i], row[i+1:]...)
		}
		return
	}
}

const clickTable = "UrlClickEvents"

// tables returns all tables of the tenant.
func (t *Tenant) tables() []*table {
	clicks := newTable(clickTable, "Timestamp Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods "+
		"IPAddress IsClickedThrough UrlChain ReportId AppName AppVersion SourceId")
	for i := range t.Rows {
		k := &t.Rows[i].Click
		clicks.add(k.Timestamp, k.Url, string(k.ActionType), k.AccountUpn, k.Workload, k.NetworkMessageId, k.ThreatTypes, k.DetectionMethods,
			k.IPAddress.String(), k.IsClickedThrough, k.UrlChain, k.ReportId, k.AppName, k.AppVersion, k.SourceId)
	}
	for _, column := range []string{"NetworkMessageId", "SourceId", "ReportId"} {
		clicks.dropIfEmpty(column)
	}
	emails := newTable("EmailEvents", "Timestamp NetworkMessageId RecipientEmailAddress SenderFromAddress DeliveryAction "+
		"DeliveryLocation UrlCount EmailDirection ThreatTypes")
	for _, e := range t.Emails {
		emails.add(e.Timestamp, e.NetworkMessageId, e.RecipientEmailAddress, e.SenderFromAddress, e.DeliveryAction,
			e.DeliveryLocation, e.UrlCount, e.EmailDirection, e.ThreatTypes)
	}
	emails.dropIfEmpty("ThreatTypes")
	urls := newTable("EmailUrlInfo", "Timestamp NetworkMessageId Url UrlLocation")
	for _, e := range t.EmailURLs {
		urls.add(e.Timestamp, e.NetworkMessageId, e.Url, e.UrlLocation)
	}
	removed := newTable("EmailPostDeliveryEvents", "Timestamp NetworkMessageId RecipientEmailAddress ActionType ActionResult ThreatTypes")
	for _, e := range t.PostDeliveries {
		removed.add(e.Timestamp, e.NetworkMessageId, e.RecipientEmailAddress, e.ActionType, e.ActionResult, e.ThreatTypes)
	}
	launches := newTable("DeviceEvents", "Timestamp DeviceId DeviceName ActionType RemoteUrl InitiatingProcessAccountUpn "+
		"InitiatingProcessAccountName InitiatingProcessFileName")
	for _, e := range t.Launches {
		launches.add(e.Timestamp, e.DeviceId, e.DeviceName, "BrowserLaunchedToOpenUrl", e.RemoteUrl, e.AccountUpn, e.Account, e.Process)
	}
	connections := newTable("DeviceNetworkEvents", "Timestamp DeviceId DeviceName ActionType RemoteUrl "+
		"InitiatingProcessAccountUpn InitiatingProcessAccountName InitiatingProcessFileName")
	for _, e := range t.Connections {
		connections.add(e.Timestamp, e.DeviceId, e.DeviceName, e.ActionType, e.RemoteUrl, e.AccountUpn, e.Account, e.Process)
	}
	chats := newTable("MessageEvents", "Timestamp TeamsMessageId SenderEmailAddress")
	for _, e := range t.ChatMessages {
		chats.add(e.Timestamp, e.TeamsMessageId, e.SenderEmailAddress)
	}
	chatURLs := newTable("MessageUrlInfo", "Timestamp TeamsMessageId Url UrlDomain")
	for _, e := range t.ChatURLs {
		chatURLs.add(e.Timestamp, e.TeamsMessageId, e.Url, e.UrlDomain)
	}
	all := []*table{clicks, emails, urls, removed, launches, connections, chats, chatURLs}
	switch len(t.SignIns) % 3 {
	case 0:
		return append(all, signInsInOneTable(t.SignIns))
	case 1:
		return append(all, signInsInTwoTables(t.SignIns)...)
	}
	return append(all, signInsOfEntra(t.SignIns))
}

// signInsInOneTable is a union of Log Analytics' tables: a column says which
// sign-ins were interactive.
func signInsInOneTable(list []evidence.SignIn) *table {
	t := newTable("SigninLogs", "TimeGenerated UserPrincipalName IPAddress ResultType IsInteractive RiskLevelDuringSignIn Location AppDisplayName")
	for _, s := range list {
		t.add(s.Timestamp, s.AccountUpn, s.IPAddress.String(), resultCode(s), s.Interactive, s.Risk, s.Country, s.AppName)
	}
	return t
}

// signInsInTwoTables is Log Analytics' two tables; the column Type names them.
func signInsInTwoTables(list []evidence.SignIn) []*table {
	const columns = "TimeGenerated UserPrincipalName IPAddress ResultType RiskLevelDuringSignIn Location AppDisplayName Type"
	interactive, renewed := newTable("SigninLogs", columns), newTable("AADNonInteractiveUserSignInLogs", columns)
	for _, s := range list {
		t := renewed
		if s.Interactive {
			t = interactive
		}
		t.add(s.Timestamp, s.AccountUpn, s.IPAddress.String(), resultCode(s), s.Risk, s.Country, s.AppName, t.name)
	}
	return []*table{interactive, renewed}
}

// signInsOfEntra is the hunting table.
func signInsOfEntra(list []evidence.SignIn) *table {
	t := newTable("EntraIdSignInEvents", "Timestamp AccountUpn IPAddress ErrorCode LogonType RiskLevelDuringSignIn Country Application")
	levels := map[string]int{"none": 0, "low": 10, "medium": 50, "high": 100}
	for _, s := range list {
		logon := `["nonInteractiveUser"]`
		if s.Interactive {
			logon = `["interactiveUser"]`
		}
		t.add(s.Timestamp, s.AccountUpn, s.IPAddress.String(), resultCode(s), logon, levels[s.Risk], s.Country, s.AppName)
	}
	return t
}

// resultCode is "0" for success, and else that of a wrong password.
func resultCode(s evidence.SignIn) string {
	if s.Success {
		return "0"
	}
	return "50126"
}

// labels has the truth about the clicks of a file.
func (t *Tenant) labels(file string) *table {
	labels := newTable("labels", "file row label source")
	for i := range t.Rows {
		labels.add(file, i+1, t.Rows[i].Truth.Kind.Who(), "scripted")
	}
	return labels
}

// truth has all that is true of the clicks of a file.
func (t *Tenant) truth(file string) *table {
	truth := newTable("truth", "file row who kind from actor")
	for i := range t.Rows {
		k := &t.Rows[i].Truth
		truth.add(file, i+1, k.Kind.Who(), k.Kind.String(), k.From.String(), k.Actor)
	}
	return truth
}
