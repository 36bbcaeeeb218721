package safelinks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The times of the JSON form have all digits that the link has.
const (
	ticksLayout  = "2006-01-02T15:04:05.0000000Z"
	millisLayout = "2006-01-02T15:04:05.000Z"
)

// timeJSON returns a time in UTC, and "" for the zero time.
func timeJSON(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// chainJSON is the JSON form of a Chain.
type chainJSON struct {
	Input    string   `json:"input"`
	Original *string  `json:"original"` // null if no layer was decoded
	Layers   []Layer  `json:"layers"`
	Flags    []string `json:"flags"`
}

// MarshalJSON writes the members input, original (null if no layer was decoded),
// layers and flags.
func (c Chain) MarshalJSON() ([]byte, error) {
	j := chainJSON{Input: c.Input, Layers: c.Layers, Flags: c.Flags.names()}
	if i := slices.IndexFunc(c.Layers, func(l Layer) bool { return l.URL != "" }); i >= 0 {
		original := c.Original()
		j.Original = &original
	}
	if j.Layers == nil {
		j.Layers = []Layer{}
	}
	if j.Flags == nil {
		j.Flags = []string{}
	}
	return marshalJSON(j)
}

// UnmarshalJSON reads what MarshalJSON writes. It ignores other members.
func (c *Chain) UnmarshalJSON(b []byte) error {
	var j chainJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("safelinks: read chain: %w", err)
	}
	flags, err := parseFlags(j.Flags)
	if err != nil {
		return err
	}
	if len(j.Layers) == 0 {
		j.Layers = nil
	}
	*c = Chain{Input: j.Input, Layers: j.Layers, Flags: flags}
	return nil
}

// marshalJSON is json.Marshal without the escapes for HTML.
func marshalJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// MarshalJSON writes one object: kind, url, host_hint and flags, and beside them the
// members of Link (see [Link.MarshalJSON]), or Time as sent_time, rewrite_time,
// record_time or click_time by its Clock, and those of Vendor. Empty members are left
// out.
func (l Layer) MarshalJSON() ([]byte, error) {
	var o object
	o.add("kind", l.Kind)
	o.text("url", l.URL)
	o.text("host_hint", l.HostHint)
	if l.Flags != 0 {
		o.add("flags", l.Flags.names())
	}
	if l.Link != nil {
		l.Link.addTo(&o)
	}
	if !l.Time.IsZero() {
		o.add(l.Clock+"_time", clockJSON(l.Time))
	}
	o.rest(l.Vendor)
	return o.end()
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *Layer) UnmarshalJSON(b []byte) error {
	m, err := readMembers("layer", b)
	if err != nil {
		return err
	}
	var read Layer
	var flags []string
	m.take("kind", &read.Kind)
	m.take("url", &read.URL)
	m.take("host_hint", &read.HostHint)
	m.take("flags", &flags)
	if _, ok := m.all["form"]; ok {
		read.Link = new(Link)
		read.Link.takeFrom(m)
	} else {
		for _, clock := range clocks {
			if _, ok := m.all[clock+"_time"]; ok {
				m.take(clock+"_time", &read.Time)
				read.Clock = clock
			}
		}
		read.Vendor = m.rest()
	}
	if m.err == nil {
		read.Flags, m.err = parseFlags(flags)
	}
	if m.err == nil {
		*l = read
	}
	return m.err
}
