package safelinks

import (
	"encoding/base64"
	"errors"
	"maps"
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

func TestUnwrapSafeLinks(t *testing.T) {
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
		{"port", "https://eur01.safelinks.protection.outlook.com:443/?url=" + page + data, "https://www.example.com/", FlagEdited},
		{"apex", "https://safelinks.protection.outlook.com/?url=" + page + data, "https://www.example.com/", FlagUnproven},
		{"unknown region", "https://new.region9.safelinks.protection.outlook.com/?url=" + page + data, "https://www.example.com/", FlagUnproven},
		{"China", "https://chn01.safelinks.protection.partner.outlook.cn/?url=" + page + data, "https://www.example.com/", FlagUnproven},
		{"unknown path", mailHost + "x/y?url=" + page + data, "https://www.example.com/", FlagUnproven},
		{"brackets around", " <" + mailHost + "?url=" + page + data + "> ", "https://www.example.com/", 0},
		{"quotes and an invisible blank around", "\ufeff“" + mailHost + "?url=" + page + data + "”\u200b", "https://www.example.com/", 0},
		{"original glued behind", mailHost + "?url=" + page + data + "<https://www.example.com/>", "https://www.example.com/", 0},
		{"trailing punctuation", mailHost + "?url=" + page + data + ").", "https://www.example.com/", 0},
		{"url last", mailHost + "?data=" + fields05 + signature + "&url=" + page, "https://www.example.com/", 0},
		{"url in the middle", mailHost + "?data=" + fields05 + "&url=" + page + signature, "https://www.example.com/", 0},
		{"url twice", mailHost + "?url=" + page + "&url=https%3A%2F%2Fb.example%2F" + data, "https://www.example.com/", FlagEdited | FlagRepeated},
		{"nothing behind", mailHost + "?url=" + page, "https://www.example.com/", FlagCut},
		{"outer fragment", mailHost + "?url=" + page + "#top", "https://www.example.com/", FlagCut},
		{"outer fragment behind the rest", mailHost + "?url=" + page + data + "#top", "https://www.example.com/", 0},
		{"fragment of the target", mailHost + "?url=" + page + "%23top" + data, "https://www.example.com/#top", 0},
		{"plus", mailHost + "?url=" + page + "a+b%2Bc" + data, "https://www.example.com/a+b+c", 0},
		{"one decode only", mailHost + "?url=" + page + "%2540%2580%252F" + data, "https://www.example.com/%40%80%2F", 0},
		{"space of the target", mailHost + "?url=" + page + "a%2520b" + data, "https://www.example.com/a%20b", 0},
		{"letters encoded once", mailHost + "?url=" + page + "%E2%80%93" + data, "https://www.example.com/–", 0},
		{"bytes that are no UTF-8", mailHost + "?url=" + page + "%E9" + data, "https://www.example.com/%E9", 0},
		{"line feed", mailHost + "?url=" + page + "%0A%1b" + data, "https://www.example.com/%0A%1B", 0},
		{"bad escape", mailHost + "?url=" + page + "100%25%zz" + data, "https://www.example.com/100%%zz", FlagEdited},
		{"bad escape elsewhere", mailHost + "?url=" + page + "&data=%2x&reserved=0", "https://www.example.com/", FlagEdited},
		{"lower-case escapes", mailHost + "?url=https:%2f%2fwww.example.com%2f" + data, "https://www.example.com/", 0},
		{"HTML-escaped", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", "&amp;"), "https://www.example.com/", FlagMangled},
		{"HTML-escaped twice", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", "&amp;amp;"), "https://www.example.com/", FlagMangled},
		{"numeric entity", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", "&#x26;"), "https://www.example.com/", FlagMangled},
		{"an entity of the target", mailHost + "?url=" + page + "%3Fa%26amp%3Bb" + data, "https://www.example.com/?a&amp;b", 0},
		{"Markdown", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", `\&`), "https://www.example.com/", FlagMangled},
		{"JSON", mailHost + "?url=" + page + strings.ReplaceAll(data, "&", `\u0026`), "https://www.example.com/", FlagMangled},
		{"encoded twice", mailHost + "?url=" + escapeParam(page) + "&data=" + strings.ReplaceAll(fields05, "%", "%25") + "&reserved=0", "https://www.example.com/", FlagMangled},
		{"slashes encoded twice", mailHost + "?url=https:%252F%252Fwww.example.com%252F" + data, "https://www.example.com/", FlagMangled},
		{"encoded four times", mailHost + "?url=https%2525253A%2525252F%2525252Fwww.example.com&reserved=0", "https://www.example.com", FlagMangled},
		{"blanks in front of an ampersand", mailHost + "?url=" + page + " \u00a0" + data, "https://www.example.com/", 0},
		{"encoded as a whole, twice", escapeParam(escapeParam(mailHost + "?url=" + page + data)), "https://www.example.com/", FlagMangled},
		{"encoded as a whole, three times", escapeParam(escapeParam(escapeParam(mailHost + "?url=" + page + data))), "https://www.example.com/", FlagMangled},
		{"encoded as a whole", escapeParam(mailHost + "?url=" + page + data), "https://www.example.com/", FlagMangled},
		{"decoded by a tool and HTML-escaped", mailHost + "?url=https://www.example.com/?a=1&amp;b=2&amp;data=05|x&amp;reserved=0", "https://www.example.com/?a=1&b=2", FlagMangled | FlagCut},
		{"decoded by a tool, no data", mailHost + "?url=https://www.example.com/a%20b&reserved=0", "https://www.example.com/a%20b", 0},
		{"defanged otherwise", "hxxps[:]//eur01[.]safelinks[.]protection[.]outlook[.]com/?url=https[:]//www[.]example[.]com/&reserved=0", "https://www.example.com/", FlagMangled},
		{"defanged target without a scheme", "hxxps://eur01[.]safelinks[.]protection[.]outlook[.]com/?url=www[.]example[.]com/a&reserved=0", "www.example.com/a", FlagMangled | FlagNoScheme},
		{"decoded by a tool", mailHost + "?url=https://www.example.com/?a=1&b=%20#top&data=05|02|a@contoso.com|3246927a20c543a9d37b08dc713331d6|72f988bf86f141af91ab2d7cd011db47|0|0|638509711906077334|Unknown||0|||&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg+3liA6q4IBNv4=&reserved=0", "https://www.example.com/?a=1&b=%20#top", 0},
		{"half encoded", mailHost + "?url=https://www.example.com/%3Fa%3D1%26b%3D2" + data, "https://www.example.com/?a=1&b=2", 0},
		{"target without a scheme", mailHost + "?url=www.example.com%2Faccess" + data, "www.example.com/access", FlagNoScheme},
		{"ftp", mailHost + "?url=ftp%3A%2F%2Fexample.com%2F" + data, "ftp://example.com/", 0},
		{"defanged", "hxxps[://]eur01[.]safelinks[dot]protection(.)outlook[.]com/?url=hxxps%3A%2F%2Fwww[.]example[.]com%2F%3Fa%3Db[@]contoso[.]com" + data, "https://www.example.com/?a=b@contoso.com", FlagMangled},
		{"defanged target", mailHost + "?url=hXXps%3A%2F%2Fwww%5B.%5Dexample.com%2F" + data, "https://www.example.com/", FlagMangled},
		{"template as target", mailHost + "?url=https%3A%2F%2F%7B%7B.Host%7D%7D%2F" + data, "https://{{.Host}}/", 0},
		{"brackets of the target", mailHost + "?url=" + page + "%3Fa%5B.%5D%3D1" + data, "https://www.example.com/?a[.]=1", 0},
		{"IPv6 target", mailHost + "?url=https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%2F" + data, "https://[2001:db8::1]/", 0},
		{"app", mailHost + "ap/w-59584e83/?url=" + page + data, "https://www.example.com/", 0},
		{"Outlook on the web", "https://outlook.office.com/mail/safelink.html?url=https://www.example.com/?a=1&b=2&corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb", "https://www.example.com/?a=1&b=2", 0},
		{"Outlook, new host", "https://outlook.cloud.microsoft/mail/safelink.html?corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb&url=" + page, "https://www.example.com/", 0},
		{"Teams, first page", "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=" + page + "&locale=en-us", "https://www.example.com/", 0},
		{"Teams, Microsoft's ring", "https://staticsint.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=" + page, "https://www.example.com/", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(c.link)
			require.NoError(t, err)
			require.Len(t, chain.Layers, 1)
			assert.Equal(t, c.want, chain.Layers[0].URL)
			assert.Equal(t, c.flags, chain.Layers[0].Flags, chain.Layers[0].Flags.String())
			assert.NotNil(t, chain.Layers[0].Link)
			assert.True(t, IsSafeLink(c.link))
			url, unwrapped := Original(c.link)
			assert.Equal(t, c.want, url)
			assert.True(t, unwrapped)
		})
	}
}

func TestUnwrapRefusesOtherPages(t *testing.T) {
	const q = "/?url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05 + signature
	for _, c := range []struct {
		name, link string
		want       error
	}{
		{"empty", "", ErrNotWrapped},
		{"blank", " \t", ErrNotWrapped},
		{"another site", "https://www.example.com" + q, ErrNotWrapped},
		{"suffix behind", "https://eur01.safelinks.protection.outlook.com.example.com" + q, ErrSpoofedHost},
		{"letters in front", "https://examplesafelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"hyphen in front", "https://eur01-safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"hyphen in the name", "https://eur01.safelinks-protection.outlook.com" + q, ErrSpoofedHost},
		{"cut top-level domain", "https://eur01.safelinks.protection.outlook.co" + q, ErrSpoofedHost},
		{"empty label", "https://.safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"two dots", "https://eur01..safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"user-info", "https://eur01.safelinks.protection.outlook.com@example.com" + q, ErrNotWrapped},
		{"user-info in front of the right host", "https://example.com@eur01.safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"user and password", "https://a:b@eur01.safelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"back-slash", `https://example.com\.safelinks.protection.outlook.com` + q, ErrSpoofedHost},
		{"back-slash and at sign", `https://example.com\@eur01.safelinks.protection.outlook.com` + q, ErrSpoofedHost},
		{"back-slashes for slashes, at sign", `https:\\eur01.safelinks.protection.outlook.com\@example.com` + q, ErrNotWrapped},
		{"one slash, look-alike", "https:/eur01.safelinks.protection.outlook.com.example.com" + q, ErrSpoofedHost},
		{"a link inside of brackets behind another", "https://www.example.com/<https://eur01.safelinks.protection.outlook.com" + q, ErrNotWrapped},
		{"a link in a sentence", "see https://eur01.safelinks.protection.outlook.com" + q + " there", ErrNotWrapped},
		{"Cyrillic letter", "https://eur01.safelinks.protection.оutlook.com" + q, ErrSpoofedHost},
		{"long s, which folds to s", "https://eur01.ſafelinks.protection.outlook.com" + q, ErrNotWrapped},
		{"Kelvin sign, which folds to k", "https://eur01.safelin\u212as.protection.outlook.com" + q, ErrNotWrapped},
		{"full-width dot", "https://eur01.safelinks.protection.outlook．com" + q, ErrSpoofedHost},
		{"escaped dot", "https://eur01%2Esafelinks.protection.outlook.com" + q, ErrSpoofedHost},
		{"name in the path", "https://www.example.com/eur01.safelinks.protection.outlook.com" + q, ErrNotWrapped},
		{"name in the query", "https://www.example.com/?u=eur01.safelinks.protection.outlook.com" + q, ErrNotWrapped},
		{"name in the fragment", "https://www.example.com#eur01.safelinks.protection.outlook.com" + q, ErrNotWrapped},
		{"port that is none", "https://eur01.safelinks.protection.outlook.com:x" + q, ErrSpoofedHost},
		{"other scheme", "javascript://eur01.safelinks.protection.outlook.com" + q, ErrNotWrapped},
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
		{"other page of Teams' host", "https://statics.teams.cdn.office.net/other.html?url=https%3A%2F%2Fwww.example.com%2F", ErrNotWrapped},
		{"other page of Outlook's host", "https://outlook.office.com/mail/?url=https%3A%2F%2Fwww.example.com%2F", ErrNotWrapped},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(c.link)
			assert.ErrorIs(t, err, c.want)
			assert.ErrorIs(t, err, ErrNotWrapped)
			assert.Equal(t, Chain{Input: c.link}, chain)
			assert.Equal(t, c.link, chain.Original())
			assert.False(t, IsSafeLink(c.link))
			url, unwrapped := Original(c.link)
			assert.Equal(t, c.link, url)
			assert.False(t, unwrapped)
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
		_, err := Unwrap(link)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "secret")
		assert.Less(t, len(err.Error()), 300)
	}
}

func TestUnwrapData(t *testing.T) {
	message := GUID{0x32, 0x46, 0x92, 0x7a, 0x20, 0xc5, 0x43, 0xa9, 0xd3, 0x7b, 0x08, 0xdc, 0x71, 0x33, 0x31, 0xd6}
	tenant := GUID{0x72, 0xf9, 0x88, 0xbf, 0x86, 0xf1, 0x41, 0xaf, 0x91, 0xab, 0x2d, 0x7c, 0xd0, 0x11, 0xdb, 0x47}
	consumers := GUID{0x84, 0xdf, 0x9e, 0x7f, 0xe9, 0xf6, 0x40, 0xaf, 0xb4, 0x35, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa}
	full := Link{
		Form: formMail, Cloud: "commercial", Region: "eur01", Version: "05", Recipient: "adele.vance@contoso.com", Tenant: tenant, MessageID: message,
		Received: time.Date(2024, 5, 10, 20, 53, 7, 314688000, time.UTC), Written: time.Date(2024, 5, 10, 20, 53, 10, 607733400, time.UTC), Signed: true,
		Raw: map[string]string{
			"mail_type": "02", "flag1": "0", "flag2": "0", "verdict": "Unknown", "code": "0",
			"payload_component": "Mailflow", "payload": `{"V":"0.0.0000","P":"Win32","AN":"Mail","WT":2}`, "reserved": "0",
		},
	}
	// raw changes entries of Raw; an empty value deletes one.
	raw := func(k *Link, pairs ...string) {
		for i := 0; i < len(pairs); i += 2 {
			k.Raw[pairs[i]] = pairs[i+1]
			if pairs[i+1] == "" {
				delete(k.Raw, pairs[i])
			}
		}
	}
	noMessageID := func(k *Link, id string) {
		k.MessageID, k.Received = GUID{}, time.Time{}
		raw(k, "message_guid", id)
	}
	noPayload := []string{"verdict", "", "payload_component", "", "payload", "", "code", ""}
	for _, c := range []struct {
		name, data string
		flags      Flags
		want       func(*Link)
	}{
		{"layout 05", fields05, 0, func(*Link) {}},
		{"layout 04", fields04, 0, func(k *Link) {
			k.Version = "04"
			raw(k, "mail_type", "01", "code", "1000")
		}},
		{"layout 03, consumer", fields03, 0, func(k *Link) {
			k.Version, k.Recipient, k.Tenant = "03", "", consumers
			raw(k, "mail_type", "01", "flag1", "1", "verdict", "Good", "code", "")
		}},
		{"layout 02", fields02, 0, func(k *Link) {
			k.Version = "02"
			raw(k, "mail_type", "01", "flag2", "1")
			raw(k, noPayload...)
		}},
		{"layout 01", fields01, 0, func(k *Link) {
			k.Version, k.Written = "01", time.Time{}
			raw(k, "mail_type", "01", "flag1", "1", "flag2", "")
			raw(k, noPayload...)
		}},
		{"raw pipes", strings.ReplaceAll(fields05, "%7C", "|"), 0, func(*Link) {}},
		{"lower-case and mixed pipes", strings.Replace(strings.Replace(fields05, "%7C", "%7c", 3), "%7C", "|", 4), 0, func(*Link) {}},
		{"encoded twice", strings.ReplaceAll(fields05, "%", "%25"), FlagMangled, func(k *Link) { raw(k, "data_double_encoded", "true") }},
		{"encoded three times", strings.ReplaceAll(fields05, "%", "%2525"), FlagMangled, func(k *Link) { raw(k, "data_double_encoded", "true") }},
		{"cut behind the message", strings.Join(strings.Split(fields05, "%7C")[:4], "%7C"), FlagCut, func(k *Link) {
			k.Tenant, k.Written = GUID{}, time.Time{}
			raw(k, "field_count", "4", "flag1", "", "flag2", "")
			raw(k, noPayload...)
		}},
		{"unknown version", "06" + fields05[2:], FlagUnproven, func(k *Link) {
			k.Version = "06"
			raw(k, "field_count", "14")
		}},
		{"more fields", fields05 + "%7Cx%7Cy", FlagUnproven, func(k *Link) { raw(k, "field_count", "16") }},
		{"context", fields05[:len(fields05)-len("%7C%7C")] + "x%7C%7Cy%20z", 0, func(k *Link) { raw(k, "context", "x||y z") }},
		{"Office for the web", strings.Replace(fields05, mailflow, wacPayload, 1), 0, func(k *Link) {
			noMessageID(k, "3246927a-20c5-43a9-d37b-08dc713331d6")
			raw(k, "payload_component", "WAC", "payload", `{"V":"0.0.0000","P":"","AN":"","WT":4}`)
		}},
		{"payload that is not base64", strings.Replace(fields05, mailflow, "****", 1), FlagEdited, func(k *Link) {
			raw(k, "payload_component", "", "payload", "", "payload_raw", "****")
		}},
		{"payload that is cut", strings.Replace(fields05, mailflow, mailflow[:40], 1), FlagEdited, func(k *Link) {
			raw(k, "payload", "", "payload_raw", mailflow[:40])
		}},
		{"tenant of 31 digits", strings.Replace(fields05, "d011db47", "d011db4", 1), FlagEdited, func(k *Link) {
			k.Tenant = GUID{}
			raw(k, "tenant_raw", "72f988bf86f141af91ab2d7cd011db4")
		}},
		{"tenant of zeros", strings.Replace(fields05, "72f988bf86f141af91ab2d7cd011db47", strings.Repeat("0", 32), 1), 0, func(k *Link) {
			k.Tenant = GUID{}
			raw(k, "tenant", "00000000-0000-0000-0000-000000000000")
		}},
		{"message of zeros", strings.Replace(fields05, "3246927a20c543a9d37b08dc713331d6", strings.Repeat("0", 32), 1), 0, func(k *Link) {
			noMessageID(k, "00000000-0000-0000-0000-000000000000")
		}},
		{"message that is not a GUID", strings.Replace(fields05, "3246927a", "masked--", 1), FlagEdited, func(k *Link) {
			noMessageID(k, "")
			raw(k, "message_guid_raw", "masked--20c543a9d37b08dc713331d6")
		}},
		{"ticks that are not a number", strings.Replace(fields05, "638509711906077334", "6385x", 1), FlagEdited, func(k *Link) {
			k.Written = time.Time{}
			raw(k, "ticks_raw", "6385x")
		}},
		{"clocks that disagree", strings.Replace(fields05, "638509711906077334", "638509611906077334", 1), FlagDisagree, func(k *Link) {
			k.Written = k.Written.Add(-10_000 * time.Second)
			noMessageID(k, "3246927a-20c5-43a9-d37b-08dc713331d6")
		}},
		{"random message id", strings.Replace(fields05, "08dc713331d6", "8f01c2d3e4f5", 1), 0, func(k *Link) {
			noMessageID(k, "3246927a-20c5-43a9-d37b-8f01c2d3e4f5")
		}},
		{"placeholder", "data_placeholder", FlagEdited, func(k *Link) {
			*k = Link{Form: formMail, Cloud: "commercial", Region: "eur01", Signed: true, Raw: map[string]string{"data": "data_placeholder", "reserved": "0"}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=" + c.data + signature)
			require.NoError(t, err)
			want := full
			want.Raw = maps.Clone(full.Raw)
			c.want(&want)
			require.Len(t, chain.Layers, 1)
			assert.Equal(t, &want, chain.Layers[0].Link)
			assert.Equal(t, c.flags, chain.Flags, chain.Flags.String())
		})
	}
}

func TestUnwrapHost(t *testing.T) {
	const q = "?url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05 + signature
	for host, want := range map[string]Link{
		"nam11.safelinks.protection.outlook.com":         {Form: "mail", Region: "nam11", Cloud: "commercial"},
		"GCC02.SafeLinks.Protection.Outlook.com":         {Form: "mail", Region: "gcc02", Cloud: "commercial"},
		"usg02.safelinks.protection.office365.us":        {Form: "mail", Region: "usg02", Cloud: "us-gov"},
		"chn01.safelinks.protection.outlook.cn":          {Form: "mail", Region: "chn01", Cloud: "china"},
		"deu01.safelinks.protection.outlook.de":          {Form: "mail", Region: "deu01", Cloud: "germany"},
		"dod01.safelinks.protection.apps.mil":            {Form: "mail", Region: "dod01", Cloud: "us-gov"},
		"safelinks.protection.outlook.com":               {Form: "mail", Cloud: "commercial"},
		"can01.safelinks.protection.outlook.com/ap/x-ab": {Form: "app", Region: "can01", Cloud: "commercial", App: "x", Raw: map[string]string{"app_token": "ab"}},
	} {
		t.Run(host, func(t *testing.T) {
			c, err := Unwrap("https://" + host + "/" + q)
			require.NoError(t, err)
			k := c.Layers[0].Link
			got := Link{Form: k.Form, Region: k.Region, Cloud: k.Cloud, App: k.App}
			got.setRaw("app_token", k.Raw["app_token"])
			assert.Equal(t, want, got)
		})
	}
}

// teamsLink is a made-up page of Teams with all parameters.
const teamsLink = "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fwww.example.com%2F&locale=de-de" +
	"&dest=https%3A%2F%2Fteams.microsoft.com%2Fapi%2Fmt%2Fpart%2Famer-02%2Fbeta%2Fatpsafelinks%2Fgeturlreputationsitev2%2F" +
	"&pc=COOKIE%253d%3B%20expires%3DWed%2C%2006%20May%202026%2013%3A52%3A56%20GMT%3B%20path%3D%2F&wau=https%3A%2F%2FEUR02.safelinks.protection.outlook.com%2FGetUrlReputation" +
	"&si=1777988765815%3B1777988765815%3B19%3Aa_b%40unq.gbl.spaces&sd=%7BconvId%3A%2019%3Aa_b%40unq.gbl.spaces%2C%20messageId%3A%201777988765815%7D" +
	"&ce=prod&cv=49%2F26040401723&ssid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb&ring=general&clickparams=eyJBcHBOYW1lIjoiVGVhbXMtRGVza3RvcCJ9&bg=%23f0f0f0"

func TestUnwrapTeams(t *testing.T) {
	c, err := Unwrap(teamsLink)
	require.NoError(t, err)
	session, err := ParseGUID("31b28bee-5f99-7cd5-fcdd-4c0b88a961cb")
	require.NoError(t, err)
	assert.Equal(t, []Layer{{Kind: KindTeams, URL: "https://www.example.com/", Link: &Link{
		Form: "teams", Cloud: "commercial", Region: "eur02",
		Teams: &TeamsPage{
			Locale: "de-de", Environment: "prod", ClientVersion: "49/26040401723", Ring: "general", SessionID: session,
			ServicePartition: "amer-02", ConversationID: "19:a_b@unq.gbl.spaces",
			Sent: time.UnixMilli(1777988765815).UTC(), ClickParams: `{"AppName":"Teams-Desktop"}`,
		},
	}}}, c.Layers)
}

func TestUnwrapOutlook(t *testing.T) {
	c, err := Unwrap("https://outlook.office.com/mail/safelink.html?url=https://www.example.com/?a=1&b=2&corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb")
	require.NoError(t, err)
	assert.Equal(t, &Link{Form: "outlook", Raw: map[string]string{"correlation_id": "31b28bee-5f99-7cd5-fcdd-4c0b88a961cb"}}, c.Layers[0].Link)
}

func TestCookieIsNeverReturned(t *testing.T) {
	for name, link := range map[string]string{
		"page":             teamsLink,
		"without a target": strings.Replace(teamsLink, "url=https", "x=https", 1),
		"HTML-escaped":     strings.ReplaceAll(teamsLink, "&", "&amp;"),
		"inside":           wrapped(escapeParam(teamsLink)),
		"two levels in":    wrapped(escapeParam(wrapped(escapeParam(teamsLink)))),
		"four levels in":   wrapped(escapeParam(wrapped(escapeParam(wrapped(escapeParam(wrapped(escapeParam(teamsLink)))))))),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Unwrap(link)
			if name != "without a target" {
				require.NoError(t, err)
				assert.Equal(t, "https://www.example.com/", c.Original())
			}
			assert.NotContains(t, c.Input, "COOKIE")
			for _, l := range c.Layers {
				assert.NotContains(t, l.URL, "COOKIE")
			}
			assert.NotContains(t, string(marshal(t, c)), "COOKIE")
			assert.NotContains(t, c.String(), "COOKIE")
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

func TestErrorsMatchOneAnother(t *testing.T) {
	assert.False(t, errors.Is(ErrOpaque, ErrNotWrapped))
	assert.ErrorIs(t, ErrSpoofedHost, ErrNotWrapped)
	assert.ErrorIs(t, ErrNoTarget, ErrNotWrapped)
	assert.NotErrorIs(t, ErrNoTarget, ErrSpoofedHost)
}

func TestAllocations(t *testing.T) {
	for name, f := range map[string]func(){
		"IsSafeLink of another link": func() { IsSafeLink("https://www.example.com/?url=https%3A%2F%2Fwww.example.com%2F") },
		"Original of another link":   func() { Original(plainLink) },
		"Unwrap of another link":     func() { Unwrap(plainLink) },
		"Unwrap of one with a port":  func() { Unwrap("https://www.example.com:8443/?url=https%3A%2F%2Fwww.example.com%2F") },
		"ParseGUID":                  func() { ParseGUID("3246927a-20c5-43a9-d37b-08dc713331d6") },
		"MessageTime":                func() { MessageTime("3246927a-20c5-43a9-d37b-08dc713331d6") },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, f), name)
	}
}

func TestCookieInBase64IsNotReturned(t *testing.T) {
	for _, front := range []string{"", "x", "xx"} {
		page := front + "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fa.example&pc=C00kieC00kieC00kie"
		c, _ := Unwrap("https://gateway.example/?u=" + base64.StdEncoding.EncodeToString([]byte(page)))
		_, value, _ := strings.Cut(c.Input, "u=")
		text, ok := decodeBase64(value)
		assert.True(t, !ok || !strings.Contains(text, "C00kie"), text)
	}
}
