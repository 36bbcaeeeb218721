package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// job is what Cortex wants to know. The zero job came on standard input and asks nothing.
type job struct {
	folder string         // "": standard input and output
	input  map[string]any // all of it, to be repeated beside an error

	Data     *string `json:"data"`
	DataType string  `json:"dataType"`
	TLP      *int    `json:"tlp"`
	PAP      *int    `json:"pap"`
	Config   struct {
		CheckTLP bool `json:"check_tlp"`
		MaxTLP   *int `json:"max_tlp"`
		CheckPAP bool `json:"check_pap"`
		MaxPAP   *int `json:"max_pap"`
	} `json:"config"`
}

// refusal is an error with a text as Cortex shows it.
type refusal string

func (r refusal) Error() string { return string(r) }

// amber is the level of a protocol that counts where none is given.
const amber = 2

// maxInput bounds the input: rows that people paste, not exports.
const maxInput = 16 << 20

// open reads a job from its folder, or else from standard input. Beside an error, the job
// can be answered.
func open(folder string, stdin io.Reader) (*job, error) {
	j := &job{folder: folder}
	in := stdin
	switch f, err := os.Open(filepath.Join(folder, "input", "input.json")); {
	case err == nil:
		defer f.Close()
		in = f
	case errors.Is(err, fs.ErrNotExist):
		j.folder = ""
	default:
		return j, refusal("Input file cannot be read.")
	}
	text, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	switch {
	case err != nil:
		return j, refusal("Input cannot be read.")
	case len(text) > maxInput:
		return j, refusal(fmt.Sprintf("Input is larger than %d MiB.", maxInput>>20))
	}
	if err := json.Unmarshal(text, &j.input); err != nil {
		return j, refusal("Input is no JSON object.")
	}
	if err := json.Unmarshal(text, j); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return j, refusal(fmt.Sprintf("Input has a wrong type: %s is a %s.", kind.Field, kind.Value))
		}
		return j, refusal("Input is not a job.")
	}
	return j, nil
}

// check returns an error if the job lacks something, or may not be shown to an analyzer.
func (j *job) check() error {
	or := func(n *int) int {
		if n == nil {
			return amber
		}
		return *n
	}
	switch {
	case j.DataType == "":
		return refusal("Missing dataType field")
	case j.Config.CheckTLP && or(j.TLP) > or(j.Config.MaxTLP):
		return refusal("TLP is higher than allowed.")
	case j.Config.CheckPAP && or(j.PAP) > or(j.Config.MaxPAP):
		return refusal("PAP is higher than allowed.")
	case j.Data == nil:
		return refusal("Missing data field")
	}
	return nil
}

// withoutSecrets returns the input with what may be a secret of the configuration removed.
func (j *job) withoutSecrets() map[string]any {
	if j.input == nil {
		return map[string]any{}
	}
	removeSecrets(j.input["config"])
	return j.input
}

func removeSecrets(value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if isSecret(name) {
				v[name] = "REMOVED"
			} else {
				removeSecrets(inner)
			}
		}
	case []any:
		for _, inner := range v {
			removeSecrets(inner)
		}
	}
}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "key") || strings.Contains(name, "password") || strings.Contains(name, "secret")
}

// failure is the answer to a job that failed.
type failure struct {
	Success      bool           `json:"success"` // false
	Input        map[string]any `json:"input"`
	ErrorMessage string         `json:"errorMessage"`
}

// write writes the answer to where the job wants it.
func (j *job) write(answer any, stdout io.Writer) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(answer); err != nil {
		return err
	}
	if j.folder == "" {
		_, err := stdout.Write(text.Bytes())
		return err
	}
	folder := filepath.Join(j.folder, "output")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "output.json"), text.Bytes(), 0o666)
}
