package inputs

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Kind says what a content is that holds no rows, in words: "a PDF document". It is stable
// within a version of this package only.
type Kind string

// The kinds that users give by mistake. KindUnknown may be an export.
const (
	KindUnknown    Kind = ""
	KindPDF        Kind = "a PDF document"
	KindPicture    Kind = "a picture"
	KindMail       Kind = "a mail message"
	KindOutlook    Kind = "an Outlook message (.msg)"
	KindMailbox    Kind = "an Outlook data file (.pst)"
	KindHTML       Kind = "an HTML page"
	KindXML        Kind = "an XML document"
	KindRTF        Kind = "an RTF document"
	KindWord       Kind = "a Word document"
	KindSlides     Kind = "a presentation"
	KindOldExcel   Kind = "a workbook in the format of Excel before 2007 (.xls)"
	KindBinary     Kind = "a binary workbook (.xlsb)"
	KindSheet      Kind = "an OpenDocument file"
	KindOffice     Kind = "an Office document of before 2007"
	KindEncrypted  Kind = "encrypted"
	KindArchive    Kind = "an archive"
	KindExecutable Kind = "a program"
	KindDatabase   Kind = "a database"
	KindEvents     Kind = "a Windows event log (.evtx)"
	KindCapture    Kind = "a packet capture"
	KindParquet    Kind = "a Parquet file"
	KindQuery      Kind = "the text of a query"
	KindLinks      Kind = "a list of links"
	KindAddresses  Kind = "a list of addresses"

	kindWorkbook Kind = "a workbook" // its sheets are read
)

// KindError is a source that holds no rows.
type KindError struct {
	Name string
	Kind Kind
}

func (e *KindError) Error() string { return e.Name + ": " + string(e.Kind) }

// headSize is how much of a content tells its kind.
const headSize = 4 << 10

// magics are beginnings of contents.
var magics = []struct {
	begins string
	kind   Kind
}{
	{"%PDF-", KindPDF},
	{"\x89PNG\r\n", KindPicture}, {"\xff\xd8\xff", KindPicture}, {"GIF87a", KindPicture}, {"GIF89a", KindPicture},
	{"II*\x00", KindPicture}, {"MM\x00*", KindPicture}, {"\x00\x00\x00\x18ftyphei", KindPicture}, {"\x00\x00\x00\x1cftyphei", KindPicture},
	{"{\\rtf", KindRTF},
	{"!BDN", KindMailbox},
	{"7z\xbc\xaf\x27\x1c", KindArchive}, {"Rar!\x1a\x07", KindArchive}, {"BZh", KindArchive}, {"\xfd7zXZ\x00", KindArchive}, {"MSCF\x00", KindArchive},
	{"\x7fELF", KindExecutable}, {"\xcf\xfa\xed\xfe", KindExecutable}, {"\xca\xfe\xba\xbe", KindExecutable}, {"#!/", KindExecutable},
	{"SQLite format 3\x00", KindDatabase},
	{"ElfFile\x00", KindEvents},
	{"\xd4\xc3\xb2\xa1", KindCapture}, {"\xa1\xb2\xc3\xd4", KindCapture}, {"\x0a\x0d\x0d\x0a", KindCapture},
	{"PAR1", KindParquet},
}

// extensions tell the kind of a content that begins like none of the magics and holds bytes
// that stand in no text.
var extensions = map[string]Kind{
	".pdf": KindPDF, ".png": KindPicture, ".jpg": KindPicture, ".jpeg": KindPicture, ".heic": KindPicture, ".webp": KindPicture, ".bmp": KindPicture,
	".msg": KindOutlook, ".pst": KindMailbox, ".ost": KindMailbox, ".doc": KindOffice, ".ppt": KindOffice, ".xls": KindOldExcel, ".xlsb": KindBinary,
	".exe": KindExecutable, ".dll": KindExecutable, ".7z": KindArchive, ".rar": KindArchive, ".evtx": KindEvents, ".parquet": KindParquet,
}

// KindOf returns the kind of a content by its beginning.
func KindOf(head []byte) Kind {
	if isZip(head) {
		return KindArchive
	}
	return kindOf(head, nil, "")
}

// kindOf returns the kind of a content by its beginning, and by its name where that says
// nothing. It may read on in rest, which may be nil.
func kindOf(head []byte, rest io.Reader, name string) Kind {
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.begins)) {
			return m.kind
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return kindOfCompound(head, rest, name)
	case bytes.HasPrefix(head, []byte("RIFF")) && len(head) > 12 && string(head[8:12]) == "WEBP",
		bytes.HasPrefix(head, []byte("BM")) && bytes.IndexByte(head[:min(len(head), 16)], 0) > 0:
		return KindPicture
	case bytes.HasPrefix(head, []byte("MZ")) && bytes.IndexByte(head[:min(len(head), 64)], 0) > 0:
		return KindExecutable
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return KindArchive
	}
	text := strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n")
	if text == "" || text[0] == '{' || text[0] == '[' {
		return KindUnknown
	}
	if kind := kindOfText(text); kind != KindUnknown {
		return kind
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) { // text in UTF-16
		return KindUnknown
	}
	if strings.ContainsFunc(text[:min(len(text), 512)], func(c rune) bool { return c < ' ' && c != '\t' && c != '\r' && c != '\n' }) {
		return extensions[strings.ToLower(filepath.Ext(name))]
	}
	return KindUnknown
}

// kindOfCompound returns the kind of a file in the format of old Office programs (MS-CFB), by
// the names in its directory, which may be anywhere in it.
func kindOfCompound(head []byte, rest io.Reader, name string) Kind {
	const farthest = 64 << 20
	if rest != nil && len(head) >= 512 {
		shift, sector := binary.LittleEndian.Uint16(head[30:]), binary.LittleEndian.Uint32(head[48:])
		at := (int64(sector) + 1) << min(shift, 12)
		if skip := at - int64(len(head)); 0 < skip && skip < farthest {
			directory := make([]byte, headSize)
			io.CopyN(io.Discard, rest, skip)
			n, _ := io.ReadFull(rest, directory)
			head = directory[:n]
		}
	}
	for _, s := range []struct {
		name string
		kind Kind
	}{
		{"EncryptedPackage", KindEncrypted}, {"__nameid_version", KindOutlook}, {"__substg1.0_", KindOutlook}, {"Workbook", KindOldExcel},
		{"WordDocument", KindOffice}, {"PowerPoint Document", KindOffice},
	} {
		wide := make([]byte, 0, 2*len(s.name))
		for _, c := range []byte(s.name) {
			wide = append(wide, c, 0)
		}
		if bytes.Contains(head, wide) {
			return s.kind
		}
	}
	if kind := extensions[strings.ToLower(filepath.Ext(name))]; kind != KindUnknown {
		return kind
	}
	return KindOffice
}

var (
	page  = regexp.MustCompile(`(?i)^(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|head|body|meta|div|table)\b`)
	field = regexp.MustCompile(`(?im)^(received|return-path|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type|dkim-signature|authentication-results|x-[a-z0-9-]+):[ \t]`)
	first = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9-]*:[ \t]|From )`)
	query = regexp.MustCompile(`(?i)^(?://[^\n]*\s+)*(?:let\s+\w+\s*=|[a-z]\w*(?:\s*\([^()\n]*\))?\s*\|\s*(?:where|project(?:-\w+)?|summarize|extend|take|limit|top|sort|order|count|distinct|join|union|render|search|parse|mv-expand|evaluate)\b|(?:union|search)\s+\w)`)
)

// kindOfText returns the kind of a text that is no table.
func kindOfText(text string) Kind {
	switch {
	case page.MatchString(text):
		return KindHTML
	case strings.HasPrefix(text, "<?xml"), strings.HasPrefix(text, "<Events"), strings.HasPrefix(text, "<Objs"):
		return KindXML
	case query.MatchString(text):
		return KindQuery
	case first.MatchString(text) && len(field.FindAllStringIndex(text, 3)) == 3:
		return KindMail
	}
	lines := linesOf(text)
	switch {
	case len(lines) > 0 && !slices.ContainsFunc(lines, func(s string) bool { return !IsLink(s) }):
		return KindLinks
	case len(lines) > 0 && !slices.ContainsFunc(lines, func(s string) bool { return !IsAddress(s) }):
		return KindAddresses
	}
	return KindUnknown
}

// linesOf returns the first lines that are not blank.
func linesOf(text string) []string {
	const most = 3
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
		if len(lines) == most {
			break
		}
	}
	return lines
}

var link = regexp.MustCompile(`^(?i:h(?:tt|xx)ps?)(?::|\[:\])//?[^\s,;|"{}]+$`)

// IsLink reports whether s is a link and nothing else.
func IsLink(s string) bool { return link.MatchString(s) }

// IsQuery reports whether s is a query of advanced hunting.
func IsQuery(s string) bool { return query.MatchString(strings.TrimSpace(s)) }

// IsAddress reports whether s is an IP address or a range of them, and nothing else.
func IsAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	if err != nil {
		_, err = netip.ParsePrefix(s)
	}
	return err == nil
}

// kindOfArchive returns the kind of a zip archive that is a document of its own.
func kindOfArchive(archive *zip.Reader) Kind {
	office, kind := false, KindUnknown
	for _, f := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		switch {
		case name == "mimetype":
			return KindSheet
		case name == "meta-inf/manifest.mf", name == "androidmanifest.xml":
			return KindExecutable
		case name == "[content_types].xml":
			office = true
		case name == "xl/workbook.bin":
			kind = KindBinary
		case kind != KindUnknown:
		case strings.HasPrefix(name, "word/"):
			kind = KindWord
		case strings.HasPrefix(name, "ppt/"):
			kind = KindSlides
		case strings.HasPrefix(name, "xl/"):
			kind = kindWorkbook
		}
	}
	if !office {
		return KindUnknown
	}
	return kind
}
