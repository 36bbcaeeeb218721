package service

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// problem is an error as the caller gets it, see RFC 9457.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Instance string         `json:"instance"` // the id of the request
	Limit    int64          `json:"limit,omitempty"`
	Errors   []problemError `json:"errors,omitempty"`

	allow string // the methods of the path
}

// problemError is one of several faults of a body.
type problemError struct {
	Detail  string `json:"detail"`
	Pointer string `json:"pointer,omitempty"` // a JSON pointer into the body
}

// problemTypes are the ends of the types, by status.
var problemTypes = map[int]string{
	http.StatusBadRequest:                  "bad-json",
	http.StatusUnauthorized:                "unauthorized",
	http.StatusNotFound:                    "not-found",
	http.StatusMethodNotAllowed:            "method",
	http.StatusRequestTimeout:              "timeout",
	http.StatusRequestEntityTooLarge:       "too-large",
	http.StatusUnsupportedMediaType:        "media-type",
	http.StatusUnprocessableEntity:         "invalid",
	http.StatusRequestHeaderFieldsTooLarge: "headers",
	http.StatusInternalServerError:         "internal",
	http.StatusServiceUnavailable:          "busy",
}

func newProblem(status int, format string, args ...any) *problem {
	return &problem{
		Type:   "urn:whoclicked:problem:" + problemTypes[status],
		Title:  http.StatusText(status),
		Status: status,
		Detail: fmt.Sprintf(format, args...),
	}
}

// tooLarge is the problem of something larger than a limit.
func tooLarge(limit int64, format string, args ...any) *problem {
	p := newProblem(http.StatusRequestEntityTooLarge, format, args...)
	p.Limit = limit
	return p
}

// at adds the place of the fault.
func (p *problem) at(pointer, detail string) *problem {
	p.Errors = append(p.Errors, problemError{detail, pointer})
	return p
}

func (p *problem) Error() string { return "service: " + p.Title }

// write writes p as the answer to a request.
func (p *problem) write(w http.ResponseWriter, id string) {
	p.Instance = id
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="whoclicked"`)
	case http.StatusMethodNotAllowed:
		h.Set("Allow", p.allow)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and numbers can be encoded
	}
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}
