package main

import (
	"bytes"
	"encoding/base64"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
)

// What is planted, and what of it must not be seen.
const (
	plantedMailbox = "zoe.quark7@mailbox-zq.example"
	plantedTenant  = "5e1f0c7a-9d3b-4c21-8a6e-0f4b7d2c9e15"
	plantedToken   = "S3cr3tT0k3nZq"
)

var plantedSigns = []string{"quark7", "mailbox-zq", "5e1f0c7a", "9d3b-4c21", "s3cr3t", "t0k3nzq"}

// plantedLinks hold the secrets in wrappers, in wrappers in one another, and where no
// service is known.
func plantedLinks() []string {
	target := "https://shop.example/u?to=" + plantedMailbox + "&token=" + plantedToken + "&t=" + plantedTenant
	safeLink := "https://nam02.safelinks.protection.outlook.com/?url=" + url.QueryEscape(target) + "&data=05%7C02%7C" + url.QueryEscape(plantedMailbox) +
		"%7C" + strings.ReplaceAll(plantedTenant, "-", "") + "%7C0%7C0%7C" + plantedToken + "&sdata=" + plantedToken + "&reserved=0"
	teams := "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=" + url.QueryEscape(target) +
		"&locale=" + plantedToken + "&pc=" + plantedToken + "&cv=" + plantedToken + "&ssid=" + plantedTenant
	dashed := func(s string) string { return strings.NewReplacer("%", "-", "/", "_").Replace(url.QueryEscape(s)) }
	return []string{
		target, safeLink, teams,
		"https://login.example/cb#access_token=" + plantedToken + "&state=" + plantedToken,
		"https://zoe.quark7:" + plantedToken + "@shop.example/" + plantedTenant,
		"https://urldefense.com/v2/url?u=" + dashed(target) + "&d=" + plantedToken,
		"https://urldefense.com/v2/url?u=" + dashed(safeLink) + "&d=" + plantedToken,
		"https://urldefense.com/v3/__" + teams + "__;!!" + plantedToken + "!x$",
		"https://url.avanan.click/v2/___" + target + "___." + plantedToken,
		"https://secure-web.cisco.com/" + plantedToken + "/" + url.QueryEscape(safeLink),
		"https://eu-west-1.protection.sophos.com/?d=shop.example&u=" + base64.StdEncoding.EncodeToString([]byte(teams)),
		"https://protect-eu.mimecast.com/s/" + plantedToken + "?domain=shop.example",
		"https://shop.example.mcas.ms/u?to=" + plantedMailbox + "&McasCtx=" + plantedToken,
		"https://unknown.gateway.example/?x=" + url.QueryEscape(url.QueryEscape(safeLink)) + "&r=" + plantedMailbox,
		"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2F&data=05%7C02%7C" + url.QueryEscape(plantedMailbox),
		"https://nam02.safelinks.protection.outlook.com/?url=mailto%3A" + url.QueryEscape(plantedMailbox) + "&data=x",
	}
}

// decodedForms returns a text and what it encodes.
func decodedForms(text string) string {
	var all strings.Builder
	for line := range strings.Lines(text + "\n" + string(mustUnquote(text))) {
		all.WriteString(line)
		dashed := strings.NewReplacer("-", "%", "_", "/").Replace(line)
		for _, s := range []string{line, dashed, html.UnescapeString(line)} {
			for range 4 {
				if d, err := url.PathUnescape(s); err == nil {
					s = d
					all.WriteString(d)
				}
			}
		}
		for _, run := range strings.FieldsFunc(line, func(r rune) bool {
			return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_", r)
		}) {
			digits := strings.NewReplacer("-", "+", "_", "/").Replace(run)
			if b, err := base64.RawStdEncoding.DecodeString(digits[:len(digits)-len(digits)%4]); err == nil {
				all.Write(b)
			}
		}
	}
	return strings.ToLower(strings.ReplaceAll(all.String(), "\x00", ""))
}

func mustUnquote(text string) []byte {
	var b bytes.Buffer
	_, _ = b.ReadFrom(quotedprintable.NewReader(strings.NewReader(text))) // up to what is none
	return b.Bytes()
}

func quotedText(s string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func TestPlantedSecretsAreRedacted(t *testing.T) {
	links := plantedLinks()
	lines := strings.Join(links, "\n") + "\n"
	text := "Dear Zoe, write to " + plantedMailbox + ":\n\n" + strings.Join(links, " and\n\n") + "\n"
	page := `<html><body><a href="` + strings.ReplaceAll(html.EscapeString(strings.Join(links, "|")), "|", `">x</a> <a href="`) + `">` + plantedMailbox + "</a></body></html>\n"
	mail := "Received: from a by b for <" + plantedMailbox + ">\r\nTo: Zoe Quark7 <" + plantedMailbox + ">\r\nSubject: for " + plantedMailbox + "\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quotedText(page)
	wide := ""
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	long := strings.Repeat("x", longestLine+1) + plantedMailbox + "\n" + plantedMailbox + " https://a.example/?token=" + strings.Repeat("y", 70_000) + "\n"
	for name, c := range map[string]struct {
		args  []string
		stdin string
	}{
		"lines":                     {nil, lines},
		"lines, NDJSON":             {[]string{"--format=ndjson"}, lines},
		"lines of text":             {nil, text},
		"lines of text, NDJSON":     {[]string{"--format=ndjson"}, text},
		"lines of UTF-16":           {nil, wide},
		"arguments":                 {links, ""},
		"arguments, NDJSON":         {append([]string{"--format=ndjson"}, links...), ""},
		"long lines":                {nil, long},
		"long lines, NDJSON":        {[]string{"--format=ndjson"}, long},
		"find":                      {[]string{"--find"}, text},
		"find, NDJSON":              {[]string{"--find", "--format=ndjson"}, page},
		"find, quoted":              {[]string{"--find", "--quoted-printable"}, quotedText(page)},
		"find, quoted, NDJSON":      {[]string{"--find", "--quoted-printable", "--format=ndjson"}, quotedText(text)},
		"rewrite text":              {[]string{"--rewrite"}, text},
		"rewrite HTML":              {[]string{"--rewrite"}, page},
		"rewrite HTML as text":      {[]string{"--rewrite", "--as=text"}, page},
		"rewrite mail":              {[]string{"--rewrite"}, mail},
		"rewrite mail, as mail":     {[]string{"--rewrite", "--as=mail"}, mail},
		"rewrite UTF-16":            {[]string{"--rewrite"}, wide},
		"rewrite UTF-16 as text":    {[]string{"--rewrite", "--as=text"}, wide},
		"rewrite long lines":        {[]string{"--rewrite"}, long},
		"wrong flag with a mailbox": {[]string{"--format=" + plantedMailbox}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			run(t.Context(), append([]string{"--redact"}, c.args...), strings.NewReader(c.stdin), &out, &errs)
			forms := decodedForms(out.String() + errs.String())
			for _, sign := range plantedSigns {
				if i := strings.Index(forms, sign); i >= 0 {
					assert.Fail(t, "holds "+sign, "%q", forms[max(0, i-300):min(len(forms), i+100)])
				}
			}
			if strings.Contains(c.stdin, "shop.example") && !strings.Contains(c.stdin, "\x00") {
				assert.Contains(t, out.String(), "shop.example", "the site stays")
			}
		})
	}
}

// TestTheCookieOfATeamsPageIsNeverReturned checks that no output shows it, redacted or not.
func TestTheCookieOfATeamsPageIsNeverReturned(t *testing.T) {
	for _, cookie := range []string{"C00KIE", "C00KIEvalue-12345_67890", "C00KIE%2Bvalue%2F1234567890%3D%3D"} {
		page := "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fshop.example%2F&locale=en-us&pc=" + cookie + "&ring=general"
		inSafeLinks := page
		for range 3 {
			inSafeLinks = "https://nam02.safelinks.protection.outlook.com/?url=" + url.QueryEscape(inSafeLinks) + "&data=x&reserved=0"
		}
		inPages := page
		for range 3 {
			inPages = "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=" + url.QueryEscape(inPages) + "&pc=" + cookie
		}
		for name, link := range map[string]string{
			"alone":           page,
			"HTML":            html.EscapeString(page),
			"no scheme":       strings.TrimPrefix(page, "https://"),
			"defanged":        strings.Replace(page, "https://", "hxxps[:]//", 1),
			"encoded whole":   url.QueryEscape(page),
			"Safe Links":      inSafeLinks,
			"pages":           inPages,
			"Proofpoint v2":   "https://urldefense.com/v2/url?u=" + strings.NewReplacer("-", "-2D", "_", "-5F", "%", "-", "/", "_").Replace(url.QueryEscape(page)) + "&d=x",
			"Proofpoint v3":   "https://urldefense.com/v3/__" + page + "__;!!a!b$",
			"Cisco":           "https://secure-web.cisco.com/1x/" + url.QueryEscape(page),
			"Sophos":          "https://eu-west-1.protection.sophos.com/?d=x.example&u=" + base64.StdEncoding.EncodeToString([]byte(page)),
			"Sophos in Cisco": "https://secure-web.cisco.com/1x/" + url.QueryEscape("https://eu-west-1.protection.sophos.com/?u="+base64.StdEncoding.EncodeToString([]byte(page))),
			"unknown gateway": "https://gateway.example/?x=" + url.QueryEscape(page),
		} {
			for _, args := range [][]string{{"--format=ndjson"}, {"--find", "--format=ndjson"}, {"--format=ndjson", "--redact"}, {"--redact"}} {
				var out bytes.Buffer
				run(t.Context(), args, strings.NewReader(link+"\n"), &out, &out)
				forms := decodedForms(out.String())
				assert.NotContains(t, forms, "c00kie", "%s: %s %v", name, link, args)
				assert.NotContains(t, forms, "1234567890", "%s: %s %v", name, link, args)
				if !strings.Contains("encoded whole, Sophos in Cisco", name) && args[0] != "--find" {
					assert.Contains(t, forms, "shop.example", name)
				}
			}
		}
	}
}
