package safelinks_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// link is a made-up Safe Link, as they are written today.
const link = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2&data=05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7CTWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAiLCJQIjoiV2luMzIiLCJBTiI6Ik1haWwiLCJXVCI6Mn0%3D%7C0%7C%7C%7C&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"

func ExampleOriginal() {
	url, unwrapped := safelinks.Original(link)
	fmt.Println(url, unwrapped)
	url, unwrapped = safelinks.Original("https://www.example.com/b")
	fmt.Println(url, unwrapped)
	// Output:
	// https://www.example.com/a?x=1&y=2 true
	// https://www.example.com/b false
}

func ExampleUnwrap() {
	c, err := safelinks.Unwrap("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2Fwww.example.com%2Fa*b__%3BIw!!id!token%24&data=x&reserved=0")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range c.Layers {
		fmt.Println(l.Kind, l.URL)
	}
	fmt.Println(c.Original())
	fmt.Println(c.Flags)
	// Output:
	// safelinks https://urldefense.com/v3/__https:/www.example.com/a*b__;Iw!!id!token$
	// proofpoint-v3 https://www.example.com/a#b
	// https://www.example.com/a#b
	// edited,mangled
}

func ExampleUnwrap_fields() {
	c, err := safelinks.Unwrap(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	k := c.Layers[0].Link
	fmt.Println(k.Region, k.Cloud)
	fmt.Println("to", k.Recipient)
	fmt.Println("in message", k.MessageID, "of", k.Received)
	fmt.Println("written", k.Written.Sub(k.Received).Round(time.Millisecond), "later")
	// Output:
	// eur01 commercial
	// to adele.vance@contoso.com
	// in message 3246927a-20c5-43a9-d37b-08dc713331d6 of 2024-05-10 20:53:07.314688 +0000 UTC
	// written 3.293s later
}

func ExampleUnwrap_errors() {
	for _, raw := range []string{
		"https://www.example.com/",
		"https://eur01.safelinks.protection.outlook.com.example.com/?url=https%3A%2F%2Fwww.example.com%2F",
		"https://eur01.safelinks.protection.outlook.com/GetUrlReputation",
		"https://protect-eu.mimecast.com/s/AbCdEf?domain=www.example.com",
	} {
		c, err := safelinks.Unwrap(raw)
		fmt.Println(errors.Is(err, safelinks.ErrNotWrapped), err)
		for _, l := range c.Layers {
			fmt.Println(l.Kind, l.HostHint)
		}
	}
	// Output:
	// true safelinks: not a wrapped link
	// true safelinks: host imitates a Safe Links host: "eur01.safelinks.protection.outlook.com.example.com"
	// true safelinks: no usable target: "eur01.safelinks.protection.outlook.com"
	// false safelinks: target is stored on the wrapper's server
	// mimecast www.example.com
}

func ExampleIsSafeLink() {
	fmt.Println(safelinks.IsSafeLink(link))
	fmt.Println(safelinks.IsSafeLink("https://www.example.com/?url=https%3A%2F%2Fwww.example.com%2F"))
	// Output:
	// true
	// false
}

func ExampleMessageTime() {
	// The Network-Message-Id and the ReportId of one row of UrlClickEvents.
	received, _ := safelinks.MessageTime("53913957-0000-4000-8000-08dee5b715c8")
	clicked, _ := safelinks.MessageTime("e2cf1de7-0000-4000-8000-08dee5b77665")
	fmt.Println(received.Format(time.DateTime), "then", clicked.Sub(received).Round(time.Second), "later")
	_, ok := safelinks.MessageTime("f47ac10b-58cc-4372-a567-0e02b2c3d479")
	fmt.Println("a random GUID:", ok)
	// Output:
	// 2026-07-19 16:59:24 then 2m42s later
	// a random GUID: false
}

func ExampleParseGUID() {
	g, err := safelinks.ParseGUID("3246927A20C543A9D37B08DC713331D6")
	fmt.Println(g, err)
	_, err = safelinks.ParseGUID("3246927A-20C5")
	fmt.Println(err)
	// Output:
	// 3246927a-20c5-43a9-d37b-08dc713331d6 <nil>
	// safelinks: parse GUID: not 32 hexadecimal digits: text of 13 bytes
}

func ExampleGUID() {
	// The id of a message is its Network-Message-Id. The zero GUID means none.
	var row struct {
		NetworkMessageId safelinks.GUID
		ReportId         safelinks.GUID
	}
	err := json.Unmarshal([]byte(`{"NetworkMessageId": "3246927A-20C5-43A9-D37B-08DC713331D6", "ReportId": ""}`), &row)
	fmt.Println(row.NetworkMessageId, row.ReportId.IsZero(), err)
	// Output: 3246927a-20c5-43a9-d37b-08dc713331d6 true <nil>
}

func ExampleKinds() {
	kinds := safelinks.Kinds()
	fmt.Println(len(kinds), kinds[:4])
	fmt.Println(slices.Contains(kinds, "mimecast"))
	// Output:
	// 69 [safelinks teams proofpoint-v1 proofpoint-v2]
	// true
}

func ExampleFlags() {
	c, err := safelinks.Unwrap("hxxps://eur01[.]safelinks[.]protection[.]outlook[.]com:443/?url=www.example.com%2Faccess")
	fmt.Println(c.Original(), err)
	fmt.Println(c.Flags)
	fmt.Println(c.Flags.Has(safelinks.FlagNoScheme | safelinks.FlagCut))
	// Output:
	// www.example.com/access <nil>
	// perhaps_cut,edited,no_scheme,mangled
	// true
}

func ExampleChain_Redact() {
	c, err := safelinks.Unwrap(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	k := c.Redact().Layers[0].Link
	fmt.Println(k.Recipient, k.Received.Year())
	// Output: redacted 2024
}

func ExampleChain_String() {
	c, err := safelinks.Unwrap(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Printing and logging redact.
	fmt.Println(c)
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("clicked", "link", c.Layers[0].Link)
	// Output:
	// https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2&data=redacted&sdata=redacted&reserved=0 -> https://www.example.com/a?x=1&y=2
	// level=INFO msg=clicked link.form=mail link.cloud=commercial link.region=eur01 link.version=05 link.recipient=redacted link.received=2024-05-10T20:53:07.3146880Z link.written=2024-05-10T20:53:10.6077334Z
}

func ExampleChain_MarshalJSON() {
	c, err := safelinks.Unwrap("https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=01%7C01%7C%7C3246927a20c543a9d37b08dc713331d6&sdata=x&reserved=0")
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := json.MarshalIndent(c.Layers[0], "", " ")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(b))
	var stored safelinks.Chain
	b, _ = json.Marshal(c)
	err = json.Unmarshal(b, &stored)
	fmt.Println(reflect.DeepEqual(stored, c), err)
	// Output:
	// {
	//  "kind": "safelinks",
	//  "url": "https://www.example.com/",
	//  "flags": [
	//   "perhaps_cut",
	//   "edited"
	//  ],
	//  "form": "mail",
	//  "region": "nam11",
	//  "cloud": "commercial",
	//  "field_count": 4,
	//  "version": "01",
	//  "mail_type": "01",
	//  "recipient": "",
	//  "message_guid": "3246927a-20c5-43a9-d37b-08dc713331d6",
	//  "is_network_message_id": true,
	//  "message_time_utc": "2024-05-10T20:53:07.3146880Z",
	//  "sdata_bytes": null,
	//  "reserved": "0"
	// }
	// true <nil>
}

func ExampleFind() {
	text := []byte("See <" + link + "> and https://protect-eu.mimecast.com/s/AbCdEf.")
	for f := range safelinks.Find(text) {
		fmt.Println(f.Start, f.End, f.Chain.Original(), f.Err)
	}
	// Output:
	// 5 416 https://www.example.com/a?x=1&y=2 <nil>
	// 422 462 https://protect-eu.mimecast.com/s/AbCdEf safelinks: target is stored on the wrapper's server
}

// Mail programs break long links into lines. Find puts them together.
func ExampleFind_broken() {
	text := "> See " + link[:70] + "\n> " + link[70:140] + "\n> " + link[140:] + " for it.\n"
	for f := range safelinks.Find([]byte(text)) {
		fmt.Println(f.Chain.Original(), f.Chain.Flags)
	}
	// Output: https://www.example.com/a?x=1&y=2 mangled
}

func ExampleRewrite() {
	text := "Read <" + link + ">.\n"
	if err := safelinks.Rewrite(os.Stdout, strings.NewReader(text), safelinks.RewriteOptions{}); err != nil {
		fmt.Println(err)
	}
	// Output: Read <https://www.example.com/a?x=1&y=2>.
}

func ExampleRewrite_html() {
	html := `<p>Read <a href="` + strings.ReplaceAll(link, "&", "&amp;") + `">this</a>.</p>` + "\n"
	err := safelinks.Rewrite(os.Stdout, strings.NewReader(html), safelinks.RewriteOptions{Format: safelinks.FormatHTML})
	if err != nil {
		fmt.Println(err)
	}
	// Output: <p>Read <a href="https://www.example.com/a?x=1&amp;y=2">this</a>.</p>
}

// An .eml file, with a part in quoted-printable and one in base64.
func ExampleRewrite_mail() {
	part := base64.StdEncoding.EncodeToString([]byte("Read " + link + "\n"))
	eml := "From: Megan Bowen <megan.bowen@contoso.com>\n" +
		"Message-ID: <1@contoso.com>\n" +
		"MIME-Version: 1.0\n" +
		"Content-Type: multipart/alternative; boundary=b\n\n" +
		"--b\n" +
		"Content-Type: text/plain; charset=utf-8\n" +
		"Content-Transfer-Encoding: quoted-printable\n\n" +
		"Read " + strings.ReplaceAll(strings.ReplaceAll(link, "=", "=3D"), "%7C", "%7=\nC") + "\n" +
		"--b\n" +
		"Content-Type: text/plain; charset=utf-8\n" +
		"Content-Transfer-Encoding: base64\n\n" +
		part + "\n" +
		"--b--\n"
	err := safelinks.Rewrite(os.Stdout, strings.NewReader(eml), safelinks.RewriteOptions{
		Format: safelinks.FormatMail,
		Report: func(f safelinks.Found) { fmt.Fprintln(os.Stderr, f.Chain) }, // redacted
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// From: Megan Bowen <megan.bowen@contoso.com>
	// Message-ID: <1@contoso.com>
	// MIME-Version: 1.0
	// Content-Type: multipart/alternative; boundary=b
	//
	// --b
	// Content-Type: text/plain; charset=utf-8
	// Content-Transfer-Encoding: quoted-printable
	//
	// Read https://www.example.com/a?x=3D1&y=3D2
	// --b
	// Content-Type: text/plain; charset=utf-8
	// Content-Transfer-Encoding: base64
	//
	// UmVhZCBodHRwczovL3d3dy5leGFtcGxlLmNvbS9hP3g9MSZ5PTIK
	// --b--
}

func ExampleRewrite_quoted() {
	body := "https://eur01.safelinks.protection.outlook.com/?url=3Dhttps%3A%2=\nF%2Fwww.example.com%2F&reserved=3D0\n"
	err := safelinks.Rewrite(os.Stdout, strings.NewReader(body), safelinks.RewriteOptions{Format: safelinks.FormatQuoted})
	if err != nil {
		fmt.Println(err)
	}
	// Output: https://www.example.com/
}

func ExampleRewrite_redact() {
	text := "Read " + link + " and https://protect-eu.mimecast.com/s/AbCdEf.\n"
	err := safelinks.Rewrite(os.Stdout, strings.NewReader(text), safelinks.RewriteOptions{Format: safelinks.FormatPlain, Redact: true})
	if err != nil {
		fmt.Println(err)
	}
	// Output: Read https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2&data=redacted&sdata=redacted&reserved=0 and https://protect-eu.mimecast.com/s/redacted.
}

func ExampleRewrite_report() {
	text := "> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n> s.example.com%2F&data=05%7C02\n"
	err := safelinks.Rewrite(os.Stdout, strings.NewReader(text), safelinks.RewriteOptions{
		Report: func(f safelinks.Found) { fmt.Println("at", f.Start, "cut:", f.Cut) },
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// at 2 cut: true
	// > https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist
	// > s.example.com%2F&data=05%7C02
}

func ExampleRedact() {
	fmt.Println(safelinks.Redact(link))
	fmt.Println(safelinks.Redact("https://www.example.com/?token=abc&mail=adele.vance@contoso.com&page=2"))
	// Output:
	// https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2&data=redacted&sdata=redacted&reserved=0
	// https://www.example.com/?token=redacted&mail=redacted&page=2
}
