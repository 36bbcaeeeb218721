package safelinks

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	mailHost = "https://eur01.safelinks.protection.outlook.com/"
	// The fields of a made-up link of every layout. The ids are the worked
	// example of the documentation: a message of 2024-05-10T20:53:07.3146880Z
	// and a link written 3.3 seconds later.
	fields01 = "01%7C01%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C1"
	fields02 = "02%7C01%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C1%7C638509711906077334"
	mailflow = "TWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAiLCJQIjoiV2luMzIiLCJBTiI6Ik1haWwiLCJXVCI6Mn0%3D"
	fields03 = "03%7C01%7C%7C3246927a20c543a9d37b08dc713331d6%7C84df9e7fe9f640afb435aaaaaaaaaaaa%7C1%7C0%7C638509711906077334%7CGood%7C" + mailflow
	fields04 = "04%7C01%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7C" + mailflow + "%7C1000"
	fields05 = "05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7C" + mailflow + "%7C0%7C%7C%7C"
	// wacPayload is "WAC|{"V":"0.0.0000","P":"","AN":"","WT":4}" in base64.
	wacPayload = "V0FDfHsiViI6IjAuMC4wMDAwIiwiUCI6IiIsIkFOIjoiIiwiV1QiOjR9"
	signature  = "&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"
)

func TestDecodeTarget(t *testing.T) {
	const data = "&data=" + fields05 + signature
	const page = "https%3A%2F%2Fwww.example.com%2F"
	for _, c := range []struct {
		name, link, want string
		flags            Flags
	}{
		{"plain", mailHost + "?url=" + page + data, "https://www.example.com/", 0},
		{"no slash before the query", strings.TrimSuffix(mailHost, "/") + "?url=" + page + data, "https://www.example.com/", 0},
		{"http wrapper", "http" + strings.TrimPrefix(mailHost, "https") + "?url=" + page + data, "https://www.example.com/", 0},
		{"no scheme", strings.TrimPrefix(mailHost, "https://") + "?url=" + page + data, "https://www.example.com/", 0},
		{"upper case", "HTTPS://EUR01.SAFELINKS.PROTECTION.OUTLOOK.COM/?URL=" + page + data, "https://www.example.com/", 0},
		{"root dot", "https://eur01.safelinks.protection.outlook.com./?url=" + page + data, "https://www.example.com/", 0},
		{"port", "https://eur01.safelinks.protection.outlook.com:443/?url=" + page + data, "https://www.example.com/", OddPort},
		{"apex", "https://safelinks.protection.outlook.com/?url=" + page + data, "https://www.example.com/", UnknownRegion},
		{"unknown region", "https://new.region9.safelinks.protection.outlook.com/?url=" + page + data, "https://www.example.com/", UnknownRegion},
		{"China", "https://chn01.safelinks.protection.partner.outlook.cn/?url=" + page + data, "https://www.example.com/", UnprovenHost},
		{"unknown path", mailHost + "x/y?url=" + page + data, "https://www.example.com/", UnknownPath},
		{"brackets around", " <" + mailHost + "?url=" + page + data + "> ", "https://www.example.com/", 0},
		{"quotes and an invisible blank around", "\ufeff“" + mailHost + "?url=" + page + data + "”\u200b", "https://www.example.com/", 0},
		{"original glued behind", mailHost + "?url=" + page + data + "<https://www.example.com/>", "https://www.example.com/", 0},
		{"trailing punctuation", mailHost + "?url=" + page + data + ").", "https://www.example.com/", 0},
		{"url last", mailHost + "?data=" + fields05 + signature + "&url=" + page, "https://www.example.com/", 0},
		{"url in the middle", mailHost + "?data=" + fields05 + "&url=" + page + signature, "https://www.example.com/", 0},
		{"url twice", mailHost + "?url=" + page + "&url=https%3A%2F%2Fb.example%2F" + data, "https://www.example.com/", Repeated},
		{"nothing behind", mailHost + "?url=" + page, "https://www.example.com/", Cut},
		{"outer fragment", mailHost + "?url=" + page + "#top", "https://www.example.com/", Cut},
		{"outer fragment behind the rest", mailHost + "?url=" + page + data + "#top", "https://www.example.com/", 0},
		{"fragment of the target", mailHost + "?url=" + page + "%23top" + data, "https://www.example.com/#top", 0},
		{"plus", mailHost + "?url=" + page + "a+b%2Bc" + data, "https://www.example.com/a+b+c", 0},
		{"one decode only", mailHost + "?url=" + page + "%2540%2580%252F" + data, "https://www.example.com/%40%80%2F", 0},
		{"space of the target", mailHost + "?url=" + page + "a%2520b" + data, "https://www.example.com/a%20b", 0},
		{"letters encoded once", mailHost + "?url=" + page + "%E2%80%93" + data, "https://www.example.com/–", 0},
		{"bytes that are no UTF-8", mailHost + "?url=" + page + "%E9" + data, "https://www.example.com/%E9", 0},
		{"line feed", mailHost + "?url=" + page + "%0A%1b" + data, "https://www.example.com/%0A%1B", 0},
		{"bad escape", mailHost + "?url=" + page + "100%25%zz" + data, "https://www.example.com/100%%zz", BadEscape},
		{"bad escape elsewhere", mailHost + "?url=" + page + "&data=%2x&reserved=0", "https://www.example.com/", UnreadableData},
		{"lower-case escapes", mailHost + "?url=https:%2f%2fwww.example.com%2f" + data, "https://www.example.com/", 0},
		{"HTML-escaped", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", "&amp;"), "https://www.example.com/", Escaped},
		{"HTML-escaped twice", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", "&amp;amp;"), "https://www.example.com/", Escaped},
		{"numeric entity", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", "&#x26;"), "https://www.example.com/", Escaped},
		{"an entity of the target", mailHost + "?url=" + page + "%3Fa%26amp%3Bb" + data, "https://www.example.com/?a&amp;b", 0},
		{"Markdown", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", `\&`), "https://www.example.com/", Backslashes},
		{"JSON", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", `\u0026`), "https://www.example.com/", Backslashes},
		{"encoded twice", mailHost + "?url=" + escapeParam(page) + "&data=" + strings.ReplaceAll(fields05, "%", "%25") + "&reserved=0", "https://www.example.com/", DoubleEncoded},
		{"slashes encoded twice", mailHost + "?url=https:%252F%252Fwww.example.com%252F" + data, "https://www.example.com/", DoubleEncoded},
		{"encoded four times", mailHost + "?url=https%2525253A%2525252F%2525252Fwww.example.com&reserved=0", "https://www.example.com", DoubleEncoded},
		{"encoded as a whole", escapeParam(mailHost + "?url=" + page + data), "https://www.example.com/", DoubleEncoded},
		{"decoded by a tool and HTML-escaped", mailHost + "?url=https://www.example.com/?a=1&amp;b=2&amp;data=05|x&amp;reserved=0", "https://www.example.com/?a=1&b=2", Escaped | Cut},
		{"decoded by a tool, no data", mailHost + "?url=https://www.example.com/a%20b&reserved=0", "https://www.example.com/a%20b", 0},
		{"defanged otherwise", "hxxps[:]//eur01[.]safelinks[.]protection[.]outlook[.]com/?url=https[:]//www[.]example[.]com/&reserved=0", "https://www.example.com/", Defanged},
		{"defanged target without a scheme", "hxxps://eur01[.]safelinks[.]protection[.]outlook[.]com/?url=www[.]example[.]com/a&reserved=0", "www.example.com/a", Defanged | NoScheme},
		{"decoded by a tool", mailHost + "?url=https://www.example.com/?a=1&b=%20#top&data=05|02|a@contoso.com|3246927a20c543a9d37b08dc713331d6|72f988bf86f141af91ab2d7cd011db47|0|0|638509711906077334|Unknown||0|||&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg+3liA6q4IBNv4=&reserved=0", "https://www.example.com/?a=1&b=%20#top", 0},
		{"half encoded", mailHost + "?url=https://www.example.com/%3Fa%3D1%26b%3D2" + data, "https://www.example.com/?a=1&b=2", 0},
		{"target without a scheme", mailHost + "?url=www.example.com%2Faccess" + data, "www.example.com/access", NoScheme},
		{"ftp", mailHost + "?url=ftp%3A%2F%2Fexample.com%2F" + data, "ftp://example.com/", 0},
		{"defanged", "hxxps[://]eur01[.]safelinks[dot]protection(.)outlook[.]com/?url=hxxps%3A%2F%2Fwww[.]example[.]com%2F%3Fa%3Db[@]contoso[.]com" + data, "https://www.example.com/?a=b@contoso.com", Defanged},
		{"defanged target", mailHost + "?url=hXXps%3A%2F%2Fwww%5B.%5Dexample.com%2F" + data, "https://www.example.com/", Defanged},
		{"brackets of the target", mailHost + "?url=" + page + "%3Fa%5B.%5D%3D1" + data, "https://www.example.com/?a[.]=1", 0},
		{"IPv6 target", mailHost + "?url=https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%2F" + data, "https://[2001:db8::1]/", 0},
		{"app", mailHost + "ap/w-59584e83/?url=" + page + data, "https://www.example.com/", 0},
		{"Outlook on the web", "https://outlook.office.com/mail/safelink.html?url=https://www.example.com/?a=1&b=2&corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb", "https://www.example.com/?a=1&b=2", 0},
		{"Outlook, new host", "https://outlook.cloud.microsoft/mail/safelink.html?corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb&url=" + page, "https://www.example.com/", 0},
		{"Teams, first page", "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=" + page + "&locale=en-us", "https://www.example.com/", 0},
		{"Teams, Microsoft's ring", "https://staticsint.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=" + page, "https://www.example.com/", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Decode(c.link)
			require.NoError(t, err)
			assert.Equal(t, c.want, l.Original)
			assert.Equal(t, c.flags, l.Flags, l.Flags.String())
			assert.True(t, IsSafeLink(c.link))
			b, err := AppendOriginal([]byte("x"), c.link)
			require.NoError(t, err)
			assert.Equal(t, "x"+c.want, string(b))
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	const q = "/?url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05 + signature
	for _, c := range []struct {
		name, link string
		want       error
	}{
		{"empty", "", ErrNotSafeLink},
		{"blank", " \t", ErrNotSafeLink},
		{"another site", "https://www.example.com" + q, ErrNotSafeLink},
		{"suffix behind", "https://eur01.safelinks.protection.outlook.com.example.com" + q, ErrSpoofedHost},
		{"letters in front", "https://examplesafelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"hyphen in front", "https://eur01-safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"hyphen in the name", "https://eur01.safelinks-protection.outlook.com" + q, ErrSpoofedHost},
		{"cut top-level domain", "https://eur01.safelinks.protection.outlook.co" + q, ErrSpoofedHost},
		{"empty label", "https://.safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"two dots", "https://eur01..safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"user-info", "https://eur01.safelinks.protection.outlook.com@example.com" + q, ErrNotSafeLink},
		{"user-info in front of the right host", "https://example.com@eur01.safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"user and password", "https://a:b@eur01.safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"back-slash", `https://example.com\.safelinks.protection.outlook.com` + q, ErrSpoofedHost},
		{"back-slash and at sign", `https://example.com\@eur01.safelinks.protection.outlook.com` + q, ErrSpoofedHost},
		{"back-slashes for slashes", `https:\\eur01.safelinks.protection.outlook.com` + q, ErrNotSafeLink},
		{"Cyrillic letter", "https://eur01.safelinks.protection.оutlook.com" + q, ErrSpoofedHost},
		{"long s, which folds to s", "https://eur01.ſafelinks.protection.outlook.com" + q, ErrNotSafeLink},
		{"Kelvin sign, which folds to k", "https://eur01.safelin\u212as.protection.outlook.com" + q, ErrNotSafeLink},
		{"full-width dot", "https://eur01.safelinks.protection.outlook．com" + q, ErrSpoofedHost},
		{"escaped dot", "https://eur01%2Esafelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"name in the path", "https://www.example.com/eur01.safelinks.protection.outlook.com" + q, ErrNotSafeLink},
		{"name in the query", "https://www.example.com/?u=eur01.safelinks.protection.outlook.com" + q, ErrNotSafeLink},
		{"name in the fragment", "https://www.example.com#eur01.safelinks.protection.outlook.com" + q, ErrNotSafeLink},
		{"port that is none", "https://eur01.safelinks.protection.outlook.com:x" + q, ErrSpoofedHost},
		{"other scheme", "javascript://eur01.safelinks.protection.outlook.com" + q, ErrNotSafeLink},
		{"blank in the host", "https://eur01.safelinks.protection.outlook.com .example.com" + q, ErrNoTarget},
		{"no query", mailHost, ErrNoTarget},
		{"query in the fragment", mailHost + "#?url=https%3A%2F%2Fwww.example.com%2F", ErrNoTarget},
		{"no url", mailHost + "?data=x", ErrNoTarget},
		{"empty url", mailHost + "?url=&data=x", ErrNoTarget},
		{"reputation service", mailHost + "GetUrlReputation", ErrNoTarget},
		{"relative target", mailHost + "?url=%2Fa%2Fb", ErrNoTarget},
		{"encoded five times", mailHost + "?url=https%252525253A%252525252F%252525252Fwww.example.com&reserved=0", ErrNoTarget},
		{"relative file", mailHost + "?url=index.html", ErrNoTarget},
		{"word", mailHost + "?url=not-a-url", ErrNoTarget},
		{"javascript", mailHost + "?url=javascript%3Aalert(1)", ErrNoTarget},
		{"mailto", mailHost + "?url=mailto%3Aadele.vance%40contoso.com", ErrNoTarget},
		{"data", mailHost + "?url=data%3Atext%2Fhtml%2Cx", ErrNoTarget},
		{"file", mailHost + "?url=file%3A%2F%2F%2Fetc%2Fhosts", ErrNoTarget},
		{"scheme alone", mailHost + "?url=https%3A%2F%2F", ErrNoTarget},
		{"address", mailHost + "?url=adele.vance%40contoso.com", ErrNoTarget},
		{"Teams page without its query", "https://teams.public.onecdn.static.microsoft/evergreen-assets/safelinks/2/atp-safelinks.html", ErrNoTarget},
		{"other page of Teams' host", "https://statics.teams.cdn.office.net/other.html?url=https%3A%2F%2Fwww.example.com%2F", ErrNotSafeLink},
		{"other page of Outlook's host", "https://outlook.office.com/mail/?url=https%3A%2F%2Fwww.example.com%2F", ErrNotSafeLink},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Decode(c.link)
			assert.ErrorIs(t, err, c.want)
			assert.ErrorIs(t, err, ErrNotSafeLink)
			assert.Equal(t, Link{}, l)
			assert.False(t, IsSafeLink(c.link))
			b, err := AppendOriginal([]byte("x"), c.link)
			assert.ErrorIs(t, err, c.want)
			assert.Equal(t, "x", string(b))
			chain, err := Unwrap(c.link)
			assert.ErrorIs(t, err, ErrNotSafeLink)
			assert.Equal(t, c.link, chain.Original())
			assert.NotContains(t, err.Error(), "contoso", "an address or a token in an error")
			assert.Less(t, len(err.Error()), 300)
		})
	}
}

func TestErrorsQuoteNoMoreThanTheHost(t *testing.T) {
	for _, link := range []string{
		"adele.vance@contoso.com.safelinks.protection.outlook.com",
		"secret.safelinks.protection.example.com",
		"https://secret@safelinks.protection.outlook.com/?url=secret",
		mailHost + "?url=secret&data=05%7C02%7Csecret",
		mailHost + "secret?url=secret",
		"https://" + strings.Repeat("s", 5000) + ".safelinks.protection.example/?secret",
	} {
		_, err := Decode(link)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "secret")
		assert.Less(t, len(err.Error()), 300)
	}
}

func TestDecodeData(t *testing.T) {
	message := GUID{0x32, 0x46, 0x92, 0x7a, 0x20, 0xc5, 0x43, 0xa9, 0xd3, 0x7b, 0x08, 0xdc, 0x71, 0x33, 0x31, 0xd6}
	tenant := GUID{0x72, 0xf9, 0x88, 0xbf, 0x86, 0xf1, 0x41, 0xaf, 0x91, 0xab, 0x2d, 0x7c, 0xd0, 0x11, 0xdb, 0x47}
	received := time.Date(2024, 5, 10, 20, 53, 7, 314688000, time.UTC)
	written := time.Date(2024, 5, 10, 20, 53, 10, 607733400, time.UTC)
	full := Data{
		FieldCount: 14, Version: "05", MailType: "02", Recipient: "adele.vance@contoso.com",
		MessageGUID: message, IsNetworkMessageID: true, MessageTime: received, Tenant: tenant,
		Flag1: "0", Flag2: "0", Ticks: 638509711906077334, RewriteTime: written,
		Verdict: "Unknown", Component: "Mailflow", Payload: `{"V":"0.0.0000","P":"Win32","AN":"Mail","WT":2}`, Code: "0",
		hasMessage: true, hasTenant: true,
	}
	for _, c := range []struct {
		name, data string
		flags      Flags
		want       func(*Data)
	}{
		{"layout 05", fields05, 0, func(*Data) {}},
		{"layout 04", fields04, 0, func(d *Data) { d.FieldCount, d.Version, d.MailType, d.Code = 11, "04", "01", "1000" }},
		{"layout 03, consumer", fields03, 0, func(d *Data) {
			d.FieldCount, d.Version, d.MailType, d.Recipient, d.Tenant = 10, "03", "01", "", ConsumerTenant
			d.Flag1, d.Verdict, d.Code = "1", "Good", ""
		}},
		{"layout 02", fields02, 0, func(d *Data) {
			d.FieldCount, d.Version, d.MailType, d.Flag2 = 8, "02", "01", "1"
			d.Verdict, d.Component, d.Payload, d.Code = "", "", "", ""
		}},
		{"layout 01", fields01, 0, func(d *Data) {
			d.FieldCount, d.Version, d.MailType, d.Flag1, d.Flag2 = 6, "01", "01", "1", ""
			d.Ticks, d.RewriteTime = 0, time.Time{}
			d.Verdict, d.Component, d.Payload, d.Code = "", "", "", ""
		}},
		{"raw pipes", strings.ReplaceAll(fields05, "%7C", "|"), 0, func(*Data) {}},
		{"lower-case and mixed pipes", strings.Replace(strings.Replace(fields05, "%7C", "%7c", 3), "%7C", "|", 4), 0, func(*Data) {}},
		{"encoded twice", strings.ReplaceAll(fields05, "%", "%25"), DoubleEncoded, func(d *Data) { d.DoubleEncoded = true }},
		{"cut behind the message", strings.Join(strings.Split(fields05, "%7C")[:4], "%7C"), Cut, func(d *Data) {
			*d = Data{FieldCount: 4, Version: "05", MailType: "02", Recipient: d.Recipient, MessageGUID: message, IsNetworkMessageID: true, MessageTime: received, hasMessage: true}
		}},
		{"unknown version", "06" + fields05[2:], UnknownVersion, func(d *Data) { d.Version = "06" }},
		{"more fields", fields05 + "%7Cx%7Cy", UnknownVersion, func(d *Data) { d.FieldCount = 16 }},
		{"Office for the web", strings.Replace(fields05, mailflow, wacPayload, 1), 0, func(d *Data) {
			d.IsNetworkMessageID, d.MessageTime = false, time.Time{}
			d.Component, d.Payload = "WAC", `{"V":"0.0.0000","P":"","AN":"","WT":4}`
		}},
		{"payload that is none", strings.Replace(fields05, mailflow, "****", 1), Edited, func(d *Data) {
			d.Component, d.Payload, d.PayloadUndecodable = "", "", true
		}},
		{"tenant of 31 digits", strings.Replace(fields05, "d011db47", "d011db4", 1), Edited, func(d *Data) {
			d.Tenant, d.TenantRaw, d.hasTenant = GUID{}, "72f988bf86f141af91ab2d7cd011db4", false
		}},
		{"message that is no GUID", strings.Replace(fields05, "3246927a", "masked--", 1), Edited, func(d *Data) {
			d.MessageGUID, d.MessageGUIDRaw, d.hasMessage = GUID{}, "masked--20c543a9d37b08dc713331d6", false
			d.IsNetworkMessageID, d.MessageTime = false, time.Time{}
		}},
		{"ticks that are none", strings.Replace(fields05, "638509711906077334", "6385x", 1), Edited, func(d *Data) {
			d.Ticks, d.RewriteTime, d.TicksRaw = 0, time.Time{}, "6385x"
		}},
		{"clocks that disagree", strings.Replace(fields05, "638509711906077334", "638509611906077334", 1), IDsDisagree, func(d *Data) {
			d.Ticks, d.RewriteTime = 638509611906077334, written.Add(-10_000*time.Second)
			d.IsNetworkMessageID, d.MessageTime = false, time.Time{}
		}},
		{"random message id", strings.Replace(fields05, "08dc713331d6", "8f01c2d3e4f5", 1), 0, func(d *Data) {
			d.MessageGUID = GUID{0x32, 0x46, 0x92, 0x7a, 0x20, 0xc5, 0x43, 0xa9, 0xd3, 0x7b, 0x8f, 0x01, 0xc2, 0xd3, 0xe4, 0xf5}
			d.IsNetworkMessageID, d.MessageTime = false, time.Time{}
		}},
		{"placeholder", "data_placeholder", UnreadableData, func(d *Data) { *d = Data{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Decode(mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=" + c.data + signature)
			require.NoError(t, err)
			want := full
			c.want(&want)
			assert.Equal(t, want, l.Data)
			assert.Equal(t, c.flags, l.Flags, l.Flags.String())
			assert.Equal(t, 32, l.SignatureBytes)
			assert.Equal(t, "0", l.Reserved)
		})
	}
}

func TestKnownPayloads(t *testing.T) {
	for _, k := range knownPayloads {
		b, ok := appendBase64(nil, k.encoded)
		require.True(t, ok)
		assert.Equal(t, k.component+"|"+k.payload, string(b))
	}
}

func TestDecodeHost(t *testing.T) {
	const q = "?url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05 + signature
	for host, want := range map[string]Link{
		"nam11.safelinks.protection.outlook.com":         {Form: Mail, Region: "nam11", Cloud: Commercial},
		"GCC02.SafeLinks.Protection.Outlook.com":         {Form: Mail, Region: "gcc02", Cloud: Commercial},
		"usg02.safelinks.protection.office365.us":        {Form: Mail, Region: "usg02", Cloud: USGov},
		"chn01.safelinks.protection.outlook.cn":          {Form: Mail, Region: "chn01", Cloud: China},
		"deu01.safelinks.protection.outlook.de":          {Form: Mail, Region: "deu01", Cloud: Germany},
		"dod01.safelinks.protection.apps.mil":            {Form: Mail, Region: "dod01", Cloud: USGov},
		"safelinks.protection.outlook.com":               {Form: Mail, Cloud: Commercial},
		"can01.safelinks.protection.outlook.com/ap/x-ab": {Form: App, Region: "can01", Cloud: Commercial, App: "x", AppToken: "ab"},
	} {
		t.Run(host, func(t *testing.T) {
			l, err := Decode("https://" + host + "/" + q)
			require.NoError(t, err)
			assert.Equal(t, want, Link{Form: l.Form, Region: l.Region, Cloud: l.Cloud, App: l.App, AppToken: l.AppToken})
		})
	}
}

// teamsLink is a made-up page of Teams with all parameters.
const teamsLink = "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fwww.example.com%2F&locale=de-de" +
	"&dest=https%3A%2F%2Fteams.microsoft.com%2Fapi%2Fmt%2Fpart%2Famer-02%2Fbeta%2Fatpsafelinks%2Fgeturlreputationsitev2%2F" +
	"&pc=COOKIE%253d%3B%20expires%3DWed%2C%2006%20May%202026%2013%3A52%3A56%20GMT%3B%20path%3D%2F&wau=https%3A%2F%2FEUR02.safelinks.protection.outlook.com%2FGetUrlReputation" +
	"&si=1777988765815%3B1777988765815%3B19%3Aa_b%40unq.gbl.spaces&sd=%7BconvId%3A%2019%3Aa_b%40unq.gbl.spaces%2C%20messageId%3A%201777988765815%7D" +
	"&ce=prod&cv=49%2F26040401723&ssid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb&ring=general&clickparams=eyJBcHBOYW1lIjoiVGVhbXMtRGVza3RvcCJ9&bg=%23f0f0f0"

func TestDecodeTeams(t *testing.T) {
	l, err := Decode(teamsLink)
	require.NoError(t, err)
	session, _ := ParseGUID("31b28bee-5f99-7cd5-fcdd-4c0b88a961cb")
	assert.Equal(t, Link{
		Original: "https://www.example.com/", Form: Teams, Cloud: Commercial, Region: "eur02",
		Teams: TeamsPage{
			Locale: "de-de", Environment: "prod", ClientVersion: "49/26040401723", Ring: "general", SessionID: session,
			ServicePartition: "amer-02", ConversationID: "19:a_b@unq.gbl.spaces",
			MessageTime: time.UnixMilli(1777988765815).UTC(), ClickParams: `{"AppName":"Teams-Desktop"}`,
		},
	}, l)
}

func TestCookieIsNeverReturned(t *testing.T) {
	for name, link := range map[string]string{
		"page":             teamsLink,
		"without a target": strings.Replace(teamsLink, "url=https", "x=https", 1),
		"HTML-escaped":     strings.ReplaceAll(teamsLink, "&", "&amp;"),
		"inside":           wrapped(escapeParam(teamsLink)),
		"two levels in":    wrapped(escapeParam(wrapped(escapeParam(teamsLink)))),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Unwrap(link)
			if name != "without a target" {
				require.NoError(t, err)
				assert.Equal(t, "https://www.example.com/", c.Original())
			}
			assert.NotContains(t, c.Input, "COOKIE")
			for _, l := range c.Layers {
				assert.NotContains(t, l.URL+l.Link.Original, "COOKIE")
			}
			assert.NotContains(t, string(marshal(t, c.Layers)), "COOKIE")
			assert.NotContains(t, Redact(link), "COOKIE")
		})
	}
}

func TestMessageTime(t *testing.T) {
	want := time.Date(2024, 5, 10, 20, 53, 7, 314688000, time.UTC)
	for _, c := range []struct {
		name, id string
		want     time.Time
	}{
		{"dashed", "3246927a-20c5-43a9-d37b-08dc713331d6", want},
		{"bare", "3246927a20c543a9d37b08dc713331d6", want},
		{"upper case in braces", "{3246927A-20C5-43A9-D37B-08DC713331D6}", want},
		{"first believed", "00000000-0000-0000-0000-08d000000000", ticksTime(0x08d0 << 48)},
		{"before", "00000000-0000-0000-0000-08cfffffffff", time.Time{}},
		{"in 2027", "00000000-0000-0000-0000-08e000000000", ticksTime(0x08e0 << 48)},
		{"last believed", "00000000-0000-0000-0000-08efffffffff", ticksTime(0x08efffffffff << 16)},
		{"behind", "00000000-0000-0000-0000-08f000000000", time.Time{}},
		{"all ones", "ffffffff-ffff-ffff-ffff-ffffffffffff", time.Time{}},
		{"all zeros", "00000000-0000-0000-0000-000000000000", time.Time{}},
		{"too short", "3246927a-20c5-43a9-d37b-08dc713331d", time.Time{}},
		{"dashes elsewhere", "3246927a2-0c5-43a9-d37b-08dc713331d6", time.Time{}},
		{"no digit", "3246927a-20c5-43a9-d37b-08dc713331dg", time.Time{}},
		{"empty", "", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := MessageTime(c.id)
			assert.Equal(t, !c.want.IsZero(), ok)
			assert.Equal(t, c.want, got)
		})
	}
	// The years are the ones that the documentation names.
	assert.Equal(t, 2013, ticksTime(firstClock<<48).Year())
	assert.Equal(t, 2041, ticksTime((lastClock+1)<<48).Year())
}

func TestGUIDText(t *testing.T) {
	g, ok := ParseGUID("3246927A20C543A9D37B08DC713331D6")
	require.True(t, ok)
	assert.Equal(t, "3246927a-20c5-43a9-d37b-08dc713331d6", g.String())
	assert.Equal(t, "", GUID{}.String())
	b, err := g.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, g.String(), string(b))
}

func TestErrOpaqueIsNotErrNotSafeLink(t *testing.T) {
	assert.False(t, errors.Is(ErrOpaque, ErrNotSafeLink))
}

func TestAllocations(t *testing.T) {
	room := make([]byte, 0, len(benchLink))
	for name, c := range map[string]struct {
		want float64
		f    func()
	}{
		"Decode":                     {1, func() { Decode(benchLink) }},
		"AppendOriginal":             {0, func() { AppendOriginal(room, benchLink) }},
		"IsSafeLink":                 {0, func() { IsSafeLink(benchLink) }},
		"IsSafeLink of another link": {0, func() { IsSafeLink("https://www.example.com/?url=https%3A%2F%2Fwww.example.com%2F") }},
		"Decode of another link":     {0, func() { Decode("https://www.example.com/?url=https%3A%2F%2Fwww.example.com%2F") }},
		"Unwrap of another link":     {0, func() { Unwrap(plainLink) }},
		"Unwrap of one with a port":  {0, func() { Unwrap("https://www.example.com:8443/?url=https%3A%2F%2Fwww.example.com%2F") }},
		"ParseGUID":                  {0, func() { ParseGUID("3246927a-20c5-43a9-d37b-08dc713331d6") }},
		"MessageTime":                {0, func() { MessageTime("3246927a-20c5-43a9-d37b-08dc713331d6") }},
	} {
		assert.Equal(t, c.want, testing.AllocsPerRun(100, c.f), name)
	}
}
