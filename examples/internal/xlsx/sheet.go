package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reader reads a sheet as CSV: commas between cells, every value in quotes, rows without a
// value left out. Numbers are as the file has them, dates in ISO 8601 as UTC, errors such as
// #N/A nothing.
type Reader struct {
	book    *Book
	tokens  *tokens
	part    io.Closer
	strings []string
	err     error

	out   []byte // to be read
	width int    // cells of the widest row so far
	at    int    // cells of this row that are in out
	dates bool
}

// Open returns the sheet as CSV. The error wraps ErrTooLarge or is one of the archive.
func (s *Sheet) Open() (*Reader, error) {
	list, err := s.book.sharedStrings()
	if err != nil {
		return nil, err
	}
	t, part, err := openPart(s.part)
	if err != nil {
		return nil, err
	}
	return &Reader{book: s.book, tokens: t, part: part, strings: list}, nil
}

// HasDates reports whether a date was among the cells that were read.
func (r *Reader) HasDates() bool { return r.dates }

// Close gives the part of the archive back.
func (r *Reader) Close() error { return r.part.Close() }

func (r *Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.err = r.fill()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// fill puts the next cells into out.
func (r *Reader) fill() error {
	const enough = 32 << 10
	r.out = r.out[:0]
	for len(r.out) < enough {
		token, err := r.tokens.next()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "c" {
				if err := r.cell(token.Attr); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if token.Name.Local == "row" {
				r.endRow()
			}
		}
	}
	return nil
}

// endRow ends the row, with as many cells as the widest before it.
func (r *Reader) endRow() {
	if r.at == 0 {
		return
	}
	r.width = max(r.width, r.at)
	for ; r.at < r.width; r.at++ {
		r.out = append(r.out, ',')
	}
	r.out = append(r.out, '\n')
	r.at = 0
}

// cell reads a cell after its start tag.
func (r *Reader) cell(attributes []xml.Attr) error {
	column, kind, style := r.at, "", 0
	for _, a := range attributes {
		switch a.Name.Local {
		case "r":
			if n, ok := columnOf(a.Value); ok {
				column = n
			}
		case "t":
			kind = a.Value
		case "s":
			style, _ = strconv.Atoi(a.Value)
		}
	}
	text, err := r.tokens.cellText()
	if err != nil {
		return err
	}
	if text = r.value(text, kind, style); text == "" || column < r.at || column >= maxColumns {
		return nil
	}
	for ; r.at <= column; r.at++ {
		if r.at > 0 {
			r.out = append(r.out, ',')
		}
	}
	r.out = append(r.out, '"')
	r.out = append(r.out, strings.ReplaceAll(text, `"`, `""`)...)
	r.out = append(r.out, '"')
	return nil
}

// value returns what a cell of a kind (ECMA-376 part 1, 18.18.11) says.
func (r *Reader) value(text, kind string, style int) string {
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 || n >= len(r.strings) {
			return ""
		}
		return r.strings[n]
	case "inlineStr", "str":
		return unescape(text)
	case "b":
		return map[string]string{"0": "false", "1": "true"}[strings.TrimSpace(text)]
	case "e":
		return ""
	case "", "n":
		text = strings.TrimSpace(text)
		if style >= 0 && style < len(r.book.dates) && r.book.dates[style] {
			iso, ok := r.book.isoTime(text)
			r.dates = r.dates || ok
			return iso
		}
	}
	return text
}

// columnOf returns the column of a reference such as AB12, from 0.
func columnOf(reference string) (int, bool) {
	n := 0
	for i, c := range []byte(reference) {
		switch {
		case 'A' <= c && c <= 'Z' && n <= maxColumns:
			n = n*26 + int(c-'A') + 1
		case 'A' <= c && c <= 'Z':
		default:
			return n - 1, i > 0
		}
	}
	return 0, false
}

// isEmpty reports whether no cell of the sheet has a value. A sheet that begins with very
// many empty cells counts as one with values.
func (s *Sheet) isEmpty() (bool, error) {
	const enough = 1 << 20
	t, part, err := openPart(s.part)
	if err != nil {
		return false, err
	}
	defer part.Close()
	for {
		token, err := t.next()
		if err == io.EOF {
			return true, nil
		}
		if err != nil || t.decoder.InputOffset() > enough {
			return false, err
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "c" {
			text, err := t.cellText()
			if err != nil {
				return false, err
			}
			if strings.TrimSpace(text) != "" {
				return false, nil
			}
		}
	}
}

// sharedStrings returns the texts that the cells of all sheets refer to.
func (b *Book) sharedStrings() ([]string, error) {
	part := b.part(b.strings)
	if b.strings == "" || part == nil {
		return nil, nil
	}
	t, closer, err := openPart(part)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	var list []string
	const header = 16 // of a string
	for size := 0; ; {
		token, err := t.next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if e, ok := token.(xml.StartElement); !ok || e.Name.Local != "si" {
			continue
		}
		text, err := t.textUntil("si")
		if err != nil {
			return nil, err
		}
		if size += len(text) + header; size > maxStrings {
			return nil, fmt.Errorf("%w (shared strings)", ErrTooLarge)
		}
		list = append(list, unescape(text))
	}
}

// tokens are the tokens of a part. None takes more than maxToken bytes: the decoder would
// hold it in memory. The tags need not match, because remembering the open ones takes
// memory, too.
type tokens struct {
	r       io.Reader
	left    int // bytes that the token may still take
	decoder *xml.Decoder
}

var errToken = errors.New("xlsx: a cell or tag of more than 1 MiB")

func openPart(part *zip.File) (*tokens, io.Closer, error) {
	if part.UncompressedSize64 > maxSheet {
		return nil, nil, ErrTooLarge
	}
	r, err := part.Open()
	if err != nil {
		return nil, nil, err
	}
	t := &tokens{r: r}
	t.decoder = xml.NewDecoder(budget{t})
	return t, r, nil
}

// budget reads as much of the part as the token may take.
type budget struct{ *tokens }

func (b budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errToken
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func (t *tokens) next() (xml.Token, error) {
	t.left = maxToken
	token, err := t.decoder.RawToken()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		err = errors.New("xlsx: damaged XML")
	}
	return token, err
}

// cellText returns the text of the cell whose start tag was read: its value, or its inline
// string.
func (t *tokens) cellText() (string, error) { return t.textUntil("c") }

// textUntil returns the text of the v and t elements before the end tag of an element. It
// passes over formulas, and over the pronunciation of Japanese texts.
func (t *tokens) textUntil(end string) (string, error) {
	var text []byte
	inside, spoken := false, false
	for {
		token, err := t.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == "v" || token.Name.Local == "t"
			spoken = spoken || token.Name.Local == "rPh"
		case xml.EndElement:
			inside = false
			switch token.Name.Local {
			case end:
				return string(text), nil
			case "rPh":
				spoken = false
			}
		case xml.CharData:
			if inside && !spoken {
				if text = append(text, token...); len(text) > maxToken {
					return "", errToken
				}
			}
		}
	}
}

// unescape decodes the form in which a text has characters that XML does not allow:
// _x000D_ is a carriage return.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		if len(s) >= 7 && s[6] == '_' {
			if n, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				var c [utf8.UTFMax]byte
				b.Write(c[:utf8.EncodeRune(c[:], rune(n))])
				s = s[7:]
				continue
			}
		}
		b.WriteString("_x")
		s = s[2:]
	}
	b.WriteString(s)
	return b.String()
}
