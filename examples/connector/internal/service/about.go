package service

import (
	"embed"
	"encoding/json"
	"net/http"
	"runtime/debug"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// version is what the verdicts are made with.
type version struct {
	Version string `json:"version"` // of the program
	Rules   string `json:"rules"`
	Lists   string `json:"lists"`  // of addresses, as verdicts name them
	Ranges  string `json:"ranges"` // the same
}

func newVersion(set *iprange.Set) version {
	v := version{Version: "unknown", Rules: clickclass.RulesVersion, Lists: set.Version(), Ranges: set.Version()}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	return v
}

func (s *Service) getVersion(c *call) error { return c.encode(s.version) }

// newWords returns the answer of /v1/words: every stable word, and what the rules weigh.
func newWords() []byte {
	type word struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}
	type weight struct {
		Value float64 `json:"value"`
		Low   float64 `json:"low"`
		High  float64 `json:"high"`
	}
	type reason struct {
		word
		Group      string `json:"group"`
		Machine    weight `json:"machine"`
		Other      weight `json:"other"`
		Confidence string `json:"confidence"`
		Source     string `json:"source"`
	}
	var out struct {
		Words   []word   `json:"words"`
		Reasons []reason `json:"reasons"`
	}
	for code, text := range clickclass.Words() {
		out.Words = append(out.Words, word{code, text})
	}
	for _, r := range clickclass.Rules() {
		out.Reasons = append(out.Reasons, reason{word{r.ID, r.Text}, r.Group, weight{r.Machine.Value, r.Machine.Min, r.Machine.Max},
			weight{r.Other.Value, r.Other.Min, r.Other.Max}, r.Confidence, r.Source})
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err) // the table has no number that cannot be encoded
	}
	return append(b, '\n')
}

func (s *Service) getWords(c *call) error { return c.send(s.words) }

type state struct {
	Status string `json:"status"`
	*version
}

// health says that the process answers.
func (s *Service) health(c *call) error { return c.encode(state{Status: "ok"}) }

// ready says that requests may be sent here.
func (s *Service) ready(c *call) error {
	if s.draining.Err() != nil {
		return newProblem(http.StatusServiceUnavailable, "the service is about to stop")
	}
	return c.encode(state{"ok", &s.version})
}

//go:embed openapi*.json
var documents embed.FS

// document answers with a file that describes the service.
func document(name string) func(*Service, *call) error {
	return func(_ *Service, c *call) error {
		text, err := documents.ReadFile(name)
		if err != nil {
			return err
		}
		return c.send(text)
	}
}
