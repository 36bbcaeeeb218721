package cli

import (
	"cmp"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

// version writes the version of the program, and of its data.
func (p Program) version(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%s %s\n", p.Name, buildVersion(debug.ReadBuildInfo())); err != nil {
		return err
	}
	if p.Data == nil {
		return nil
	}
	for _, line := range p.Data() {
		if _, err := fmt.Fprintln(w, terminal.Clean(line)); err != nil {
			return err
		}
	}
	return nil
}

// buildVersion returns the version of the main module, with its commit if the build knows it.
func buildVersion(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return "(unknown)"
	}
	text := cmp.Or(info.Main.Version, "(devel)")
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if commit := settings["vcs.revision"]; len(commit) >= 12 {
		text += ", commit " + commit[:12]
		if at := settings["vcs.time"]; len(at) >= len("2006-01-02") {
			text += " of " + at[:len("2006-01-02")]
		}
		if settings["vcs.modified"] == "true" {
			text += ", changed"
		}
	}
	return text + ", " + info.GoVersion
}

// RulesAndLists is the Data of programs that judge clicks.
func RulesAndLists() []string {
	return append([]string{"rules " + clickclass.RulesVersion}, Lists()...)
}

// Lists returns a line about the embedded lists, and one about each with its date.
func Lists() []string {
	set := iprange.Default()
	lines := []string{"lists " + set.Version()}
	for _, l := range set.Lists() {
		line := "list " + l.Name
		if n := len(l.Dates); n > 0 {
			line += ", " + l.Dates[n-1].Format(time.DateOnly)
		}
		lines = append(lines, line)
	}
	return lines
}
