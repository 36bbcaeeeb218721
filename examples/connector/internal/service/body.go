package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"time"
)

// The media types of bodies.
const (
	mediaJSON   = "application/json"
	mediaNDJSON = "application/x-ndjson"
	mediaCSV    = "text/csv"
)

// mediaType returns the media type of the body, which has to be one of allowed.
func (c *call) mediaType(allowed ...string) (string, error) {
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(allowed, media) {
		return "", newProblem(http.StatusUnsupportedMediaType, "the Content-Type has to be %s", oneOf(allowed))
	}
	if encoding := c.r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return "", newProblem(http.StatusUnsupportedMediaType, "the body has to come without a Content-Encoding")
	}
	return media, nil
}

func oneOf(list []string) string {
	text := list[0]
	for i, s := range list[1:] {
		if i == len(list)-2 {
			text += " or " + s
		} else {
			text += ", " + s
		}
	}
	return text
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// body reads the body, up to a limit.
func (c *call) body(limit int64) ([]byte, error) {
	if c.r.ContentLength > limit {
		return nil, tooLarge(limit, "the body has more than %d bytes", limit)
	}
	text, err := io.ReadAll(http.MaxBytesReader(c, c.r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(limit, "the body has more than %d bytes", limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.Header().Set("Connection", "close")
		return nil, newProblem(http.StatusRequestTimeout, "the body did not come in time")
	case err != nil:
		return nil, newProblem(http.StatusBadRequest, "the body ends before its end")
	}
	return bytes.TrimPrefix(text, byteOrderMark), nil
}

// checkJSON returns a problem unless text is one JSON value.
func checkJSON(text []byte) error {
	if json.Valid(text) {
		return nil
	}
	var value json.RawMessage
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(text, &value), &syntax) {
		return newProblem(http.StatusBadRequest, "the body is not one JSON value: see byte %d", syntax.Offset)
	}
	return newProblem(http.StatusBadRequest, "the body is not one JSON value")
}

// parts is a body that has been taken apart. Each part may be in any form: rows, or answers of
// the hunting APIs as they came.
type parts struct {
	rows     []byte
	table    string // that rows are of where their columns do not tell; "": they have to
	evidence []byte // nil: it stands among the rows
	window   time.Duration
}

// clickTable is the table of rows that are known to be clicks.
const clickTable = "UrlClickEvents"

const maxWindow = 30 * 24 * time.Hour

// takeApart takes apart a JSON body. One with the member clicks has clicks and evidence apart.
func takeApart(text []byte) (parts, error) {
	whole := parts{rows: text}
	if err := checkJSON(text); err != nil {
		return whole, err
	}
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return whole, nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil || members["clicks"] == nil {
		return whole, nil
	}
	p := parts{table: clickTable}
	for name, value := range members {
		var fault string
		switch name {
		case "clicks":
			p.rows, fault = tableOf(value)
		case "evidence":
			p.evidence, fault = documentsOf(value)
		case "window":
			p.window, fault = windowOf(value)
		default:
			return p, newProblem(http.StatusUnprocessableEntity, "beside clicks there may be evidence and window, and nothing else")
		}
		if fault != "" {
			return p, newProblem(http.StatusUnprocessableEntity, "%s: %s", name, fault).at("#/"+name, fault)
		}
	}
	return p, nil
}

const noTable = "not an array or object"

// tableOf returns a value that can hold rows, or what is wrong with it.
func tableOf(value json.RawMessage) (table []byte, fault string) {
	if value[0] != '[' && value[0] != '{' {
		return nil, noTable
	}
	return value, ""
}

// documentsOf returns the elements of an array one after the other, so that each may be a row,
// an array of rows, or a document. Null is no evidence.
func documentsOf(value json.RawMessage) (documents []byte, fault string) {
	if string(value) == "null" {
		return nil, ""
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		return tableOf(value)
	}
	for _, v := range list {
		documents = append(append(documents, v...), '\n')
	}
	return documents, ""
}

// windowOf returns how far apart clicks are neighbours. Null is the default.
func windowOf(value json.RawMessage) (window time.Duration, fault string) {
	if string(value) == "null" {
		return 0, ""
	}
	var text string
	err := json.Unmarshal(value, &text)
	if err == nil {
		window, err = time.ParseDuration(text)
	}
	if err != nil || window <= 0 || window > maxWindow {
		return 0, "not a time such as 10m or 24h, up to 720h"
	}
	return window, ""
}
