package clickclass

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/iprange"
)

// AppendJSON appends the JSON form of r: one object without line breaks. Members are named
// as below and keep their types. What is not known is null; lists are never null.
//
// The members are those of the click (timestamp in UTC, account, action, workload, ip, url,
// original_url, site, threat, clicked_through, network_message_id, report_id, file, row),
// those of the verdict, revision and nearby. Further columns of the click (more_ips,
// detection_methods, url_chain, app_name, app_version, source_id, feed) follow if the click
// has them. Bytes that are not UTF-8 become U+FFFD.
func (r *Result) AppendJSON(b []byte) []byte {
	k := &r.Click
	w := jsonWriter{b}
	w.open()
	w.name("timestamp").time(k.Timestamp)
	w.verdictHead(&r.Verdict)
	w.name("account").text(k.AccountUpn)
	w.name("action").text(string(k.ActionType))
	w.name("workload").text(k.Workload)
	w.name("ip").addr(k.IPAddress)
	w.name("url").text(k.Url)
	original := k.OriginalURL()
	w.name("original_url").text(original)
	w.name("site").text(normal.Site(original))
	w.name("threat").text(k.ThreatTypes)
	w.name("clicked_through").bool(k.IsClickedThrough)
	w.name("network_message_id").text(k.NetworkMessageId)
	w.name("report_id").text(k.ReportId)
	w.verdictTail(&r.Verdict)
	w.name("revision").int(int64(r.Revision))
	n := &r.Nearby
	w.name("nearby").open()
	w.name("message_urls").int(int64(n.MessageURLs))
	w.name("fan_accounts").int(int64(n.FanAccounts))
	w.name("address_accounts").int(int64(n.AddressAccounts))
	w.name("address_urls").int(int64(n.AddressURLs))
	w.close()
	w.name("file").text(k.File)
	w.name("row").int(k.Row)
	w.rareColumns(k)
	w.close()
	return w.b
}

func (w *jsonWriter) rareColumns(k *Click) {
	if len(k.MoreIPs) > 0 {
		w.name("more_ips").list()
		for _, a := range k.MoreIPs {
			w.item().addr(a)
		}
		w.endList()
	}
	for _, column := range [...]struct{ name, text string }{
		{"detection_methods", k.DetectionMethods}, {"url_chain", k.UrlChain}, {"app_name", k.AppName},
		{"app_version", k.AppVersion}, {"source_id", k.SourceId}, {"feed", string(k.Feed)},
	} {
		if column.text != "" {
			w.name(column.name).text(column.text)
		}
	}
}

// MarshalJSON returns what AppendJSON appends.
func (r Result) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// MarshalJSON returns one object with the members of [Result.AppendJSON] that belong to the
// verdict.
func (v Verdict) MarshalJSON() ([]byte, error) {
	var w jsonWriter
	w.open()
	w.verdictHead(&v)
	w.verdictTail(&v)
	w.close()
	return w.b, nil
}

func (w *jsonWriter) verdictHead(v *Verdict) {
	w.name("class").word(v.Class.String())
	w.name("p_automated").float(v.P.Machine)
	w.name("p_owner").float(v.P.Owner)
	w.name("p_other").float(v.P.Other)
	w.name("p_range").list()
	w.item().float(v.P.Low)
	w.item().float(v.P.High)
	w.endList()
}

func (w *jsonWriter) verdictTail(v *Verdict) {
	w.name("origin").origin(&v.Origin)
	w.name("causes").list()
	for _, c := range v.Causes {
		w.item().text(string(c))
	}
	w.endList()
	if w.name("delay_seconds"); v.Clock == ClockNone {
		w.null()
	} else {
		w.seconds(v.Delay)
	}
	w.name("delay_source").text(string(v.Clock))
	w.name("basis").word(v.Basis.String())
	w.name("reasons").list()
	for i := range v.Reasons {
		w.item().reason(&v.Reasons[i])
	}
	w.endList()
	w.name("flags").words(uint32(v.Flags), flagWords)
	w.name("missing").words(uint32(v.Missing), evidenceWords)
	w.name("failed").words(uint32(v.Failed), evidenceWords)
	w.name("next").text(v.Next.String())
	w.name("rules").text(v.Rules)
	w.name("lists").text(v.Lists)
}

func (w *jsonWriter) origin(o *Origin) {
	w.open()
	w.name("layer").word(o.Layer.String())
	w.name("kind").word(o.Kind.String())
	w.name("service").text(o.Service)
	w.name("area").text(o.Area)
	w.name("sets").list()
	for _, set := range o.Sets {
		w.item().int(int64(set))
	}
	w.endList()
	w.name("category").text(o.Category)
	if w.name("prefix"); o.Prefix.IsValid() {
		w.prefix(o.Prefix)
	} else {
		w.null()
	}
	w.name("tags").list()
	for _, tag := range o.Tags {
		w.item().text(tag)
	}
	w.endList()
	w.name("region").text(o.Region)
	w.name("people").word(o.People.String())
	w.name("list").text(o.List)
	if w.name("asn"); o.Network.ASN != 0 {
		w.int(int64(o.Network.ASN))
	} else {
		w.null()
	}
	w.name("organization").text(o.Network.Organization)
	w.close()
}

func (w *jsonWriter) reason(r *Reason) {
	w.open()
	w.name("rule").text(r.Rule)
	var group, text string
	if i, ok := findRule(r.Rule); ok {
		group, text = groupWords[rules[i].group], rules[i].text
	}
	w.name("group").text(group)
	w.name("machine").float(r.Machine)
	w.name("other").float(r.Other)
	w.name("counted").bool(r.Counted)
	w.name("saw").text(r.Saw.String())
	w.name("text").text(text)
	w.close()
}

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

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are ignored.
func (v *Verdict) UnmarshalJSON(b []byte) error {
	var w wireVerdict
	err := json.Unmarshal(b, &w)
	if err == nil {
		*v, err = w.verdict()
	}
	return unmarshalError("verdict", err)
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are ignored, and so are
// original_url and site, which follow from url.
func (r *Result) UnmarshalJSON(b []byte) error {
	var w struct {
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
	err := json.Unmarshal(b, &w)
	if err == nil {
		r.Verdict, err = w.verdict()
	}
	if err != nil {
		return unmarshalError("result", err)
	}
	r.Click = Click{
		Url: w.URL, ActionType: w.Action, AccountUpn: w.Account, Workload: w.Workload,
		NetworkMessageId: w.NetworkMessageID, ThreatTypes: w.Threat, DetectionMethods: w.DetectionMethods,
		IPAddress: w.IP, MoreIPs: w.MoreIPs, IsClickedThrough: w.ClickedThrough, UrlChain: w.URLChain,
		ReportId: w.ReportID, AppName: w.AppName, AppVersion: w.AppVersion, SourceId: w.SourceID,
		Feed: w.Feed, File: w.File, Row: w.Row,
	}
	if w.Timestamp != nil {
		r.Click.Timestamp = w.Timestamp.UTC()
	}
	r.Revision, r.Nearby = w.Revision, Nearby(w.Nearby)
	return nil
}

func unmarshalError(what string, err error) error {
	if err == nil || strings.HasPrefix(err.Error(), "clickclass: ") {
		return err
	}
	return fmt.Errorf("clickclass: unmarshal %s: %w", what, err)
}
