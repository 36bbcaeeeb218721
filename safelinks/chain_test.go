package safelinks

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inkyToken packs a made-up token as INKY does.
func inkyToken(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return "h." + base64.RawURLEncoding.EncodeToString(b.Bytes()) + ".c2lnbmF0dXJl"
}

func TestUnwrapVendors(t *testing.T) {
	const page, encoded = "https://www.example.com/a?x=1&y=2", "https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2"
	b64 := base64.StdEncoding.EncodeToString([]byte(page))
	for _, c := range []struct {
		name, link string
		kind       Kind
		want       string
	}{
		{"Proofpoint v1", "https://urldefense.proofpoint.com/v1/url?u=" + encoded + "&k=abc%3D%0A&s=1", "proofpoint-v1", page},
		{"Proofpoint v1, entities", "https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26amp%3By%3D2&k=abc", "proofpoint-v1", page},
		{"Proofpoint v2", "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.com_a-3Fx-3D1-26y-3D2&d=DwMFaQ&c=x&e=", "proofpoint-v2", page},
		{"Proofpoint v2, bare host", "https://urldefense.com/v2/url?u=https-3A__www.example.com_a-5Fb-2Dc&d=DwMFaQ", "proofpoint-v2", "https://www.example.com/a_b-c"},
		{"Proofpoint v2, HTML-escaped", "https://urldefense.com/v2/url?u=https-3A__www.example.com_a-3Fx-3D1-26amp-3By-3D2&amp;d=DwMFaQ", "proofpoint-v2", page},
		{"Proofpoint v3", "https://urldefense.com/v3/__https://www.example.com/a?x=1&y=2__;!!id!token$", "proofpoint-v3", page},
		{"Proofpoint v3, table", "https://urldefense.com/v3/__https://www.example.com/*a*b__;Iyo!!id!token$", "proofpoint-v3", "https://www.example.com/#a*b"},
		{"Proofpoint v3, run of bytes", "https://urldefense.us/v3/__https://www.example.com/**Ax*b__;w7zDvMO8!!id!token$", "proofpoint-v3", "https://www.example.com/üx%C3b"},
		{"Proofpoint v3, one exclamation mark", "https://urldefense.proofpoint.com/v3/__https://www.example.com/__;!id!token$", "proofpoint-v3", "https://www.example.com/"},
		{"Proofpoint v3, mark in the target", "https://urldefense.com/v3/__https://www.example.com/__;a__;!!id!to__;ken$", "proofpoint-v3", "https://www.example.com/__;a"},
		{"Proofpoint v3, escapes stay", "https://urldefense.com/v3/__https://www.example.com/%20%2A__;!!id!token$", "proofpoint-v3", "https://www.example.com/%20%2A"},
		{"Proofpoint v3, one slash", "https://urldefense.com/v3/__https:/www.example.com/__;!!id!token$", "proofpoint-v3", "https://www.example.com/"},
		{"Barracuda", "https://linkprotect.cudasvc.com/url?a=" + strings.ToLower(encoded) + "&c=E,1,abc&typo=1", "barracuda", page},
		{"Trend Micro v1", "https://mx1-0-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=" + encoded + "&umid=1&auth=2", "trendmicro", page},
		{"Trend Micro v2", "https://ctp.trendmicro.com/wis/clicktime/v2/clickthrough?url=" + encoded + "&uuid=1&auth=2", "trendmicro", page},
		{"Check Point", "https://url.avanan.click/v2/___https://www.example.com/a?x=1&y=2___.YXAzOmNvbnRvc286YTpvOmFi", "checkpoint-avanan", page},
		{"Check Point, region, one slash", "https://protect.checkpoint.com/v2/r01/___https:/www.example.com/a_b__c___.YXAzOmNvbnRvc286YTpvOmFi", "checkpoint-avanan", "https://www.example.com/a_b__c"},
		{"Check Point, encoded", "https://url.avanan.click/v2/___https%3A%2F%2Fwww.example.com%2Fa___.YXAzOmNvbnRvc286YTpvOmFi", "checkpoint-avanan", "https://www.example.com/a"},
		{"Cisco", "https://secure-web.cisco.com/1abcDEF-_/" + encoded, "cisco", page},
		{"Sophos", "https://eu-central-1.protection.sophos.com/?d=example.com&u=" + b64 + "&i=1&t=2&h=3&s=4", "sophos", page},
		{"Sophos, no padding", "https://eu-central-1.protection.sophos.com?d=example.com&u=" + strings.TrimRight(b64, "="), "sophos", page},
		{"Sophos, escaped padding", "https://eu-central-1.protection.sophos.com/?d=example.com&u=" + strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(page+"3")), "=", "%3D"), "sophos", page + "3"},
		{"FireEye", "https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u=" + encoded, "fireeye", page},
		{"FireEye, not encoded", "https://protect2.fireeye.com/url?k=1&u=https://www.example.com/a?x=%20&y=2", "fireeye", "https://www.example.com/a?x=%20&y=2"},
		{"Symantec", "https://clicktime.symantec.com/38YrAbc?u=" + encoded, "symantec", page},
		{"Symantec, not encoded", "https://clicktime.symantec.com/abc?h=1&u=https://www.example.com/a%2Fb?x=1&y=2", "symantec", "https://www.example.com/a%2Fb?x=1&y=2"},
		{"Trustwave", "https://scanmail.trustwave.com/?c=1&d=2&u=https%3a%2f%2fwww%2eexample%2ecom%2fa", "trustwave", "https://www.example.com/a"},
		{"EdgePilot", "https://link.edgepilot.com/s/1234abcd/AbCdEf?u=https://www.example.com/a?x=1%26y=%20", "edgepilot", "https://www.example.com/a?x=1&y=%20"},
		{"EdgePilot, other path", "https://link.edgepilot.com/x/1234abcd/AbCdEf?u=" + encoded, "edgepilot", page},
		{"Libraesva", "https://urlsand.esvalabs.com/?u=" + encoded + "&e=1&h=2&f=y&p=n", "libraesva", page},
		{"FortiMail", "https://mail.contoso.com/fmlurlsvc/?fewReq=:B:JVo&url=" + encoded, "fortimail", page},
		{"Vade", "https://gws.eu.vadesecure.com/safeproxy/v4?f=1&i=2&u=" + encoded, "vade", page},
		{"Hornetsecurity", "https://atpscan.global.hornetsecurity.com/?d=1&f=2&u=" + encoded, "hornetsecurity", page},
		{"Topsec", "https://scanner.topsec.com/?d=1&r=show&u=" + encoded + "&t=2", "topsec", page},
		{"INKY", "https://shared.outlook.inky.com/link?domain=example.com&t=" + inkyToken(t, `{"url":"https://www.example.com/a?x=1&y=2"}`), "inky", page},
		{"Google", "https://www.google.com/url?q=" + encoded + "&sa=D", "google-redirect", page},
		{"Google, url", "https://google.com/url?sa=t&url=" + encoded + "&usg=1", "google-redirect", page},
		{"Google, words and url", "https://www.google.co.uk/url?q=some+words&url=" + encoded, "google-redirect", page},
		{"Google document", "https://www.google.com/url?q=https://www.example.com/a%3Fx%3D1%26y%3D2&amp;sa=D", "google-redirect", page},
		{"Azure Communication", "https://nam.safelink.emails.azure.net/redirect/?destination=" + encoded + "&p=abc", "azure-communication", page},
		{"Amazon SES", "https://abc.r.us-east-1.awstrack.me/L0/https:%2F%2Fwww.example.com%2Fa%3Fx=1%26y=2/1/0100-000000/sig=1", "amazon-ses", page},
		{"Slack", "https://slack-redir.net/link?url=" + encoded, "slack", page},
		{"Facebook", "https://l.facebook.com/l.php?u=" + encoded + "&h=1", "facebook", page},
		{"LinkedIn", "https://www.linkedin.com/safety/go?url=" + encoded + "&trk=1", "linkedin", page},
		{"WhatsApp", "https://l.wl.co/l?u=" + encoded, "whatsapp", page},
		{"Defender for Cloud Apps", "https://contoso.sharepoint.com.mcas.ms/sites/a?x=1&McasTsid=2&McasCtx=4#top", "mcas", "https://contoso.sharepoint.com/sites/a?x=1#top"},
		{"Safe Link", wrapped(encoded), KindSafeLinks, page},
		{"Teams", teamsLink, KindTeams, "https://www.example.com/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(c.link)
			require.NoError(t, err)
			require.Len(t, chain.Layers, 1)
			assert.Equal(t, c.kind, chain.Layers[0].Kind)
			assert.Equal(t, c.want, chain.Original())

			// The same inside and around a Safe Link.
			inside, err := Unwrap(wrapped(escapeParam(c.link)))
			require.NoError(t, err)
			require.Len(t, inside.Layers, 2)
			assert.Equal(t, []Kind{KindSafeLinks, c.kind}, []Kind{inside.Layers[0].Kind, inside.Layers[1].Kind})
			assert.Equal(t, c.want, inside.Original())

			// A redacted link keeps its service, and its target but for secrets.
			redacted, err := Unwrap(Redact(c.link))
			if c.kind != "inky" {
				require.NoError(t, err, Redact(c.link))
				if c.kind != "mcas" {
					assert.Equal(t, c.want, redacted.Original(), Redact(c.link))
				}
			}

			// In text.
			got, found := rewrite(t, "see ("+c.link+"), please", RewriteOptions{})
			assert.Equal(t, "see ("+c.want+"), please", got)
			assert.Len(t, found, 1)
		})
	}
}

func TestUnwrapOpaque(t *testing.T) {
	for _, c := range []struct {
		name, link string
		kind       Kind
		hint       string
	}{
		{"Mimecast", "https://url.uk.m.mimecastprotect.com/s/AbCdEf", "mimecast", ""},
		{"Mimecast with a host", "https://url.usb.m.mimecastprotect.com/s/AbCdEf?domain=www.example.com", "mimecast", "www.example.com"},
		{"Mimecast, older", "https://protect-eu.mimecast.com/s/AbCdEf?domain=example.com", "mimecast", "example.com"},
		{"hint that is no host", "https://protect-eu.mimecast.com/s/AbCdEf?domain=%3Cscript%3E", "mimecast", ""},
		{"Sophos without the target", "https://us-east-2.protection.sophos.com/?d=example.com&b=1", "sophos", "example.com"},
		{"Symantec, oldest", "https://clicktime.symantec.com/a/1/abc=?d=def", "symantec", ""},
		{"Cisco, token alone", "https://secure-web.cisco.com/1abc", "cisco", ""},
		{"emailprotection.link", "https://url.emailprotection.link/?bAbCdEf~", "emailprotection", ""},
		{"INKY, other token", "https://shared.outlook.inky.com/link?domain=example.com&t=x.abc", "inky", "example.com"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(c.link)
			require.ErrorIs(t, err, ErrOpaque)
			require.Len(t, chain.Layers, 1)
			assert.Equal(t, c.kind, chain.Layers[0].Kind)
			assert.Equal(t, c.hint, chain.Layers[0].HostHint)
			assert.True(t, chain.Flags.Has(FlagOpaque))
			assert.Equal(t, c.link, chain.Original())

			inside, err := Unwrap(wrapped(escapeParam(c.link)))
			require.NoError(t, err)
			assert.Len(t, inside.Layers, 2)
			assert.Equal(t, c.link, inside.Original())
			assert.True(t, inside.Flags.Has(FlagOpaque))
		})
	}
}

func TestUnwrapRefusesOtherVendors(t *testing.T) {
	const encoded = "https%3A%2F%2Fwww.example.com%2F"
	for name, link := range map[string]string{
		"plain link":                 "https://www.example.com/?url=" + encoded,
		"look-alike of Proofpoint":   "https://urldefense.com.example.com/v2/url?u=https-3A__www.example.com",
		"Proofpoint without u":       "https://urldefense.com/v2/url?d=x",
		"Proofpoint v3, no end":      "https://urldefense.com/v3/__https://www.example.com/",
		"Proofpoint v3, script":      "https://urldefense.com/v3/__javascript:alert(1)__;!!id!token$",
		"look-alike of Barracuda":    "https://xlinkprotect.cudasvc.com/url?a=" + encoded,
		"look-alike of Trend Micro":  "https://xctp.trendmicro.com/wis/clicktime/v1/query?url=" + encoded,
		"Check Point without end":    "https://url.avanan.click/v2/___https://www.example.com/",
		"look-alike of Sophos":       "https://protection.sophos.com.example.com/?d=example.com&u=aHR0cHM6Ly93d3cuZXhhbXBsZS5jb20v",
		"Sophos, no base64":          "https://eu-central-1.protection.sophos.com/?u=****",
		"FortiMail without its mark": "https://mail.contoso.com/fmlurlsvc/?url=" + encoded,
		"Google, words":              "https://www.google.com/url?q=some+words",
		"Google, other page":         "https://www.google.com/search?q=" + encoded,
		"look-alike of Google":       "https://www.google.com.example.com/url?q=" + encoded,
		"google under another name":  "https://www.google.example/url?q=" + encoded,
		"INKY, not compressed":       "https://shared.outlook.inky.com/link?t=h.YWJj.x",
		"INKY, no URL":               "https://shared.outlook.inky.com/link?t=" + inkyToken(t, `{"k":"x"}`),
		"INKY, bomb":                 "https://shared.outlook.inky.com/link?t=" + inkyToken(t, `{"url":"https://www.example.com/`+strings.Repeat("a", maxInflated)+`"}`),
		"user-info":                  "https://linkprotect.cudasvc.com@www.example.com/url?a=" + encoded,
		"site of Mimecast":           "https://www.mimecast.com/s/AbCdEf",
		"mcas alone":                 "https://portal.mcas.ms/",
	} {
		t.Run(name, func(t *testing.T) {
			chain, err := Unwrap(link)
			assert.ErrorIs(t, err, ErrNotWrapped)
			assert.Empty(t, chain.Layers)
			assert.Equal(t, link, chain.Original())
		})
	}
}

func TestUnwrapMetadata(t *testing.T) {
	token := inkyToken(t, `{"url":"https://www.example.com/","k":"contoso/adele.vance@contoso.com/0f/1751299591.8304267","e":"sender@example.com","d":"example.com"}`)
	c, err := Unwrap("https://shared.outlook.inky.com/link?domain=example.com&t=" + token)
	require.NoError(t, err)
	assert.Equal(t, Layer{
		Kind: "inky", URL: "https://www.example.com/",
		Vendor: map[string]string{
			"customer": "contoso", "recipient": "adele.vance@contoso.com", "recipient_path": "contoso/adele.vance@contoso.com/0f/1751299591.8304267",
			"sender": "sender@example.com", "sender_domain": "example.com",
		},
		Time: time.Date(2025, 6, 30, 16, 6, 31, 830426700, time.UTC), Clock: "rewrite",
	}, c.Layers[0])

	c, err = Unwrap("https://url.avanan.click/v2/r01/___https://www.example.com/___.YXAzOmNvbnRvc286YTpvOjg0ZDI6Nzpm")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"cluster": "ap3", "customer": "contoso"}, c.Layers[0].Vendor)
}

func TestUnwrapDepth(t *testing.T) {
	link := "https://www.example.com/"
	for range 50 {
		// The target is not encoded, so that the link does not grow with every
		// layer as an encoded one would.
		link = "https://protect2.fireeye.com/url?k=1&u=" + link
	}
	c, err := Unwrap(link)
	require.NoError(t, err)
	assert.Len(t, c.Layers, maxDepth)
	assert.True(t, c.Flags.Has(FlagDepthLimit))

	link = "https://www.example.com/"
	for range maxDepth {
		link = "https://protect2.fireeye.com/url?k=1&u=" + link
	}
	c, err = Unwrap(link)
	require.NoError(t, err)
	assert.Equal(t, "https://www.example.com/", c.Original())
	assert.False(t, c.Flags.Has(FlagDepthLimit))
}

func TestUnwrapLoop(t *testing.T) {
	// No link is known that holds itself, so the check is asked directly.
	c := Chain{Input: "a", Layers: []Layer{{URL: "b"}, {URL: "c"}}}
	assert.True(t, c.seen("a"))
	assert.True(t, c.seen("b"))
	assert.False(t, c.seen("c"), "the last layer's own")
}

func TestUnwrapTracker(t *testing.T) {
	const tracker = "https://u1234.ct.sendgrid.net/ls/click?upn=abc"
	c, err := Unwrap(wrapped(escapeParam(tracker)))
	require.NoError(t, err)
	assert.Equal(t, tracker, c.Original())
	assert.True(t, c.Flags.Has(FlagTracker))
}
