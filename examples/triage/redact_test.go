package main

import (
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is planted, and what of it must not be seen.
const (
	plantedMailbox = "zoe.quark7@mailbox-zq.example"
	plantedTenant  = "5e1f0c7a-9d3b-4c21-8a6e-0f4b7d2c9e15"
	plantedToken   = "S3cr3tT0k3nZq"
)

var plantedSigns = []string{"quark7", "mailbox-zq", "5e1f0c7a", "9d3b-4c21", "s3cr3t", "t0k3nzq"}

// decodedForms returns a text and what it encodes.
func decodedForms(text string) string {
	var all strings.Builder
	all.WriteString(text)
	for line := range strings.Lines(text) {
		for range 4 {
			if s, err := url.QueryUnescape(line); err == nil {
				line = s
				all.WriteString(s)
			}
		}
	}
	for _, run := range strings.FieldsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_", r)
	}) {
		digits := strings.NewReplacer("-", "+", "_", "/").Replace(run)
		if b, err := base64.RawStdEncoding.DecodeString(digits[:len(digits)-len(digits)%4]); err == nil {
			all.Write(b)
		}
	}
	return strings.ToLower(all.String())
}

// plantedFiles writes exports in which the secrets stand in every column, and in the names
// of files and folders.
func plantedFiles(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "home of "+plantedMailbox, `ZQ\zoe.quark7`)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "zoe quark7"), 0o755))
	target := "https://shop.example/u?to=" + plantedMailbox + "&token=" + plantedToken + "&t=" + plantedTenant
	wrappers := []string{
		target,
		"https://nam02.safelinks.protection.outlook.com/?url=" + url.QueryEscape(target) + "&data=05%7C02%7C" + url.QueryEscape(plantedMailbox) + "%7C" + strings.ReplaceAll(plantedTenant, "-", "") + "%7C0&sdata=" + plantedToken + "&reserved=0",
		"https://urldefense.com/v2/url?u=" + strings.NewReplacer("%", "-", "/", "_").Replace(url.PathEscape(target)) + "&d=" + plantedToken,
		"https://eu-west-1.protection.sophos.com/?d=shop.example&u=" + base64.StdEncoding.EncodeToString([]byte(target)),
		"https://zoe.quark7:" + plantedToken + "@shop.example/",
		"mailto:" + plantedMailbox,
		plantedToken,
	}
	var clicks strings.Builder
	clicks.WriteString(header)
	cells := []string{"2026-08-03T09:20:00Z", "https://b.example/y", "ClickAllowed", plantedMailbox, "Email", "", "", "", "198.51.100.7", "false", "", ""}
	write := func(column int, cell string) {
		row := append([]string(nil), cells...)
		row[column] = `"` + cell + `"`
		clicks.WriteString(strings.Join(row, ",") + "\r\n")
	}
	for _, w := range wrappers {
		for column := range cells {
			write(column, w)
		}
	}
	for _, odd := range []string{"zoe.quark7%40mailbox-zq.example", `ZQ\zoe.quark7`, "AKIAZQ7S3CR3TEXAMPLE", base64.StdEncoding.EncodeToString([]byte(plantedMailbox))} {
		for _, column := range []int{0, 8, 9} {
			write(column, odd)
		}
	}
	for name, content := range map[string]string{
		"zoe.quark7@mailbox-zq.example.csv":       clicks.String(),
		"zoe quark7/zoe.quark7_mailbox-zq.csv":    clicks.String(),
		"zoe quark7/no export of zoe.quark7.csv":  "a,b\n" + plantedMailbox + "," + plantedToken + "\n",
		"zoe quark7/sign-ins of zoe.quark7.csv":   "TimeGenerated,UserPrincipalName,IPAddress,ResultType\n" + plantedMailbox + "," + plantedMailbox + "," + plantedToken + ",0\n2026-08-03T09:00:00Z," + plantedMailbox + ",198.51.100.7,0\n",
		"zoe quark7/broken archive zoe.quark7.gz": "\x1f\x8b" + plantedMailbox,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.FromSlash(name)), []byte(content), 0o644))
	}
	return folder
}

func TestPlantedSecretsAreRedacted(t *testing.T) {
	folder := plantedFiles(t)
	labels := filepath.Join(folder, "labels of zoe.quark7.lbl")
	require.NoError(t, os.WriteFile(labels, []byte("report_id,label\nX1,"+plantedMailbox+"\n"+plantedMailbox+","+plantedToken+"\nX2,ZQ\\zoe.quark7\nX3,owner\n"), 0o644))
	ranges := filepath.Join(folder, "ranges of zoe.quark7.rng")
	require.NoError(t, os.WriteFile(ranges, []byte("scanner: 198.51.100.0/24 = "+plantedMailbox+"\n"), 0o644))
	bad := filepath.Join(folder, "bad ranges of zoe.quark7.rng")
	require.NoError(t, os.WriteFile(bad, []byte("scanner: "+plantedMailbox+"\n"), 0o644))
	clicks := filepath.Join(folder, "zoe.quark7@mailbox-zq.example.csv")
	for name, args := range map[string][]string{
		"folder":            {folder},
		"file":              {clicks},
		"glob":              {filepath.Join(folder, "*.csv")},
		"labels and ranges": {"--labels", labels, "--ranges", ranges, clicks},
		"labels, a pipe":    {"--labels", labels, "-"},
		"bad ranges":        {"--ranges", bad, clicks},
		"no such file":      {filepath.Join(folder, "zoe.quark7", "none.csv")},
		"no database":       {"--asn", clicks, clicks},
		"evidence alone":    {filepath.Join(folder, "zoe quark7", "sign-ins of zoe.quark7.csv")},
		"no export":         {filepath.Join(folder, "zoe quark7", "no export of zoe.quark7.csv")},
		"no report":         {"--html", filepath.Join(folder, "zoe.quark7", "none.html"), clicks},
	} {
		formats := []string{"text", "ndjson", "csv"}
		if name != "folder" {
			formats = formats[1:2]
		}
		for _, format := range formats {
			t.Run(name+", "+format, func(t *testing.T) {
				report := filepath.Join(t.TempDir(), "report.html")
				args := append([]string{"--redact", "--format", format}, args...)
				if args[len(args)-2] != "--html" && name != "no report" {
					args = append([]string{"--html", report}, args...)
				}
				stdin, err := os.ReadFile(clicks)
				require.NoError(t, err)
				got := runTriage(t, string(stdin), args...)
				page, _ := os.ReadFile(report)
				for what, text := range map[string]string{"output": got.stdout, "errors": got.stderr, "report": string(page)} {
					forms := decodedForms(text)
					for _, sign := range plantedSigns {
						if i := strings.Index(forms, sign); i >= 0 {
							assert.Fail(t, what+" hold "+sign, "%q", forms[max(0, i-200):min(len(forms), i+200)])
						}
					}
				}
			})
		}
	}
}

func TestFileNames(t *testing.T) {
	var n fileNames
	assert.Equal(t, "file-1.csv", n.of("/home/kim/clicks.csv"))
	assert.Equal(t, "file-2.csv.gz", n.of("kim smith.csv.gz"))
	assert.Equal(t, "file-3", n.of("a.zip/kim.smith"))
	assert.Equal(t, "file-1.csv", n.of("/home/kim/clicks.csv"), "always the same")
	assert.Equal(t, "-", n.of("-"), "standard input")
	assert.Equal(t, "left out: file-1.csv: empty, file-2.csv.gz is SigninLogs", n.replaceIn("left out: /home/kim/clicks.csv: empty, kim smith.csv.gz is SigninLogs"))
	assert.Equal(t, "open (path): permission denied", redactWords("open /home/kim/x: permission denied"))
	assert.Equal(t, "no owner of 192.0.2.0/24", redactWords("no owner of 192.0.2.0/24"))
}
