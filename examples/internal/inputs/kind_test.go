package inputs_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// compound returns a file in the format of old Office programs with its directory in a
// sector.
func compound(sector int, names ...string) string {
	b := make([]byte, 512*(sector+1))
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], uint32(sector))
	for _, name := range append([]string{"Root Entry"}, names...) {
		entry := make([]byte, 128)
		for i, c := range []byte(name) {
			entry[2*i] = c
		}
		b = append(b, entry...)
	}
	return string(b)
}

func encrypted(t testing.TB) string {
	b := []byte(zipped(t, "clicks.csv", "Url\r\n"))
	directory := strings.LastIndex(string(b), "PK\x01\x02")
	b[6] |= 1
	b[directory+8] |= 1
	return string(b)
}

func TestKinds(t *testing.T) {
	office := func(main string) string {
		return zipped(t, "[Content_Types].xml", "<Types/>", "_rels/.rels",
			`<Relationships><Relationship Id="r" Type="x/officeDocument" Target="`+main+`"/></Relationships>`, main, "<x/>")
	}
	const mail = "Received: from a.example by b.example; Mon, 3 Aug 2026 09:00:00 +0000\r\nFrom: a@contoso.example\r\nTo: b@contoso.example\r\nSubject: x\r\n\r\nhello\r\n"
	tests := map[string]struct {
		name, content string
		want          inputs.Kind
	}{
		"a PDF":                           {"a", "%PDF-1.7\n%\xe2\xe3", inputs.KindPDF},
		"a PDF that is called CSV":        {"a.csv", "%PDF-1.7\n%\xe2\xe3", inputs.KindPDF},
		"PNG":                             {"a", "\x89PNG\r\n\x1a\n\x00", inputs.KindPicture},
		"JPEG":                            {"a", "\xff\xd8\xff\xe0", inputs.KindPicture},
		"WebP":                            {"a", "RIFF\x00\x00\x00\x00WEBPVP8 ", inputs.KindPicture},
		"mail":                            {"a", mail, inputs.KindMail},
		"mail with a mark":                {"a", "\ufeff" + mail, inputs.KindMail},
		"mail of a mailbox":               {"a", "From a@contoso.example Mon Aug  3\n" + mail, inputs.KindMail},
		"an Outlook message":              {"a", compound(0, "__nameid_version1.0"), inputs.KindOutlook},
		"an Outlook message, far":         {"a", compound(300, "__nameid_version1.0"), inputs.KindOutlook},
		"an old workbook":                 {"a", compound(20, "Workbook"), inputs.KindOldExcel},
		"an old workbook by its name":     {"a.xls", compound(20, "Strange"), inputs.KindOldExcel},
		"a workbook with a password":      {"a.xlsx", compound(1, "EncryptedPackage"), inputs.KindEncrypted},
		"an old document":                 {"a", compound(1, "WordDocument"), inputs.KindOffice},
		"a Word document":                 {"a.xlsx", office("word/document.xml"), inputs.KindWord},
		"a presentation":                  {"a", office("ppt/presentation.xml"), inputs.KindSlides},
		"a binary workbook":               {"a", office("xl/workbook.bin"), inputs.KindBinary},
		"a LibreOffice workbook":          {"a", zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet"), inputs.KindSheet},
		"a page":                          {"a", "\n<!DOCTYPE html>\n<html>", inputs.KindHTML},
		"XML":                             {"a", `<?xml version="1.0"?><Events/>`, inputs.KindXML},
		"7z":                              {"a", "7z\xbc\xaf\x27\x1c\x00\x04", inputs.KindArchive},
		"RAR":                             {"a", "Rar!\x1a\x07\x01\x00", inputs.KindArchive},
		"a program":                       {"a", "MZ\x90\x00\x03\x00", inputs.KindExecutable},
		"SQLite":                          {"a", "SQLite format 3\x00", inputs.KindDatabase},
		"a query":                         {"a.kql", "// clicks\nUrlClickEvents\n| where Timestamp > ago(30d)", inputs.KindQuery},
		"a query that begins with let":    {"a", "let from = ago(30d);\nUrlClickEvents", inputs.KindQuery},
		"links":                           {"a", "https://a.example/x\n\nhxxps://b.example/y\n", inputs.KindLinks},
		"addresses":                       {"a", "192.0.2.1\n2001:db8::/32\n", inputs.KindAddresses},
		"a member of an archive":          {"a.zip", zipped(t, "b", "%PDF-1.7"), inputs.KindPDF},
		"an encrypted member":             {"a.zip", encrypted(t), inputs.KindEncrypted},
		"compressed":                      {"a.gz", gzipped(t, "%PDF-1.7"), inputs.KindPDF},
		"bytes, known by name":            {"a.exe", "\x01\x02\x03", inputs.KindExecutable},
		"CSV":                             {"a.pdf", "Timestamp,Url\r\n", inputs.KindUnknown},
		"CSV of mail":                     {"a.csv", "From,To,Subject,Date\r\nFrom: x,To: y,Subject: z,\r\n", inputs.KindUnknown},
		"CSV of pipes":                    {"a.csv", "Timestamp|Url|where\r\n", inputs.KindUnknown},
		"CSV in UTF-16":                   {"a.xls", "\xff\xfeT\x00i\x00", inputs.KindUnknown},
		"JSON":                            {"a.exe", `{"a":"\u0001"}`, inputs.KindUnknown},
		"CSV that begins with MZ":         {"a.exe", "MZ,Url\r\n", inputs.KindUnknown},
		"an export with NULs in its rows": {"a.csv", "Url\r\n\x00", inputs.KindUnknown},
		"nothing":                         {"a.pdf", "", inputs.KindUnknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.name)
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			list, err := inputs.Expand([]string{path}, nil)
			require.NoError(t, err)
			require.Len(t, list, 1)
			content, err := list[0].Open(nil)
			if tt.want == inputs.KindUnknown {
				require.NoError(t, err)
				require.NoError(t, content.Close())
				return
			}
			var kind *inputs.KindError
			require.True(t, errors.As(err, &kind), "%v", err)
			assert.Equal(t, tt.want, kind.Kind)
			assert.Equal(t, list[0].Name, kind.Name)
		})
	}
}
