package whoclicked_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports keeps the packages free of what a library that only computes has no use for:
// the network and child processes.
func TestImports(t *testing.T) {
	const module = "github.com/whoclicked/whoclicked/"
	tests := []struct {
		pkg     string
		own     []string // our packages it may import
		outside []string // modules beside the standard library
		banned  []string
	}{
		{
			// A Chain is a slog.LogValuer, so that it is redacted when it is logged. That
			// brings log and log/slog with it; nothing here calls them.
			pkg:    "safelinks",
			banned: []string{"net/http", "os/exec"},
		},
		{
			pkg:    "iprange",
			own:    []string{"internal/idn"},
			banned: []string{"net/http", "log", "log/slog", "os/exec"},
		},
		{
			// publicsuffix names one interface of net/http/cookiejar, and so
			// brings net/http and log with it. Nothing here calls them.
			pkg:     "clickclass",
			own:     []string{"internal/idn", "safelinks", "iprange"},
			outside: []string{"golang.org/x/net/", "golang.org/x/text/"},
			banned:  []string{"os/exec"},
		},
		{
			pkg:     "clickclass/evidence",
			own:     []string{"internal/idn", "safelinks", "iprange", "clickclass"},
			outside: []string{"golang.org/x/net/", "golang.org/x/text/"},
			banned:  []string{"os/exec"},
		},
		{
			pkg:     "clickclass/tables",
			own:     []string{"internal/idn", "safelinks", "iprange", "clickclass", "clickclass/evidence"},
			outside: []string{"golang.org/x/net/", "golang.org/x/text/"},
			banned:  []string{"os/exec"},
		},
		{
			pkg:     "clickclass/calibrate",
			own:     []string{"internal/idn", "safelinks", "iprange", "clickclass"},
			outside: []string{"golang.org/x/net/", "golang.org/x/text/"},
			banned:  []string{"os/exec"},
		},
		{
			pkg:     "clickclass/kql",
			own:     []string{"internal/idn", "safelinks", "iprange", "clickclass"},
			outside: []string{"golang.org/x/net/", "golang.org/x/text/"},
			banned:  []string{"os/exec"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.pkg, func(t *testing.T) {
			out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{.Standard}}", "./"+tt.pkg).Output()
			require.NoError(t, err)
			deps := strings.Split(strings.TrimSpace(string(out)), "\n")
			require.NotEmpty(t, deps)
			for _, dep := range deps {
				path, standard, _ := strings.Cut(dep, " ")
				assert.NotContains(t, tt.banned, path)
				if standard == "true" || path == module+tt.pkg {
					continue
				}
				ok := false
				for _, own := range tt.own {
					ok = ok || path == module+own || strings.HasPrefix(path, module+own+"/internal/")
				}
				ok = ok || strings.HasPrefix(path, module+tt.pkg+"/internal/") || strings.HasPrefix(path, module+"internal/")
				for _, prefix := range tt.outside {
					ok = ok || strings.HasPrefix(path, prefix)
				}
				assert.True(t, ok, "%s imports %s", tt.pkg, path)
			}
		})
	}
}
