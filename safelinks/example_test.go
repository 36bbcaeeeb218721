package safelinks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// link is a made-up Safe Link, as they are written today.
const link = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2&data=05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7CTWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAiLCJQIjoiV2luMzIiLCJBTiI6Ik1haWwiLCJXVCI6Mn0%3D%7C0%7C%7C%7C&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"

func ExampleDecode() {
	l, err := safelinks.Decode(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.Original)
	fmt.Println(l.Region, l.Cloud)
	fmt.Println("to", l.Data.Recipient)
	fmt.Println("in message", l.Data.MessageGUID, "of", l.Data.MessageTime)
	fmt.Println("written", l.Data.RewriteTime.Sub(l.Data.MessageTime).Round(time.Millisecond), "later")
	// Output:
	// https://www.example.com/a?x=1&y=2
	// eur01 commercial
	// to adele.vance@contoso.com
	// in message 3246927a-20c5-43a9-d37b-08dc713331d6 of 2024-05-10 20:53:07.314688 +0000 UTC
	// written 3.293s later
}

func ExampleDecode_errors() {
	for _, raw := range []string{
		"https://www.example.com/",
		"https://eur01.safelinks.protection.outlook.com.example.com/?url=https%3A%2F%2Fwww.example.com%2F",
		"https://eur01.safelinks.protection.outlook.com/GetUrlReputation",
	} {
		_, err := safelinks.Decode(raw)
		fmt.Println(errors.Is(err, safelinks.ErrNotSafeLink), err)
	}
	// Output:
	// true safelinks: not a Safe Link
	// true safelinks: decode: host imitates a Safe Links host "eur01.safelinks.protection.outlook.com.example.com"
	// true safelinks: decode: no usable target in the link of "eur01.safelinks.protection.outlook.com"
}

func ExampleDecode_flags() {
	l, err := safelinks.Decode("hxxps://eur01[.]safelinks[.]protection[.]outlook[.]com/?url=https%3A%2F%2Fwww.example.com%2F")
	fmt.Println(l.Original, l.Flags, err)
	// Output: https://www.example.com/ perhaps_cut,defanged <nil>
}

func ExampleAppendOriginal() {
	buf := make([]byte, 0, 1024)
	buf, err := safelinks.AppendOriginal(buf, link)
	fmt.Printf("%s %v\n", buf, err)
	// Output: https://www.example.com/a?x=1&y=2 <nil>
}

func ExampleIsSafeLink() {
	fmt.Println(safelinks.IsSafeLink(link))
	fmt.Println(safelinks.IsSafeLink("https://www.example.com/?url=https%3A%2F%2Fwww.example.com%2F"))
	// Output:
	// true
	// false
}

func ExampleMayBeWrapped() {
	fmt.Println(safelinks.MayBeWrapped("https://www.example.com/a?b=c"))
	fmt.Println(safelinks.MayBeWrapped(link))
	// Output:
	// false
	// true
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
	g, ok := safelinks.ParseGUID("3246927A20C543A9D37B08DC713331D6")
	fmt.Println(g, ok)
	// Output: 3246927a-20c5-43a9-d37b-08dc713331d6 true
}

func ExampleGUID_Time() {
	l, err := safelinks.Decode(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	from, ok := l.Data.MessageGUID.Time()
	fmt.Println(ok, from.Format(time.StampMicro), "to", from.Add(safelinks.MessageTimeBucket).Format(time.StampMicro))
	// Output: true May 10 20:53:07.314688 to May 10 20:53:07.321241
}

func ExampleFlags_Names() {
	l, err := safelinks.Decode("https://eur01.safelinks.protection.outlook.com:443/?url=www.example.com%2Faccess&data=redacted&reserved=0")
	fmt.Println(l.Flags.Names(), l.Flags.Has(safelinks.NoScheme), err)
	// Output: [unreadable_data no_scheme port] true <nil>
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
	// unreadable_data,slash_repaired
}

func ExampleUnwrap_opaque() {
	c, err := safelinks.Unwrap("https://protect-eu.mimecast.com/s/AbCdEf?domain=www.example.com")
	fmt.Println(errors.Is(err, safelinks.ErrOpaque), c.Layers[0].Kind, c.Layers[0].HostHint)
	// Output: true mimecast www.example.com
}

func ExampleChain_Redact() {
	c, err := safelinks.Unwrap(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	l := c.Redact().Layers[0]
	fmt.Println(l.Link.Data.Recipient, l.Link.Data.MessageTime.Year())
	// Output: redacted 2024
}

func ExampleLayer_MarshalJSON() {
	c, err := safelinks.Unwrap("https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=01%7C01%7C%7C3246927a20c543a9d37b08dc713331d6&sdata=x&reserved=0")
	if err != nil {
		fmt.Println(err)
		return
	}
	b, _ := json.MarshalIndent(c.Layers[0], "", " ")
	fmt.Println(string(b))
	// Output:
	// {
	//  "kind": "safelinks",
	//  "url": "https://www.example.com/",
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
}

func ExampleFind() {
	text := []byte("See <" + link + "> and https://protect-eu.mimecast.com/s/AbCdEf.")
	for f := range safelinks.Find(text) {
		fmt.Println(f.Start, f.End, f.Original(), f.Err)
	}
	// Output:
	// 5 416 https://www.example.com/a?x=1&y=2 <nil>
	// 422 462 https://protect-eu.mimecast.com/s/AbCdEf safelinks: the wrapper keeps its target on the server
}

func ExampleUnquote() {
	body := []byte("https://eur01.safelinks.protection.outlook.com/?url=3Dhttps%3A%2=\nF%2Fwww.example.com%2F&reserved=3D0")
	for f := range safelinks.Find(safelinks.Unquote(body)) {
		fmt.Println(f.Original())
	}
	// Output: https://www.example.com/
}

func ExampleRewrite() {
	html := `<p>Read <a href="` + strings.ReplaceAll(link, "&", "&amp;") + `">this</a>.</p>` + "\n"
	if err := safelinks.Rewrite(os.Stdout, strings.NewReader(html), safelinks.RewriteOptions{}); err != nil {
		fmt.Println(err)
	}
	// Output: <p>Read <a href="https://www.example.com/a?x=1&amp;y=2">this</a>.</p>
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

func ExampleRefang() {
	fmt.Println(safelinks.Refang("hxxps[://]www[.]example[dot]com/a"))
	// Output: https://www.example.com/a
}
