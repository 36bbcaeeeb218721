package clickclass

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/iprange"
)

// AppendJSON appends the JSON form of r: one object without line breaks. Members are named
// as below and keep their types. What is not known is null; lists are never null.
//
// The members are those of the click (timestamp in UTC, account, action, workload, ip, url,
// original_url, site, threat, clicked_through, network_message_id, report_id, file, row),
// those of the verdict, priority, revision and nearby. Further columns of the click (more_ips,
// detection_methods, url_chain, app_name, app_version, source_id, feed) follow if the click
// has them. Bytes that are not UTF-8 become U+FFFD. A JSON Schema is in examples/triage/schema.json.
func (r *Result) AppendJSON(b []byte) []byte {
	k := &r.Click
	w := jsonWriter{b}
	w.raw(`{"timestamp":`)
	w.time(k.Timestamp)
	w.raw(`,`)
	w.verdictHead(&r.Verdict)
	w.raw(`,"account":`)
	w.text(k.AccountUpn)
	w.raw(`,"action":`)
	w.text(string(k.ActionType))
	w.raw(`,"workload":`)
	w.text(k.Workload)
	w.raw(`,"ip":`)
	w.addr(k.IPAddress)
	w.raw(`,"url":`)
	start := len(w.b)
	w.text(k.Url)
	end := len(w.b)
	original := k.OriginalURL()
	w.raw(`,"original_url":`)
	if original == k.Url { // mostly
		w.b = append(w.b, w.b[start:end]...)
	} else {
		w.text(original)
	}
	w.raw(`,"site":`)
	w.text(normal.Site(original))
	w.raw(`,"threat":`)
	w.text(k.ThreatTypes)
	w.raw(`,"clicked_through":`)
	w.bool(k.IsClickedThrough)
	w.raw(`,"network_message_id":`)
	w.text(k.NetworkMessageId)
	w.raw(`,"report_id":`)
	w.text(k.ReportId)
	w.raw(`,`)
	w.verdictTail(&r.Verdict)
	w.raw(`,"priority":`)
	w.int(int64(r.Priority()))
	w.raw(`,"revision":`)
	w.int(int64(r.Revision))
	w.nearby(&r.Nearby)
	w.raw(`,"file":`)
	w.text(k.File)
	w.raw(`,"row":`)
	w.int(k.Row)
	w.rareColumns(k)
	w.raw(`}`)
	return w.b
}

func (w *jsonWriter) nearby(n *Nearby) {
	w.raw(`,"nearby":{"message_urls":`)
	w.int(int64(n.MessageURLs))
	w.raw(`,"fan_accounts":`)
	w.int(int64(n.FanAccounts))
	w.raw(`,"address_accounts":`)
	w.int(int64(n.AddressAccounts))
	w.raw(`,"address_urls":`)
	w.int(int64(n.AddressURLs))
	w.raw(`}`)
}

// rareColumns appends columns that most rows lack.
func (w *jsonWriter) rareColumns(k *Click) {
	if len(k.MoreIPs) > 0 {
		w.raw(`,"more_ips":[`)
		for i, a := range k.MoreIPs {
			w.comma(i)
			w.addr(a)
		}
		w.raw(`]`)
	}
	w.column(`,"detection_methods":`, k.DetectionMethods)
	w.column(`,"url_chain":`, k.UrlChain)
	w.column(`,"app_name":`, k.AppName)
	w.column(`,"app_version":`, k.AppVersion)
	w.column(`,"source_id":`, k.SourceId)
	w.column(`,"feed":`, string(k.Feed))
}

// column appends a member unless it is empty.
func (w *jsonWriter) column(name, text string) {
	if text != "" {
		w.raw(name)
		w.text(text)
	}
}

// MarshalJSON returns what AppendJSON appends.
func (r Result) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// MarshalJSON returns one object with the members of [Result.AppendJSON] that belong to the
// verdict.
func (v Verdict) MarshalJSON() ([]byte, error) {
	var w jsonWriter
	w.raw(`{`)
	w.verdictHead(&v)
	w.raw(`,`)
	w.verdictTail(&v)
	w.raw(`}`)
	return w.b, nil
}

// verdictHead appends the members of a verdict that matter most.
func (w *jsonWriter) verdictHead(v *Verdict) {
	w.raw(`"class":`)
	w.word(v.Class.String())
	w.raw(`,"p_automated":`)
	w.float(v.P.Machine)
	w.raw(`,"p_owner":`)
	w.float(v.P.Owner)
	w.raw(`,"p_other":`)
	w.float(v.P.Other)
	w.raw(`,"p_range":[`)
	w.float(v.P.Low)
	w.raw(`,`)
	w.float(v.P.High)
	w.raw(`]`)
}

// verdictTail appends the rest.
func (w *jsonWriter) verdictTail(v *Verdict) {
	w.origin(&v.Origin)
	w.raw(`,"causes":[`)
	for i, c := range v.Causes {
		w.comma(i)
		w.text(string(c))
	}
	w.raw(`],"delay_seconds":`)
	if v.Clock == ClockNone {
		w.raw(`null`)
	} else {
		w.seconds(v.Delay)
	}
	w.raw(`,"delay_source":`)
	w.text(string(v.Clock))
	w.raw(`,"basis":`)
	w.word(v.Basis.String())
	w.raw(`,"reasons":[`)
	for i := range v.Reasons {
		w.comma(i)
		w.reason(&v.Reasons[i])
	}
	w.raw(`],"flags":`)
	w.words(uint32(v.Flags), flagWords)
	w.raw(`,"missing":`)
	w.words(uint32(v.Missing), evidenceWords)
	w.raw(`,"failed":`)
	w.words(uint32(v.Failed), evidenceWords)
	w.raw(`,"next":`)
	w.evidenceWord(v.Next)
	w.raw(`,"rules":`)
	w.text(v.Rules)
	w.raw(`,"lists":`)
	w.text(v.Lists)
}

// noOrigin is the JSON of an address that nothing is known of, as most are.
const noOrigin = `"origin":{"layer":"none","kind":"unknown","service":null,"area":null,"sets":[],"category":null,` +
	`"prefix":null,"tags":[],"region":null,"people":"possible","list":null,"asn":null,"organization":null}`

func (w *jsonWriter) origin(o *Origin) {
	if o.isZero() {
		w.raw(noOrigin)
		return
	}
	w.raw(`"origin":{"layer":`)
	w.word(o.Layer.String())
	w.raw(`,"kind":`)
	w.word(o.Kind.String())
	w.raw(`,"service":`)
	w.text(o.Service)
	w.raw(`,"area":`)
	w.text(o.Area)
	w.raw(`,"sets":[`)
	for i, set := range o.Sets {
		w.comma(i)
		w.int(int64(set))
	}
	w.raw(`],"category":`)
	w.text(o.Category)
	w.raw(`,"prefix":`)
	w.prefix(o.Prefix)
	w.raw(`,"tags":[`)
	for i, tag := range o.Tags {
		w.comma(i)
		w.text(tag)
	}
	w.raw(`],"region":`)
	w.text(o.Region)
	w.raw(`,"people":`)
	w.word(o.People.String())
	w.raw(`,"list":`)
	w.text(o.List)
	w.raw(`,"asn":`)
	if o.Network.ASN != 0 {
		w.int(int64(o.Network.ASN))
	} else {
		w.raw(`null`)
	}
	w.raw(`,"organization":`)
	w.text(o.Network.Organization)
	w.raw(`}`)
}

func (o *Origin) isZero() bool {
	return o.Layer == iprange.LayerNone && o.Kind == iprange.KindUnknown && o.People == iprange.PeoplePossible &&
		o.Service == "" && o.Area == "" && o.Category == "" && o.Region == "" && o.List == "" && !o.Prefix.IsValid() &&
		len(o.Sets) == 0 && len(o.Tags) == 0 && o.Network == (Network{})
}

func (w *jsonWriter) reason(r *Reason) {
	parts, ok := reasonParts()[r.Rule]
	if !ok {
		parts = newReasonParts(r.Rule, "", "")
	}
	w.raw(parts.head)
	w.float(r.Machine)
	w.raw(`,"other":`)
	w.float(r.Other)
	w.raw(`,"counted":`)
	w.bool(r.Counted)
	w.raw(`,"saw":`)
	w.saw(&r.Saw)
	w.raw(parts.tail)
}

// jsonParts are the parts of a reason's JSON that follow from its rule: two thirds of it.
type jsonParts struct{ head, tail string }

func newReasonParts(id, group, text string) jsonParts {
	var head, tail jsonWriter
	head.raw(`{"rule":`)
	head.text(id)
	head.raw(`,"group":`)
	head.text(group)
	head.raw(`,"machine":`)
	tail.raw(`,"text":`)
	tail.text(text)
	tail.raw(`}`)
	return jsonParts{string(head.b), string(tail.b)}
}

var reasonParts = sync.OnceValue(func() map[string]jsonParts {
	m := make(map[string]jsonParts, len(rules))
	for i := range rules {
		r := &rules[i]
		m[r.id] = newReasonParts(r.id, groupWords[r.group], r.text)
	}
	return m
})

// wireVerdict is the JSON form of a Verdict for reading.
type wireVerdict struct {
	Class   Class      `json:"class"`
	Machine float64    `json:"p_automated"`
	Owner   float64    `json:"p_owner"`
	Other   float64    `json:"p_other"`
	Range   [2]float64 `json:"p_range"`
	Origin  struct {
		Layer        iprange.Layer  `json:"layer"`
		Kind         iprange.Kind   `json:"kind"`
		Service      string         `json:"service"`
		Area         string         `json:"area"`
		Sets         []int          `json:"sets"`
		Category     string         `json:"category"`
		Prefix       netip.Prefix   `json:"prefix"`
		Tags         []string       `json:"tags"`
		Region       string         `json:"region"`
		People       iprange.People `json:"people"`
		List         string         `json:"list"`
		ASN          uint32         `json:"asn"`
		Organization string         `json:"organization"`
	} `json:"origin"`
	Causes  []Cause     `json:"causes"`
	Delay   json.Number `json:"delay_seconds"`
	Clock   Clock       `json:"delay_source"`
	Basis   Basis       `json:"basis"`
	Reasons []struct {
		Rule    string  `json:"rule"`
		Machine float64 `json:"machine"`
		Other   float64 `json:"other"`
		Counted bool    `json:"counted"`
		Saw     Saw     `json:"saw"`
	} `json:"reasons"`
	Flags   Flags    `json:"flags"`
	Missing Evidence `json:"missing"`
	Failed  Evidence `json:"failed"`
	Next    *string  `json:"next"`
	Rules   string   `json:"rules"`
	Lists   string   `json:"lists"`
}

func (w *wireVerdict) verdict() (Verdict, error) {
	o := &w.Origin
	v := Verdict{
		Class: w.Class, P: Probabilities{w.Machine, w.Owner, w.Other, w.Range[0], w.Range[1]},
		Origin: Origin{
			Layer: o.Layer, Kind: o.Kind, People: o.People, Service: o.Service, Area: o.Area, Category: o.Category,
			Region: o.Region, Prefix: o.Prefix, List: o.List, Sets: o.Sets, Tags: o.Tags,
			Network: Network{o.ASN, o.Organization},
		},
		Causes: w.Causes, Clock: w.Clock, Basis: w.Basis,
		Flags: w.Flags, Missing: w.Missing, Failed: w.Failed, Rules: w.Rules, Lists: w.Lists,
	}
	if w.Delay != "" {
		d, err := parseSeconds(string(w.Delay))
		if err != nil {
			return v, err
		}
		v.Delay = d
	}
	if w.Next != nil {
		i, err := unmarshalWord("next", evidenceWords, []byte(*w.Next))
		if err != nil {
			return v, err
		}
		v.Next = 1 << i
	}
	for i := range w.Reasons {
		r := &w.Reasons[i]
		v.Reasons = append(v.Reasons, Reason{r.Rule, r.Machine, r.Other, r.Counted, r.Saw})
	}
	return v.withoutEmpty(), nil
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are ignored. After an error
// the Verdict is unchanged.
func (v *Verdict) UnmarshalJSON(b []byte) error {
	var w wireVerdict
	err := json.Unmarshal(b, &w)
	if err != nil {
		return unmarshalError("verdict", err)
	}
	read, err := w.verdict()
	if err != nil {
		return unmarshalError("verdict", err)
	}
	*v = read
	return nil
}

// wireResult is the JSON form of a Result for reading.
type wireResult struct {
	wireVerdict
	Timestamp        *time.Time   `json:"timestamp"`
	Account          string       `json:"account"`
	Action           ActionType   `json:"action"`
	Workload         string       `json:"workload"`
	IP               netip.Addr   `json:"ip"`
	MoreIPs          []netip.Addr `json:"more_ips"`
	URL              string       `json:"url"`
	Threat           string       `json:"threat"`
	ClickedThrough   bool         `json:"clicked_through"`
	NetworkMessageID string       `json:"network_message_id"`
	ReportID         string       `json:"report_id"`
	DetectionMethods string       `json:"detection_methods"`
	URLChain         string       `json:"url_chain"`
	AppName          string       `json:"app_name"`
	AppVersion       string       `json:"app_version"`
	SourceID         string       `json:"source_id"`
	Feed             Feed         `json:"feed"`
	File             string       `json:"file"`
	Row              int64        `json:"row"`
	Revision         int          `json:"revision"`
	Nearby           struct {
		MessageURLs     int `json:"message_urls"`
		FanAccounts     int `json:"fan_accounts"`
		AddressAccounts int `json:"address_accounts"`
		AddressURLs     int `json:"address_urls"`
	} `json:"nearby"`
}

func (w *wireResult) click() Click {
	k := Click{
		Url: w.URL, ActionType: w.Action, AccountUpn: w.Account, Workload: w.Workload,
		NetworkMessageId: w.NetworkMessageID, ThreatTypes: w.Threat, DetectionMethods: w.DetectionMethods,
		IPAddress: w.IP, MoreIPs: w.MoreIPs, IsClickedThrough: w.ClickedThrough, UrlChain: w.URLChain,
		ReportId: w.ReportID, AppName: w.AppName, AppVersion: w.AppVersion, SourceId: w.SourceID,
		Feed: w.Feed, File: w.File, Row: w.Row,
	}
	if w.Timestamp != nil {
		k.Timestamp = w.Timestamp.UTC()
	}
	return k
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are ignored, and so are
// original_url, site and priority, which follow from the others. After an error the Result is unchanged.
func (r *Result) UnmarshalJSON(b []byte) error {
	var w wireResult
	err := json.Unmarshal(b, &w)
	if err != nil {
		return unmarshalError("result", err)
	}
	v, err := w.verdict()
	if err != nil {
		return unmarshalError("result", err)
	}
	*r = Result{Click: w.click(), Verdict: v, Revision: w.Revision, Nearby: Nearby(w.Nearby)}
	return nil
}

// unmarshalError passes on errors that hold nothing of the input, which may be a mail
// address or a token.
func unmarshalError(what string, err error) error {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	text := err.Error()
	switch {
	case strings.HasPrefix(text, "clickclass: "):
		return err
	case errors.As(err, &syntax), errors.As(err, &wrongType), strings.HasPrefix(text, "iprange: "):
		return fmt.Errorf("clickclass: unmarshal %s: %w", what, err)
	}
	return fmt.Errorf("clickclass: unmarshal %s: a time, address, prefix or number has the wrong form", what)
}
