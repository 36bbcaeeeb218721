package safelinks

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRedact(t *testing.T) {
	const tail = "&data=redacted&sdata=redacted&reserved=0"
	for _, c := range []struct{ name, link, want string }{
		{"Safe Link", wrapped(encodedPage), mailHost + "?url=" + encodedPage + tail},
		{"app", mailHost + "ap/w-59584e83/?url=" + encodedPage + "&data=" + fields05, mailHost + "ap/w-59584e83/?url=" + encodedPage + "&data=redacted"},
		{"no target", mailHost + "?data=" + fields05, mailHost + "?data=redacted"},
		{"address in the target", mailHost + "?url=https%3A%2F%2Fwww.example.com%2F%3Fa%3Dadele.vance%40contoso.com%26b%3D1", mailHost + "?url=https%3A%2F%2Fwww.example.com%2F%3Fa%3Dredacted%26b%3D1"},
		{"token in the target", mailHost + "?url=https%3A%2F%2Fwww.example.com%2F%3Faccess_token%3Dabc%26b%3D1", mailHost + "?url=https%3A%2F%2Fwww.example.com%2F%3Faccess_token%3Dredacted%26b%3D1"},
		{"Safe Link in a Safe Link", wrapped(escapeParam(wrapped(encodedPage))), mailHost + "?url=" + escapeParam(mailHost+"?url="+encodedPage+tail) + tail},
		{"Teams", teamsLink, "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fwww.example.com%2F&locale=redacted&dest=redacted&pc=redacted&wau=redacted&si=redacted&sd=redacted&ce=redacted&cv=redacted&ssid=redacted&ring=redacted&clickparams=redacted&bg=redacted"},
		{"Proofpoint v2", "https://urldefense.com/v2/url?u=https-3A__www.example.com_&d=DwM&c=abc", "https://urldefense.com/v2/url?u=https-3A__www.example.com_&d=redacted&c=redacted"},
		{"Proofpoint v3", "https://urldefense.com/v3/__https://www.example.com/*a__;Iw!!id!token$", "https://urldefense.com/v3/__https://www.example.com/*a__;Iw!!redacted$"},
		{"Cisco", "https://secure-web.cisco.com/1abc/" + encodedPage, "https://secure-web.cisco.com/redacted/" + encodedPage},
		{"EdgePilot", "https://link.edgepilot.com/s/1234abcd/AbC?u=https://www.example.com/", "https://link.edgepilot.com/s/redacted/redacted?u=https://www.example.com/"},
		{"Mimecast", "https://protect-eu.mimecast.com/s/AbC?domain=example.com&x=1", "https://protect-eu.mimecast.com/s/redacted?domain=example.com&x=1"},
		{"INKY", "https://shared.outlook.inky.com/link?domain=example.com&t=h.abc.def", "https://shared.outlook.inky.com/link?domain=example.com&t=redacted"},
		{"another link", "https://user:secret@www.example.com/a%20b?x=1&sig=abc#to=adele.vance@contoso.com", "https://www.example.com/a%20b?x=1&sig=redacted#to=redacted"},
		{"nothing to take out", "https://www.example.com/a?x=1", "https://www.example.com/a?x=1"},
		{"address alone", "adele.vance@contoso.com", "redacted"},
		{"address encoded twice", "https://www.example.com/?x=adele.vance%2540contoso.com&y", "https://www.example.com/?x=redacted&y"},
		{"address in base64 in the path", "https://www.example.com/unsubscribe/YWRlbGUudmFuY2VAY29udG9zby5jb20", "https://www.example.com/unsubscribe/redacted"},
		{"at sign in the table of Proofpoint v3", "https://urldefense.com/v3/__https://www.example.com/u?to=adele*contoso.com__;QA!!abc!def$", "https://urldefense.com/v3/__https://www.example.com/redacted__;QA!!redacted$"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Redact(c.link)
			assert.Equal(t, c.want, got)
			assert.Equal(t, got, Redact(got), "a redacted link stays as it is")
		})
	}
}

func TestRedactedChainSaysNothing(t *testing.T) {
	for name, link := range map[string]string{
		"Safe Links": wrapped(escapeParam(wrapped(encodedPage))),
		"Teams":      teamsLink,
		"INKY":       "https://shared.outlook.inky.com/link?t=" + inkyToken(t, `{"url":"https://www.example.com/a?x=1","k":"contoso/adele.vance@contoso.com/0f/1751299591.8","e":"adele.vance@contoso.com","d":"contoso.com"}`),
		"odd fields": mailHost + "?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1&data=05%7C02%7Ccontoso%7Ccontoso%7Ccontoso%7C0%7C0%7C1%7CUnknown%7C%7C0%7Ccontoso%7Ccontoso%7Ccontoso&reserved=contoso",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Unwrap(link)
			require.NoError(t, err)
			r := c.Redact()
			text := string(marshal(t, r)) + c.String()
			for _, secret := range personal {
				assert.NotContains(t, text, secret)
			}
			assert.Equal(t, c.Original(), r.Original())
		})
	}
}

// personal are parts of the links below that nobody should see in a log.
var personal = []string{"contoso", "adele", "3246927a", "72f988bf", "unq.gbl", "31b28bee", "COOKIE", "Ji5Irm", "secret"}

func TestPrintedAndLoggedValuesSayNothing(t *testing.T) {
	for name, link := range map[string]string{
		"Safe Links":  wrapped(escapeParam(wrapped(encodedPage))),
		"Teams":       teamsLink,
		"INKY":        "https://shared.outlook.inky.com/link?t=" + inkyToken(t, `{"url":"https://www.example.com/a?token=secret","k":"contoso/adele.vance@contoso.com/0f/1751299591.8","e":"adele.vance@contoso.com","d":"contoso.com"}`),
		"Check Point": "https://url.avanan.click/v2/___https://www.example.com/a?x=1&y=2___.YXAzOmNvbnRvc286YTpvOmFi",
		"odd fields":  mailHost + "?url=https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1&data=05%7C02%7Ccontoso%7Ccontoso%7Ccontoso%7C0%7C0%7C1%7CUnknown%7C%7C0%7Ccontoso%7Ccontoso%7Ccontoso&reserved=contoso",
		"not wrapped": "https://user:secret@www.example.com/?to=adele.vance@contoso.com&token=secret",
		"opaque":      "https://protect-eu.mimecast.com/s/secret?domain=example.com",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Unwrap(link)
			found := Found{Chain: c, Err: err}
			var out bytes.Buffer
			for _, v := range []any{c, &c, c.Layers, found, []Chain{c}, map[string]Chain{"a": c}} {
				fmt.Fprintf(&out, "%v %+v %s\n", v, v, v)
			}
			for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				log := slog.New(h)
				log.Info("chain", "value", c, "group", slog.GroupValue(slog.Any("inner", c)))
				for _, l := range c.Layers {
					log.Info("layer", "value", l)
					fmt.Fprintf(&out, "%v %+v %s %s\n", l, l, l, l.String())
					if l.Link != nil {
						log.Info("link", "value", *l.Link, "pointer", l.Link)
						fmt.Fprintf(&out, "%v %+v %s %s\n", *l.Link, l.Link, l.Link, l.Link.String())
					}
				}
			}
			for _, secret := range personal {
				assert.NotContains(t, out.String(), secret)
			}
			if name != "opaque" {
				assert.Contains(t, out.String(), "www.example.com")
			}
		})
	}
}

func TestStrings(t *testing.T) {
	c, err := Unwrap(wrapped(escapeParam("https://urldefense.com/v3/__https:/www.example.com/a__;!!id!token$")))
	require.NoError(t, err)
	assert.Equal(t, mailHost+"?url=https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2Fwww.example.com%2Fa__%3B!!redacted%24&data=redacted&sdata=redacted&reserved=0"+
		" -> https://urldefense.com/v3/__https:/www.example.com/a__;!!redacted$ -> https://www.example.com/a", c.String())
	assert.Equal(t, "proofpoint-v3 https://www.example.com/a", c.Layers[1].String())
	assert.Equal(t, "form=mail cloud=commercial region=eur01 version=05 recipient=redacted received=2024-05-10T20:53:07.3146880Z written=2024-05-10T20:53:10.6077334Z", c.Layers[0].Link.String())

	c, err = Unwrap("https://protect-eu.mimecast.com/s/AbC?domain=example.com")
	require.ErrorIs(t, err, ErrOpaque)
	assert.Equal(t, "https://protect-eu.mimecast.com/s/redacted?domain=example.com", c.String())
	assert.Equal(t, "mimecast example.com", c.Layers[0].String())

	c, err = Unwrap(teamsLink)
	require.NoError(t, err)
	assert.Equal(t, "form=teams cloud=commercial region=eur02 sent=2026-05-05T13:46:05.815Z", c.Layers[0].Link.String())

	assert.Equal(t, "", Chain{}.String())
	assert.Equal(t, "", Layer{}.String())
	assert.Equal(t, "", Link{}.String())
}

func TestRedactDoesNotChangeTheOriginal(t *testing.T) {
	for _, link := range []string{wrapped(encodedPage), teamsLink, "https://url.avanan.click/v2/___https://www.example.com/___.YXAzOmNvbnRvc286YTpvOmFi"} {
		c, err := Unwrap(link)
		require.NoError(t, err)
		before, err := Unwrap(link)
		require.NoError(t, err)
		_, _, _ = c.Redact(), c.String(), c.LogValue()
		assert.Equal(t, before, c)
	}
}

func TestRewriteRedacts(t *testing.T) {
	text := "a " + wrapped(encodedPage) + ", b https://protect-eu.mimecast.com/s/AbC. c " + mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=05%7C02%7Cadele.vance\n%40contoso.com%7C\n"
	got, _ := rewrite(t, text, RewriteOptions{Redact: true})
	assert.NotContains(t, got, "adele")
	assert.NotContains(t, got, "contoso")
	assert.NotContains(t, got, "AbC")
	assert.Equal(t, strings.Count(text, "https://"), strings.Count(got, "https://"))
}

// Some services encode no more of a target than its slashes, or its '&'.
func TestRedactHalfEncodedTargets(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"slashes, and a path that goes on": {
			"https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Flinkprotect.cudasvc.com%2Furl%3Fa=https%253A%252F%252Fwww.example.com%252Fa%26c=E%2C1%2CqRs7TuV9wXy1/1/0100018fc1d1b7e0-6c9b409a-b363/qRs7TuV9wXy1=355",
			"https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Flinkprotect.cudasvc.com%2Furl%3Fa=https%253A%252F%252Fwww.example.com%252Fa%26c=redacted/redacted/redacted/redacted",
		},
		"ampersands": {
			"https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=https://linkprotect.cudasvc.com/url?a=https%253A%252F%252Fwww.example.com%252Fa%26c=E%2C1%2CqRs7TuV9wXy1%26typo=1",
			"https://link.edgepilot.com/s/redacted/redacted?u=https://linkprotect.cudasvc.com/url?a=https%253A%252F%252Fwww.example.com%252Fa%26c=redacted%26typo=1",
		},
		"a site's own parameters": {
			"https://link.edgepilot.com/s/redacted/redacted?u=https://www.example.com/a?b=1%26c=2",
			"https://link.edgepilot.com/s/redacted/redacted?u=https://www.example.com/a?b=1%26c=2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, Redact(c.in))
			assert.Equal(t, c.want, Redact(c.want))
		})
	}
}
