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

// envelope is a body that has the clicks and the evidence apart. Each of them may be in any
// form: rows, or answers of the hunting APIs as they came.
type envelope struct {
	Clicks   json.RawMessage `json:"clicks"`
	Evidence json.RawMessage `json:"evidence"`
	Window   *string         `json:"window"`
}

const maxWindow = 30 * 24 * time.Hour

// open returns the rows of a JSON body, those of an envelope one after the other, and how far
// apart clicks are neighbours; 0: the default.
func open(text []byte) (rows []byte, window time.Duration, err error) {
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return text, 0, nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return text, 0, nil
	}
	if _, ok := members["clicks"]; !ok {
		return text, 0, nil
	}
	var e envelope
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(&e) != nil {
		return nil, 0, newProblem(http.StatusUnprocessableEntity, "beside clicks there may be evidence and window, a text")
	}
	if e.Window != nil {
		window, err = time.ParseDuration(*e.Window)
		if err != nil || window <= 0 || window > maxWindow {
			return nil, 0, newProblem(http.StatusUnprocessableEntity, "the window is no time such as 10m or 24h, up to 720h").
				at("#/window", "not a time between 0 and 720h")
		}
	}
	if !isTable(e.Clicks) {
		return nil, 0, newProblem(http.StatusUnprocessableEntity, "there are no clicks").at("#/clicks", "not an array or object")
	}
	if e.Evidence != nil && string(e.Evidence) != "null" && !isTable(e.Evidence) {
		return nil, 0, newProblem(http.StatusUnprocessableEntity, "the evidence has no rows").at("#/evidence", "not an array or object")
	}
	return appendDocuments(append(slices.Clone(e.Clicks), '\n'), e.Evidence), window, nil
}

func isTable(value json.RawMessage) bool {
	return len(value) > 0 && (value[0] == '[' || value[0] == '{')
}

// appendDocuments appends the elements of an array one after the other, so that each may be a
// row, an array of rows, or a document.
func appendDocuments(text []byte, value json.RawMessage) []byte {
	var list []json.RawMessage
	if len(value) == 0 || json.Unmarshal(value, &list) != nil {
		return append(text, value...)
	}
	for _, v := range list {
		text = append(append(text, v...), '\n')
	}
	return text
}
