package safelinks

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	pageURL     = "https://www.example.com/a?x=1&y=2"
	pageEncoded = "https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2"
)

// packed returns what zlib packs of a text, in base64.
func packed(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// sentMillis is the time 2026-05-04T03:02:01.789Z in a SES id and in a ULID.
const (
	sentMillis = "019df0ef833d"
	sesID      = "0102" + sentMillis + "-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-000000"
)

var sentAt = time.Date(2026, 5, 4, 3, 2, 1, 789_000_000, time.UTC)

// mailjetToken returns a token with the time 2026-05-04T03:02:01Z.
func mailjetToken() string {
	b := make([]byte, 59)
	copy(b[35:], "\x69\xf8\x0c\x29")
	return base64.RawURLEncoding.EncodeToString(b)
}

// fewReq packs a query as FortiMail does.
func fewReq(query string) string {
	const key = 13
	b := []byte("%" + string(rune(0x5e-key)) + ":149:&" + query)
	for i := range b[2:] {
		b[2+i] ^= key
	}
	return base64.StdEncoding.EncodeToString(b)
}

// wrapperCase is a link of a vendor and what is to be read from it.
type wrapperCase struct {
	name, link string
	kind       Kind
	want       string            // "" means pageURL
	vendor     map[string]string // nil means none
	clock      string
	time       time.Time
}

func wrapperCases() []wrapperCase {
	second := sentAt.Truncate(time.Second)
	const objectID, unix = "69f80c29df0b11aff2252726", "1777863721"
	fernet := base64.URLEncoding.EncodeToString([]byte("\x80\x00\x00\x00\x00\x69\xf8\x0c\x29" + strings.Repeat("x", 64)))
	mandrill := `{"s":"abc","v":1,"p":"{\"u\":30000001,\"v\":1,\"url\":\"https:\\\/\\\/www.example.com\\\/a?x=1&y=2\",\"id\":\"1\"}"}`
	mailgun := "d=1a2b3c&e=" + unix + "&h=5d41402abc4b2a76b9719d911017c592&i=20260504030201.1%40mg.contoso.example&l=" + pageEncoded + "&r=adele.vance%40contoso.example"
	ulid := "\x76\x04\xe2\x01\x9d\xf0\xef\x83\x3dABCDEFGHIJ"
	return []wrapperCase{
		{name: "Check Point, in parameters", link: "https://checkpoint.url-protection.com/v1/url?o=https%3A//www.example.com/a%3Fx%3D1%26y%3D2&g=Zw==&h=aA==&p=" + b64("ap3:contoso:c:o:84d2"),
			kind: "checkpoint-url-protection", vendor: map[string]string{"cluster": "ap3", "customer": "contoso"}},
		{name: "SonicWall's brand, with a region", link: "https://sonicwall.url-protection.com/v1/r07/url?o=" + pageEncoded + "&g=Zw==", kind: "checkpoint-url-protection"},
		{name: "Check Point, stars", link: "https://protect.checkpoint.com/v2/r01/___https://track.example.com/L1/https:*2F*2Fwww.example.com*2Fa/1*bar___.YXAz", kind: "checkpoint-avanan", want: "https://track.example.com/L1/https:%2F%2Fwww.example.com%2Fa/1*bar"},
		{name: "Check Point, stars from the start", link: "https://protect.checkpoint.com/v2/r01/___https:*2F*2Fwww.example.com*2Fa___.YXAz", kind: "checkpoint-avanan", want: "https://www.example.com/a"},
		{name: "Trend Micro Cloud App Security", link: "https://cas5-0-urlprotect.trendmicro.com:443/wis/clicktime/v1/query?url=" + pageEncoded + "&umid=1&rct=" + unix + "&auth=2", kind: "trendmicro", clock: "rewrite", time: second},
		{name: "Barracuda without a path", link: "https://linkprotect.cudasvc.com/?a=" + pageEncoded, kind: "barracuda"},
		{name: "Vade, older host", link: "https://antiphishing.vadesecure.com/v4?f=1&i=2&k=3&r=4&s=5&u=" + pageEncoded, kind: "vade"},
		{name: "Hornetsecurity, newer host", link: "https://securelinks.cloud-security.net/?d=1&u=" + pageEncoded, kind: "hornetsecurity"},
		{name: "Zix", link: "https://link.zixcentral.com/u/0a1b2c3d/AbCdEf?u=" + pageEncoded, kind: "zix"},
		{name: "Zix, with a clock", link: "https://link.zixcentral.com/u/0a1b2c3d/0L53n2VH8RGAAQoLDA0ODw?u=" + pageEncoded, kind: "zix", clock: "rewrite", time: sentAt},
		{name: "TitanHQ", link: "https://linklock.titanhq.com/analyse?url=" + pageEncoded + "&data=" + packed("c=1"), kind: "titanhq"},
		{name: "TitanHQ, encoded twice", link: "https://linklock.titanhq.com/analyse?url=" + escapeParam(pageEncoded) + "&data=eJw", kind: "titanhq"},
		{name: "SonicWall", link: "https://es.sonicurlprotection-fra.com/click?PV=2&MSGID=1&TT=1777863721789&ESN=a%3D&B64_ENCODED_URL=" + b64(pageURL) + "&HK=1F", kind: "sonicwall", clock: "rewrite", time: sentAt},
		{name: "SonicWall, encoded", link: "https://es.sonicurlprotection-tko.com/click?PV=1&TT=1777863721789&ENCODED_URL=" + pageEncoded + "&HK=1F", kind: "sonicwall", clock: "rewrite", time: sentAt},
		{name: "KnowBe4", link: "https://links.eu1.defend.egress.com/Warning?crId=" + objectID + "&Domain=fabrikam.example&Threat=" + packed("External") + "&Lang=en&Base64Url=" + packed(pageURL) + "&@OriginalLink=www.example.com",
			kind: "knowbe4-defend", vendor: map[string]string{"sender_domain": "fabrikam.example", "threat": "External"}, clock: "record", time: second},
		{name: "KnowBe4, not compressed", link: "https://links.us1.defend.egress.com/Warning?crId=" + objectID + "&Domain=fabrikam.example&Lang=en&Data=" + b64(pageURL),
			kind: "knowbe4-defend", vendor: map[string]string{"sender_domain": "fabrikam.example"}, clock: "record", time: second},
		{name: "Mailinblack", link: "https://mibc-fr-11.mailinblack.com/securelink/?url=https://www.example.com&key=" + b64(`{"lang":"FR","url":"`+pageURL+`","token":"`+fernet+`"}`), kind: "mailinblack", clock: "rewrite", time: second},
		{name: "Mailinblack at a partner's host", link: "https://antispam.contoso.example/securelink/?url=https://www.example.com&key=" + b64(`{"lang":"FR","url":"`+pageURL+`"}`), kind: "mailinblack"},
		{name: "Proofpoint isolation", link: "https://urlisolation.com/browser?clickId=1&traceToken=" + unix + "%3Bcontoso_hosted%3Bhttps%3A%2Fwww.example.com%2Fa&url=" + pageEncoded,
			kind: "proofpoint-isolation", vendor: map[string]string{"customer": "contoso_hosted"}, clock: "click", time: second},
		{name: "FortiMail", link: "https://mail.contoso.example/fmlurlsvc/?fewReq=:B:" + fewReq("v=2.0&id=01:01&signature=0a1b&t="+unix+"&qid=2BLHwD0A029486-2BLHwD0C029486&rcpt=adele.vance@contoso.example&c=52&hdl=0") + "&url=" + pageEncoded,
			kind: "fortimail", vendor: map[string]string{"recipient": "adele.vance@contoso.example", "session_id": "2BLHwD0A029486-2BLHwD0C029486"}, clock: "rewrite", time: second},
		{name: "FortiMail, other token", link: "https://mail.contoso.example/fmlurlsvc/?fewReq=:C:AbCdEfGh&url=" + pageEncoded, kind: "fortimail"},
		{name: "Zscaler isolation", link: "https://1a2b3c4d.isolation.zscaler.com/profile/6d0d2d70-a110-4768-95fb-c406136beded/zia-session/?region=syd&tenant=9bdf&user=dc46&original_url=" + pageEncoded + "&key=sh-1&hmac=4a1",
			kind: "zscaler-isolation", vendor: map[string]string{"region": "syd", "tenant_hash": "9bdf", "user_hash": "dc46"}},
		{name: "Menlo", link: "https://safe.menlosecurity.com/" + pageURL, kind: "menlo"},
		{name: "Menlo, one slash", link: "https://safe.menlosecurity.com/https:/www.example.com/a?x=1&y=2", kind: "menlo"},
		{name: "Defender for Cloud Apps, US government", link: "https://contoso.sharepoint.com.mcas-gov.us/sites/a?x=1&McasTsid=2#top", kind: "mcas", want: "https://contoso.sharepoint.com/sites/a?x=1#top"},
		{name: "Defender for Cloud Apps, by region", link: "https://contoso.sharepoint.com.us2.cas.ms/sites/a?McasTsid=2", kind: "mcas", want: "https://contoso.sharepoint.com/sites/a"},
		{name: "Defender for Cloud Apps, admin", link: "https://portal.example.com.admin-rs-mcas-df.ms/a?McasCtx=4", kind: "mcas", want: "https://portal.example.com/a"},

		{name: "Amazon SES", link: "https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Fwww.example.com%2Fa%3Fx=1%26y=2/1/" + sesID + "/c2ln=441", kind: "amazon-ses", clock: "sent", time: sentAt},
		{name: "Amazon SES at a customer's host", link: "https://track.contoso.example/CL0/https:%2F%2Fwww.example.com%2Fa%3Fx=1%26y=2/1/" + sesID + "/c2ln=441?utm_source=rss", kind: "amazon-ses", clock: "sent", time: sentAt},
		{name: "Amazon SES, slashes decoded", link: "https://track.contoso.example/CL0/https:/www.example.com/a/b/1/" + sesID + "/c2ln=441", kind: "amazon-ses", want: "https://www.example.com/a/b", clock: "sent", time: sentAt},
		{name: "Amazon SES at a customer's host, without HTTPS", link: "http://track.contoso.example/L0/https:%2F%2Fwww.example.com%2Fa%3Fx=1%26y=2/1/" + sesID + "/c2ln=441", kind: "amazon-ses", clock: "sent", time: sentAt},
		{name: "Resend", link: "https://0a1b.eu-west-1.resend-clicks-a.com/CL0/https:%2F%2Fwww.example.com%2Fa%3Fx=1%26y=2/1/0106019d-f0ef-833d-9cba-3948d664c15f-000000/c2ln=441", kind: "resend", clock: "sent", time: sentAt},
		{name: "Mailjet", link: "https://1abcd.mjt.lu/lnk/" + mailjetToken() + "/6/oOAhGpG22Re0NnP12rwSqQ/" + b64(pageURL), kind: "mailjet", clock: "sent", time: second},
		{name: "Mailjet at a customer's host", link: "https://link.contoso.example/lnk/AbC/1/dEf/" + b64(pageURL), kind: "mailjet"},
		{name: "Mandrill", link: "https://mandrillapp.com/track/click/30000001/www.example.com?p=" + b64(mandrill), kind: "mandrill", vendor: map[string]string{"customer": "30000001"}},
		{name: "Mandrill at a customer's host", link: "https://go.contoso.example/track/click/30000001/www.example.com?p=" + b64(`{"u":30000001,"v":2,"url":"`+pageURL+`"}`), kind: "mandrill", vendor: map[string]string{"customer": "30000001"}},
		{name: "Mandrill, older", link: "http://mandrillapp.com/track/click.php?u=30000001&id=1&url=" + pageEncoded + "&url_id=2", kind: "mandrill", vendor: map[string]string{"customer": "30000001"}},
		{name: "Mailgun", link: "https://email.mg.contoso.example/c/" + packed(mailgun), kind: "mailgun",
			vendor: map[string]string{"recipient": "adele.vance@contoso.example", "message_id": "20260504030201.1@mg.contoso.example"}, clock: "sent", time: second},
		{name: "Customer.io", link: "https://e.customeriomail.com/e/c/" + b64(`{"email_id":"`+b64(ulid)+`","href":"`+pageURL+`","link_id":2}`) + "/0a1b", kind: "customerio", clock: "sent", time: sentAt},
		{name: "Customer.io, a test", link: "https://mail.contoso.example/e/c/" + b64(`{"e":1,"email_id":"example","href":"`+pageURL+`","t":`+unix+`}`) + "/0a1b", kind: "customerio", clock: "sent", time: second},
		{name: "Kit", link: "https://0a1b2c3d.click.kit-mail3.com/v8u4gm5v/qvh8h7/" + b64(pageURL), kind: "convertkit"},
		{name: "Postmark", link: "https://click.pstmrk.it/3s/www.example.com%2Fa%3Fx%3D1/I54/omO0/AQ/1/iK8", kind: "postmark", want: "www.example.com/a?x=1", vendor: map[string]string{"scheme": "https"}},
		{name: "Postmark, text part", link: "https://click.pstmrk.it/2t/www.example.com%2Fa/I54/omO0/AQ", kind: "postmark", want: "www.example.com/a"},
		{name: "Substack", link: "https://substack.com/redirect/2/" + b64(`{"e":"`+pageURL+`","p":1,"s":2,"u":3,"iat":`+unix+`,"exp":2093223721}`) + ".c2ln", kind: "substack",
			vendor: map[string]string{"recipient_id": "3", "publication_id": "2"}, clock: "rewrite", time: second},
		{name: "Buttondown", link: "https://buttondown.com/c/" + b64("1|2|"+pageURL), kind: "buttondown"},
		{name: "Constant Contact, older", link: "http://r20.rs6.net/tn.jsp?t=1&ts=2&p=" + pageEncoded, kind: "constant-contact"},
		{name: "HubSpot Sidekick", link: "https://t.sidekickopen05.com/s1t/c/5/f18d?t=" + pageEncoded + "&si=1", kind: "hubspot-sidekick"},
		{name: "Mailtrack", link: "https://mailtrack.io/trace/link/0a1b?url=" + pageEncoded + "&userId=1&signature=2", kind: "mailtrack", vendor: map[string]string{"customer": "1"}},
		{name: "Streak", link: "https://0a1b.streak-link.com/AbCdEfGhIj/" + pageEncoded, kind: "streak"},

		{name: "Google AMP", link: "https://www.google.co.uk/amp/s/www.example.com/a?x=1&y=2", kind: "google-amp"},
		{name: "Google AMP, not https", link: "https://google.com/amp/www.example.com/a", kind: "google-amp", want: "http://www.example.com/a"},
		{name: "AMP cache", link: "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a?x=1&y=2", kind: "google-amp"},
		{name: "Google Ads", link: "https://www.googleadservices.com/pagead/aclk?sa=L&adurl=" + pageEncoded + "&ved=1", kind: "google-ads"},
		{name: "Google Ads, half encoded", link: "https://www.google.com/aclk?sa=L&adurl=https://www.example.com/a?x%3D1%26y%3D2&ved=1", kind: "google-ads"},
		{name: "YouTube", link: "https://www.youtube.com/redirect?event=comments&redir_token=abc&q=" + pageEncoded, kind: "youtube"},
		{name: "Bing", link: "https://www.bing.com/ck/a?!&&p=1&u=a1" + b64(pageURL) + "&ntb=1", kind: "bing"},
		{name: "Bing, relative", link: "https://www.bing.com/ck/a?u=a1" + b64("/news?q=a"), kind: "bing", want: "https://www.bing.com/news?q=a"},
		{name: "DuckDuckGo", link: "https://duckduckgo.com/l/?uddg=" + pageEncoded + "&rut=1", kind: "duckduckgo"},
		{name: "Threads", link: "https://l.threads.net/?u=" + pageEncoded + "&e=1", kind: "facebook"},
		{name: "LinkedIn, other page", link: "https://www.linkedin.com/redirect?url=" + pageEncoded + "&urlhash=1", kind: "linkedin"},
		{name: "Reddit", link: "https://out.reddit.com/t3_1abc?url=" + pageEncoded + "&token=1", kind: "reddit"},
		{name: "Reddit's mail", link: "https://click.redditmail.com/CL0/https:%2F%2Fwww.example.com%2Fa%3Fx=1%26y=2/1/" + sesID + "/c2ln=441", kind: "amazon-ses", clock: "sent", time: sentAt},
		{name: "VK", link: "https://vk.com/away.php?to=" + pageEncoded + "&cc_key=", kind: "vk"},
		{name: "VK, other page", link: "https://away.vk.com/away.php?to=" + pageEncoded, kind: "vk"},
		{name: "Steam", link: "https://steamcommunity.com/linkfilter/?u=" + pageEncoded, kind: "steam"},
		{name: "Tumblr", link: "https://t.umblr.com/redirect?z=" + pageEncoded + "&t=1", kind: "tumblr"},
		{name: "Medium", link: "https://medium.com/r/?url=" + pageEncoded, kind: "medium"},
		{name: "WEB.DE", link: "https://deref-web.de/mail/client/AbC_d/dereferrer/?redirectUrl=" + pageEncoded + "&lm", kind: "dereferrer"},
		{name: "GMX without a session", link: "https://deref-gmx.net/mail/client/dereferrer/?redirectUrl=" + pageEncoded, kind: "dereferrer"},
		{name: "Yandex", link: "https://mail.yandex.com.tr/re.jsx?uid=1&c=LIZA&mid=2&h=a,3&l=" + b64(pageURL), kind: "yandex-mail", vendor: map[string]string{"recipient_id": "1", "message_id": "2"}},
		{name: "Yandex, another country", link: "https://mail.yandex.com.ge/re.jsx?l=" + b64(pageURL), kind: "yandex-mail"},
		{name: "Mail.ru", link: "https://checklink.mail.ru/proxy?es=1&egid=2&url=" + pageEncoded + "&uidl=3&from=a%40fabrikam.example&to=&email=b%40contoso.example", kind: "mailru",
			vendor: map[string]string{"recipient": "b@contoso.example", "sender": "a@fabrikam.example"}},
		{name: "Mail.ru, other page", link: "https://click.mail.ru/redir?u=" + pageEncoded + "&c=swm", kind: "mailru"},
		{name: "Outlook on the web of Exchange", link: "https://mail.contoso.example/owa/redir.aspx?C=AbC..&URL=" + strings.ToLower(pageEncoded), kind: "owa"},
		{name: "Horde", link: "https://webmail.contoso.example/horde/services/go.php?url=" + pageEncoded, kind: "horde"},
	}
}

func TestWrappers(t *testing.T) {
	for _, c := range wrapperCases() {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = pageURL
			}
			chain, err := Unwrap(c.link)
			require.NoError(t, err)
			require.Len(t, chain.Layers, 1)
			l := chain.Layers[0]
			assert.Equal(t, c.kind, l.Kind)
			assert.Equal(t, want, l.URL)
			assert.Equal(t, c.vendor, l.Vendor)
			assert.Equal(t, c.clock, l.Clock)
			assert.True(t, c.time.Equal(l.Time), l.Time)
			assert.Equal(t, !strings.Contains(want, "://"), l.Flags.Has(FlagNoScheme))

			// Nothing of the layer is lost in JSON.
			var again Layer
			require.NoError(t, json.Unmarshal(marshal(t, l), &again))
			assert.Equal(t, l, again)

			// Inside a Safe Link, and in text.
			inside, err := Unwrap(wrapped(escapeParam(c.link)))
			require.NoError(t, err)
			require.Len(t, inside.Layers, 2)
			assert.Equal(t, want, inside.Original())
			got, found := rewrite(t, "see ("+c.link+"), please", RewriteOptions{})
			assert.Equal(t, "see ("+want+"), please", got)
			assert.Len(t, found, 1)

			// Redaction goes through the same table.
			redacted := Redact(c.link)
			for name, value := range c.vendor {
				if len(value) > 3 && !slices.Contains(wordFields, name) {
					assert.NotContains(t, redacted, value)
					assert.NotContains(t, redacted, escapeParam(value))
				}
			}
		})
	}
}

// TestWrappersWithoutTarget holds what is told of links whose target cannot be read.
func TestWrappersWithoutTarget(t *testing.T) {
	damaged := packed(`{"url":"https://www.example.com/` + strings.Repeat("0123456789abcdef", 8) + `","e":"a@fabrikam.example"}`)
	for _, c := range []struct {
		name, link string
		err        error
		want       Layer
	}{
		{"Sophos, damaged", "https://eu-central-1.protection.sophos.com/?d=example.com&u=****", ErrNoTarget, Layer{Kind: "sophos", HostHint: "example.com", Flags: FlagCut}},
		{"Sophos, damaged, without the domain", "https://eu-central-1.protection.sophos.com/?u=" + b64("https://www.example.com/abc")[:33], ErrNoTarget, Layer{Kind: "sophos", HostHint: "www.example.com", Flags: FlagCut}},
		{"Sophos, cut in the host", "https://eu-central-1.protection.sophos.com/?d=example.com&u=" + b64("https://www.exa"), ErrNoTarget, Layer{Kind: "sophos", HostHint: "example.com", Flags: FlagCut}},
		{"INKY, damaged", "https://shared.outlook.inky.com/link?domain=example.com&t=h.****.x", ErrNoTarget, Layer{Kind: "inky", HostHint: "example.com", Flags: FlagCut}},
		{"INKY, cut, without the domain", "https://shared.outlook.inky.com/link?t=h." + damaged[:len(damaged)*3/4], ErrNoTarget, Layer{Kind: "inky", HostHint: "www.example.com", Flags: FlagCut}},
		{"KnowBe4, damaged", "https://links.eu1.defend.egress.com/Warning?crId=1&Domain=fabrikam.example&Base64Url=****&@OriginalLink=www.example.com", ErrNoTarget,
			Layer{Kind: "knowbe4-defend", HostHint: "www.example.com", Flags: FlagCut, Vendor: map[string]string{"sender_domain": "fabrikam.example"}}},
		{"Mailinblack, damaged", "https://mibc-fr-11.mailinblack.com/securelink/?url=https://www.example.com&key=****", ErrNoTarget, Layer{Kind: "mailinblack", HostHint: "www.example.com", Flags: FlagCut}},
		{"Mandrill, damaged", "https://mandrillapp.com/track/click/30000001/www.example.com?p=****", ErrNoTarget, Layer{Kind: "mandrill", HostHint: "www.example.com", Flags: FlagCut, Vendor: map[string]string{"customer": "30000001"}}},
		{"Proofpoint isolation, cut", "https://urlisolation.com/browser?traceToken=1777863721;contoso_hosted;https:/www.example.com/a", ErrNoTarget,
			Layer{Kind: "proofpoint-isolation", HostHint: "www.example.com", Flags: FlagCut, Vendor: map[string]string{"customer": "contoso_hosted"}, Clock: "click", Time: sentAt.Truncate(time.Second)}},
		{"Mailjet, cut", "https://1abcd.mjt.lu/lnk/AbC/6/dEf/" + b64("https://www.example.com/abc")[:33], ErrNoTarget, Layer{Kind: "mailjet", HostHint: "www.example.com", Flags: FlagCut}},
		{"Darktrace", "https://us01.z.antigena.com/l/AbCd~eF", ErrOpaque, Layer{Kind: "darktrace", Flags: FlagOpaque}},
		{"Darktrace, first host", "https://l.antigena.com/l/AbCd~eF", ErrOpaque, Layer{Kind: "darktrace", Flags: FlagOpaque}},
		{"Hornetsecurity without a target", "https://seclinks.cloud-security.net/AbCd", ErrOpaque, Layer{Kind: "hornetsecurity", Flags: FlagOpaque}},
		{"Zix without a target", "https://link.zixcentral.com/u/0a1b2c3d/AbCdEf", ErrOpaque, Layer{Kind: "zix", Flags: FlagOpaque}},
		{"Vade, oldest", "https://antiphishing.vadesecure.com/2/" + b64("adele.vance@contoso.example|VRC1") + "/www.example.com/a", ErrOpaque,
			Layer{Kind: "vade", HostHint: "www.example.com", Flags: FlagOpaque, Vendor: map[string]string{"recipient": "adele.vance@contoso.example", "customer": "VRC1"}}},
		{"VIPRE", "https://url12.mailanyone.net/v1/?m=1wJjZJ-0004Ws-5U&i=57e1b682&c=AbCd", ErrOpaque, Layer{Kind: "vipre", Flags: FlagOpaque, Clock: "rewrite", Time: sentAt.Truncate(time.Second)}},
		{"Substack, id alone", "https://substack.com/redirect/0a1b2c3d?j=AbCd", ErrOpaque, Layer{Kind: "substack", Flags: FlagOpaque}},
		{"Constant Contact", "https://r20.rs6.net/tn.jsp?f=001abc&c=xyz", ErrOpaque, Layer{Kind: "constant-contact", Flags: FlagOpaque}},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(c.link)
			assert.ErrorIs(t, err, c.err)
			assert.Equal(t, []Layer{c.want}, chain.Layers)
			assert.Equal(t, c.want.Flags, chain.Flags)
			assert.Equal(t, c.link, chain.Original())

			inside, err := Unwrap(wrapped(escapeParam(c.link)))
			require.NoError(t, err)
			require.Len(t, inside.Layers, 2)
			assert.Equal(t, c.want, inside.Layers[1])
			assert.Equal(t, c.link, inside.Original())

			var again Chain
			require.NoError(t, json.Unmarshal(marshal(t, chain), &again))
			assert.Equal(t, chain, again)
		})
	}
}

// TestNoWebTargets holds that targets that are no web links stay none.
func TestNoWebTargets(t *testing.T) {
	for name, link := range map[string]string{
		"mail address":         "https://link.zixcentral.com/u/1/2?u=mailto%3Aa%40contoso.example",
		"mail address, base64": "https://eu-central-1.protection.sophos.com/?d=contoso.example&u=" + b64("mailto:a@contoso.example"),
		"telephone":            "https://linklock.titanhq.com/analyse?url=tel%3A%2B4930123456",
		"script":               "https://safe.menlosecurity.com/javascript:alert(1)",
		"relative":             "https://0a1b.us-east-1.resend-clicks.com/CL0/%2Fa%2Fb/1/" + sesID + "/c2ln=441",
		"page of Menlo":        "https://safe.menlosecurity.com/account/login",
		"Mailgun, mail":        "https://email.mg.contoso.example/c/" + packed("d=1a2b3c&e=1777863721&h=5d41402abc4b2a76b9719d911017c592&l=mailto%3Aa%40contoso.example"),
		"Customer.io, mail":    "https://e.customeriomail.com/e/c/" + b64(`{"href":"mailto:a@contoso.example"}`) + "/0a",
		"KnowBe4, mail":        "https://links.eu1.defend.egress.com/Warning?Base64Url=" + packed("mailto:a@contoso.example") + "&@OriginalLink=contoso.example",
		"AMP's own page":       "https://www.google.com/amp/about",
		"OWA, mail":            "https://mail.contoso.example/owa/redir.aspx?URL=mailto%3aa%40contoso.example",
	} {
		t.Run(name, func(t *testing.T) {
			chain, err := Unwrap(link)
			assert.ErrorIs(t, err, ErrNoTarget)
			assert.Empty(t, chain.Layers)
			assert.Equal(t, link, chain.Original())
		})
	}
}

// TestForeignLinks holds that hosts that look like those of a vendor, and pages that look
// like theirs at other hosts, are nobody's.
func TestForeignLinks(t *testing.T) {
	for _, link := range []string{
		"https://urlisolation.com.evil.example/browser?url=" + pageEncoded,
		"https://xurlisolation.com/browser?url=" + pageEncoded,
		"https://linklock.eviltitanhq.com/analyse?url=" + pageEncoded,
		"https://evillinklock.titanhq.com/analyse?url=" + pageEncoded,
		"https://checkpoint.evilurl-protection.com/v1/url?o=" + pageEncoded,
		"https://checkpoint.url-protection.com/v1/report?o=" + pageEncoded,
		"https://checkpoint.url-protection.com/v1/rx/url?o=" + pageEncoded,
		"https://api.us1.defend.egress.com/Warning?Data=" + b64(pageURL),
		"https://es.sonicurlprotection-xyz.com/click?ENCODED_URL=" + pageEncoded,
		"https://www.trendmicro.com/wis/clicktime/v1/query?url=" + pageEncoded,
		"https://contoso.example.evilmcas.ms/a",
		"https://portal.mcas-gov.us/a",
		"https://contoso.example.cas.ms/a",
		"https://mcas-proxyweb.mcas.ms/login?originalUrl=" + pageEncoded,
		"https://t.sidekickopen5.com/s1t/c/5/f18d?t=" + pageEncoded,
		"https://t.sidekickopen05.com.example/s1t/c/5/f18d?t=" + pageEncoded,
		"https://click.kit-mail3.com.example/a/b/" + b64(pageURL),
		"https://evilpstmrk.it/3s/www.example.com%2Fa/b/c",
		"https://contoso.example/c/eJwShort",
		"https://contoso.example/c/EjXac5ww",
		"https://contoso.example/lnk/a/1/b/c",
		"https://contoso.example/e/c/eYj",
		"https://contoso.example/track/click/1/www.example.com?p=abc",
		"https://contoso.example/securelink/?url=https://www.example.com&key=abc",
		"https://contoso.example/CL0/%2Fa%2Fb/1/2/3",
		"https://contoso.example/owa/?path=/mail",
		"https://mail.yandex.example/re.jsx?l=" + b64(pageURL),
		"https://mail.yandex.com.example/re.jsx?l=" + b64(pageURL),
		"https://contoso.example/L0/https:%2F%2Fwww.example.com%2Fa/1/2/3",
		"https://vk.com/awaymission?to=" + pageEncoded,
		"https://www.google.example/amp/s/www.example.com/a",
		"https://notderef-gmx.net/mail/client/dereferrer/?redirectUrl=" + pageEncoded,
	} {
		chain, err := Unwrap(link)
		assert.Equal(t, ErrNotWrapped, err, link)
		assert.Empty(t, chain.Layers, link)
	}
}

// TestSophosDomain holds what the domain of a Sophos link says of a target that is whole.
func TestSophosDomain(t *testing.T) {
	for domain, agrees := range map[string]bool{"example.com": true, "www.example.com": true, "EXAMPLE.com": true, "xample.com": false, "fabrikam.example": false} {
		c, err := Unwrap("https://eu-central-1.protection.sophos.com/?d=" + domain + "&u=" + b64(pageURL) + "&i=1")
		require.NoError(t, err, domain)
		assert.Equal(t, pageURL, c.Original(), domain)
		assert.Equal(t, !agrees, c.Flags.Has(FlagDisagree), domain)
	}
}

// TestCheckPointWithoutToken holds where a link whose end is missing is believed.
func TestCheckPointWithoutToken(t *testing.T) {
	const front = "https://protect.checkpoint.com/v2/r01/___https://www.example.com/a_b"
	for end, cut := range map[string]bool{"___.YXAz": false, "___.": false, "___": true, "__": true} {
		c, err := Unwrap(front + end)
		require.NoError(t, err, end)
		assert.Equal(t, "https://www.example.com/a_b", c.Original(), end)
		assert.Equal(t, cut, c.Flags.Has(FlagCut), end)
	}
	for _, end := range []string{"", "_"} {
		_, err := Unwrap(front + end)
		assert.ErrorIs(t, err, ErrNoTarget, "the target may be cut")
	}
}

// TestCloudAppsAroundSafeLinks holds that the proxy may stand in front of Safe Links, but
// nobody else.
func TestCloudAppsAroundSafeLinks(t *testing.T) {
	proxied := "https://eur01.safelinks.protection.outlook.com.mcas.ms/?url=" + pageEncoded + "&data=05%7C02&sdata=x&reserved=0&McasTsid=20893"
	link := "https://mcas-proxyweb.mcas.ms/certificate-checker?login=false&originalUrl=" + escapeParam(proxied) + "&McasCSRF=abc"
	c, err := Unwrap(link)
	require.NoError(t, err)
	assert.Equal(t, pageURL, c.Original())
	var kinds []Kind
	for _, l := range c.Layers {
		kinds = append(kinds, l.Kind)
	}
	assert.Equal(t, []Kind{"mcas", "mcas", KindSafeLinks}, kinds)

	_, err = Unwrap("https://eur01.safelinks.protection.outlook.com.evilmcas.ms/?url=" + pageEncoded)
	assert.ErrorIs(t, err, ErrSpoofedHost)
}

// TestTokensAreBounded holds that a token that unpacks to more than maxInflated is
// useless.
func TestTokensAreBounded(t *testing.T) {
	bomb := strings.Repeat("a", maxInflated)
	for _, link := range []string{
		"https://links.eu1.defend.egress.com/Warning?Base64Url=" + packed(pageURL+bomb),
		"https://email.mg.contoso.example/c/" + packed("h=5d41402abc4b2a76b9719d911017c592&l="+pageEncoded+bomb),
	} {
		_, err := Unwrap(link)
		assert.ErrorIs(t, err, ErrNoTarget)
	}
}

// TestVendorFieldsAreBounded holds that no entry of Vendor is longer than maxVendor.
func TestVendorFieldsAreBounded(t *testing.T) {
	for n, want := range map[int]int{maxVendor: maxVendor, maxVendor + 1: 0} {
		c, err := Unwrap("https://links.eu1.defend.egress.com/Warning?Threat=" + packed(strings.Repeat("a", n)) + "&Base64Url=" + packed(pageURL))
		require.NoError(t, err)
		assert.Len(t, c.Layers[0].Vendor["threat"], want)
	}
}

// TestClocks holds the bounds of the clocks.
func TestClocks(t *testing.T) {
	for name, at := range map[string]time.Time{
		"no number":              unixTime("abc"),
		"negative":               unixTime("-1"),
		"too many seconds":       unixTime("99999999999"),
		"too many milliseconds":  unixMillis("99999999999999"),
		"SES, other front":       sesTime("0200" + sentMillis + "-0"),
		"SES, no digits":         sesTime("0100zzzzzzzzzzzz-0"),
		"SES, short":             sesTime("010001"),
		"ObjectId, short":        objectIDTime("69f80c29"),
		"ObjectId, no digits":    objectIDTime(strings.Repeat("z", 24)),
		"Fernet, other version":  fernetTime(b64("\x81\x00\x00\x00\x00\x69\xf8\x0c\x29")),
		"Fernet, short":          fernetTime("gAAA"),
		"Fernet, in the future":  fernetTime(b64("\x80\xff\xff\xff\xff\x69\xf8\x0c\x29")),
		"ULID, short":            ulidTime("abc"),
		"ULID, in the future":    ulidTime(strings.Repeat("\xff", 16)),
		"UUID, short":            uuidTime("abc"),
		"UUID, random":           uuidTime("0123456\x40ABCDEFGH"),
		"Exim, no dash":          eximTime("1wJjZJ"),
		"Exim, other digits":     eximTime("1wJj+J-0004Ws-5U"),
		"Mailjet, other length":  mailjetTime("AbCd"),
		"Mailjet, other digits":  mailjetTime("****"),
		"a clock before 2005":    clockOf(unixTime("1")),
		"a clock of year 2200":   clockOf(unixTime("7258118400")),
		"a clock that is absent": clockOf(time.Time{}),
	} {
		assert.True(t, at.IsZero(), "%s: %v", name, at)
	}
	for text, at := range map[string]time.Time{
		"2026-05-04T03:02:01Z":         sentAt.Truncate(time.Second),
		"2026-05-04T03:02:01.789Z":     sentAt,
		"2026-05-04T03:02:01.7890001Z": sentAt.Add(100),
	} {
		assert.Equal(t, text, clockJSON(at))
	}
}

// clockOf returns what setTime keeps of a time.
func clockOf(at time.Time) time.Time {
	var l Layer
	l.setTime(clockSent, at)
	return l.Time
}

// newVectorsFile is an optional file beside the repository with links of newer wrappers.
const newVectorsFile = "../../shared/data/wrappers/new_wrapper_vectors.jsonl"

func TestNewVectors(t *testing.T) {
	f, err := os.Open(newVectorsFile)
	if err != nil {
		t.Skip("no folder with real links beside the repository")
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	for lines.Scan() {
		var v struct {
			Kind, In, Want string
			WantFields     map[string]string `json:"want_fields"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &v))
		n++
		t.Run(v.Kind, func(t *testing.T) {
			c, err := Unwrap(v.In)
			require.NoError(t, err)
			assert.Equal(t, v.Want, c.Original())
			var l map[string]any
			require.NoError(t, json.Unmarshal(marshal(t, c.Layers[0]), &l))
			for name, want := range v.WantFields {
				assert.Equal(t, want, l[name], name)
			}
		})
	}
	require.NoError(t, lines.Err())
	require.NotZero(t, n)
}
