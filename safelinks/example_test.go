package safelinks_test

import (
	"errors"
	"fmt"
	"os"
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
	// safelinks: parse GUID: not 32 hexadecimal digits: "3246927A…"
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

func ExampleFind() {
	text := []byte("See <" + link + "> and https://protect-eu.mimecast.com/s/AbCdEf.")
	for f := range safelinks.Find(text) {
		fmt.Println(f.Start, f.End, f.Chain.Original(), f.Err)
	}
	// Output:
	// 5 416 https://www.example.com/a?x=1&y=2 <nil>
	// 422 462 https://protect-eu.mimecast.com/s/AbCdEf safelinks: target is stored on the wrapper's server
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
