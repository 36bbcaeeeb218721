package safelinks

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"mime"
	"mime/quotedprintable"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The secrets that are planted, and how they are told when a part of them is left.
const (
	plantedMailbox = "zoe.quark7@mailbox-zq.example"
	plantedTenant  = "5e1f0c7a-9d3b-4c21-8a6e-0f4b7d2c9e15"
	plantedToken   = "S3cr3tT0k3nZq"
)

var plantedSigns = []string{"quark7", "mailbox-zq", "5e1f0c7a9d3b", "9d3b-4c21", "8a6e0f4b", "0f4b7d2c9e15", "s3cr3t", "t0k3nzq"}

// targets hold the secrets as links of sites do.
var plantedTargets = []string{
	"https://shop.example/u?to=" + plantedMailbox + "&token=" + plantedToken + "&t=" + plantedTenant,
	"https://shop.example/" + plantedTenant + "/" + plantedMailbox + "#access_token=" + plantedToken + "&state=1",
	"https://" + plantedMailbox[:10] + ":" + plantedToken + "@shop.example/?x=%40&id=" + strings.ToUpper(strings.ReplaceAll(plantedTenant, "-", "")),
	"https://shop.example/?to=zoe.quark7%40%6dailbox-zq.example&amp;sig=" + plantedToken,
	"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2F&data=05%7C02%7C" + url.QueryEscape(plantedMailbox) + "%7C" + strings.ReplaceAll(plantedTenant, "-", "") + "%7C0%7C0&sdata=" + plantedToken + "&reserved=0",
	"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fshop.example%2F&pc=" + plantedToken + "&ssid=" + plantedTenant,
}

// encodings are the ways in which a wrapper writes its target.
var encodings = map[string]func(string) string{
	"raw":           func(s string) string { return s },
	"percent":       url.QueryEscape,
	"percent lower": func(s string) string { return lowerEscapes(url.QueryEscape(s)) },
	"percent twice": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"percent three": func(s string) string { return url.QueryEscape(url.QueryEscape(url.QueryEscape(s))) },
	"every byte":    func(s string) string { return everyByte(s, "%") },
	"path escape":   func(s string) string { return strings.NewReplacer("/", "%2F", "?", "%3F", "@", "%2540").Replace(s) },
	"slashes": func(s string) string {
		return strings.NewReplacer("%", "%25", "/", "%2F", "?", "%3F", "&", "%26").Replace(s)
	},
	"ampersands": func(s string) string { return strings.ReplaceAll(s, "&", "%26") },
	"entities":   func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "&", "&amp;"), "@", "&#64;") },
	"proofpoint": func(s string) string {
		return strings.NewReplacer("%", "-", "/", "_").Replace(pathEscape(s))
	},
	"stars":      func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%", "*") },
	"base64":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 twice": func(s string) string {
		return base64.URLEncoding.EncodeToString([]byte(base64.URLEncoding.EncodeToString([]byte(s))))
	},
	"base64 glued": func(s string) string { return "a1" + base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 of percent": func(s string) string {
		return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(s))))
	},
	"JSON": func(s string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"lang":"FR","url":"` + strings.ReplaceAll(s, "/", `\/`) + `","token":"` + plantedToken + `"}`))
	},
}

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

// pathEscape escapes all but letters, digits, dots and slashes.
func pathEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if isLetterOrDigit(s[i]) || s[i] == '.' || s[i] == '/' {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

func everyByte(s, mark string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%s%02x", mark, s[i])
	}
	return b.String()
}

// wrapper makes a link around an encoded target.
type wrapper struct {
	name string
	wrap func(target string) string
}

// plantedWrappers are all ways in which the links of the table, and of services that are not
// in it, may hold a target. They are made from the rows, so that a new row is covered.
func plantedWrappers(t *testing.T) []wrapper {
	list := []wrapper{
		{"none", func(s string) string { return s }},
		{"unknown, query", func(s string) string {
			return "https://click.gateway.example/x?v=3&z=" + s + "&m=" + plantedMailbox + "&tenant=" + plantedTenant
		}},
		{"proofpoint-v3, table", slowProofpointV3},
		{"unknown, path", func(s string) string { return "https://click.gateway.example/x/" + s + "/" + plantedTenant }},
	}
	for i := range services {
		s := &services[i]
		host := serviceHost(s)
		if host == "" {
			continue
		}
		path := "/"
		if len(s.paths) > 0 {
			path = s.paths[0]
		}
		extra := "&c=" + plantedToken + "&fewreq=" + plantedToken + "&r=" + plantedMailbox + "&k=" + plantedTenant
		names := append([]string{"url", "u"}, s.keep...)
		for _, name := range names {
			page := path
			if s.form == formOutlook {
				page += "safelink.html"
			}
			if s.kind == "google-redirect" {
				page = "/url"
			}
			front, back := "https://"+host+page+"?fewreq=1&"+name+"=", extra
			var p parts
			p.split(front + "x" + back)
			if lookUp(&p) == nil || s.site {
				back = strings.ReplaceAll(back, plantedToken, "1") // a site's own parameters
			}
			list = append(list, wrapper{string(s.kind) + ", " + name, func(target string) string { return front + target + back }})
		}
		base := "https://" + host + strings.TrimSuffix(path, "__")
		list = append(list,
			wrapper{string(s.kind) + ", path", func(target string) string {
				return strings.TrimSuffix(base, "/") + "/" + target + "/1/" + plantedTenant
			}},
			wrapper{string(s.kind) + ", stars", func(target string) string { return base + "__" + target + "__;Iw!!" + plantedToken + "!x$" }},
			wrapper{string(s.kind) + ", lines", func(target string) string { return base + "___" + target + "___." + plantedToken }},
		)
	}
	require.Greater(t, len(list), 3*len(services))
	return list
}

// serviceHost returns a host at which a row answers.
func serviceHost(s *service) string {
	if len(s.hosts) == 0 {
		return ""
	}
	switch h := s.hosts[0]; {
	case h == "*" && s.kind == "google-redirect":
		return "www.google.com"
	case h == "*":
		return "gateway.contoso.example"
	case s.site:
		return "www.shop.example" + strings.TrimPrefix(h, "*")
	case h[0] == '.':
		return "eu1" + h
	case h[0] == '*' && strings.HasPrefix(h, "*.mimecast"):
		return "protect-eu" + h[1:]
	case h[0] == '*':
		return "eu1" + h[1:]
	default:
		return h
	}
}

// transports are what texts do to links.
var transports = map[string]func(string) string{
	"as it is": func(s string) string { return s },
	"in text":  func(s string) string { return "From zoe.quark7@mailbox-zq.example: see <" + s + ">, or (" + s + ")." },
	"HTML":     func(s string) string { return `<a href="` + html.EscapeString(s) + `">x</a>` },
	"quoted": func(s string) string {
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte("<a href=\"" + s + "\">"))
		_ = w.Close()
		return b.String()
	},
	"encoded again": func(s string) string { return "https://a.example/?x=" + url.QueryEscape(s) },
	"JSON text":     func(s string) string { return `{"a":"` + strings.ReplaceAll(s, "&", `\u0026`) + `"}` },
	"defanged":      func(s string) string { return strings.NewReplacer("https://", "hxxps[:]//", "@", "[@]").Replace(s) },
}

// leak returns the sign of a secret that a text has in any encoding, or "".
func leak(text string) string {
	seen := map[string]bool{}
	queue := []string{text}
	for round := 0; round < 5; round++ {
		var next []string
		for _, s := range queue {
			if seen[s] {
				continue
			}
			seen[s] = true
			low := strings.ToLower(strings.ReplaceAll(s, "\x00", ""))
			for _, sign := range plantedSigns {
				if strings.Contains(low, sign) {
					return fmt.Sprintf("%s in %.600q", sign, s)
				}
			}
			next = append(next, decodings(s)...)
		}
		queue = next
	}
	return ""
}

// decodings returns what a text may encode.
func decodings(s string) []string {
	list := []string{unmark(s, '%'), unmark(s, '='), strings.ReplaceAll(unmark(s, '-'), "_", "/"), unmark(s, '*'), html.UnescapeString(s)}
	if t, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		list = append(list, t)
	}
	var runs strings.Builder
	for _, run := range strings.FieldsFunc(s, func(r rune) bool { return r > 0x7f || !isBase64(byte(r)) }) {
		for _, piece := range append(strings.Split(run, "/"), run) {
			for shift := 0; shift < 4 && len(piece) > 12; shift++ {
				digits := strings.NewReplacer("-", "+", "_", "/").Replace(piece[shift:])
				digits = digits[:len(digits)-len(digits)%4]
				if b, err := base64.StdEncoding.DecodeString(digits); err == nil {
					runs.Write(b)
					runs.WriteByte('\n')
				}
			}
		}
	}
	return append(list, runs.String())
}

// unmark decodes a mark with two hexadecimal digits once.
func unmark(s string, mark byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == mark {
			if mark == '=' && i+1 < len(s) && (s[i+1] == '\n' || s[i+1] == '\r') {
				i += softBreakLen([]byte(s[i:])) - 1
				continue
			}
			if i+2 < len(s) {
				if c, ok := hexByte(s[i+1], s[i+2]); ok {
					b.WriteByte(c)
					i += 2
					continue
				}
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// checkRedacted fails if any form of the output says something.
func checkRedacted(t *testing.T, name, text string) {
	t.Helper()
	got := Redact(text)
	if sign := leak(got); sign != "" {
		t.Fatalf("%s\nin:  %s\nout: %s\n%s", name, text, got, sign)
	}
	require.Equal(t, got, Redact(got), "%s: a redacted text stays as it is: %s", name, text)
	c, _ := Unwrap(text)
	r := c.Redact()
	if sign := leak(string(marshal(t, r)) + r.String() + c.String()); sign != "" {
		t.Fatalf("%s: chain of %s\n%s", name, text, sign)
	}
	// A layer alone does not know which parameters are those of its wrapper, nor that its
	// target is cut at an entity.
	if sign := leak(strings.ReplaceAll(fmt.Sprint(c.Layers), plantedToken, "")); sign != "" && !strings.Contains(name, "entities") {
		t.Fatalf("%s: layers of %s\n%s", name, text, sign)
	}
	checkCookie(t, name, c)
}

func checkCookie(t *testing.T, name string, c Chain) {
	t.Helper()
	last := c.Original()
	if strings.Contains(last, "pc="+plantedToken) && strings.Contains(last, "atp-safelinks") {
		t.Fatalf("%s: the cookie is in %s", name, last)
	}
}

func TestPlantedSecretsAreRedacted(t *testing.T) {
	wrappers := plantedWrappers(t)
	next := 0
	for _, w := range wrappers {
		for _, encoding := range slices.Sorted(maps.Keys(encodings)) {
			encode := encodings[encoding]
			next++ // all targets everywhere make the test slow
			i := next % len(plantedTargets)
			checkRedacted(t, fmt.Sprintf("%s, %s, target %d", w.name, encoding, i), w.wrap(encode(plantedTargets[i])))
		}
	}
}

func TestPlantedSecretsAreRedactedInNests(t *testing.T) {
	wrappers := plantedWrappers(t)
	names, ways := slices.Sorted(maps.Keys(encodings)), slices.Sorted(maps.Keys(transports))
	n := 1000
	if testing.Short() {
		n = 200
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rnd.IntN(len(list))] }
	for range n {
		link := plantedTargets[rnd.IntN(len(plantedTargets))]
		name := ""
		for range 1 + rnd.IntN(3) {
			w, e := wrappers[rnd.IntN(len(wrappers))], pick(names)
			link = w.wrap(encodings[e](link))
			name += w.name + "(" + e + ") in "
		}
		way := pick(ways)
		checkRedacted(t, name+way, transports[way](link))
	}
}

func TestPlantedSecretsAreRedactedInTexts(t *testing.T) {
	link := plantedTargets[4]
	body := "Dear Zoe,\n\nsee " + link + "\nand " + plantedTargets[0] + "\nor write to " + plantedMailbox + "\n"
	page := `<html><a href="` + html.EscapeString(link) + `" originalsrc="` + html.EscapeString(plantedTargets[0]) + `">` + plantedMailbox + "</a></html>\n"
	var quoted strings.Builder
	w := quotedprintable.NewWriter(&quoted)
	_, _ = w.Write([]byte(page))
	_ = w.Close()
	quotedPage := strings.ReplaceAll(quoted.String(), "\r\n", "\n")
	mail := strings.ReplaceAll(`From postmaster Mon Jan  1 00:00:00 2026
Return-Path: <bounce+zoe.quark7=mailbox-zq.example@list.example>
Received: from a.example by b.example with ESMTPS id 1 for <zoe.quark7@mailbox-zq.example>; Thu, 1 Jan 2026 00:00:00 +0000
To: =?utf-8?B?`+base64.StdEncoding.EncodeToString([]byte("Zoe Quark7"))+`?= <zoe.quark7@mailbox-zq.example>
Cc: "Quark7, Zoe" <zoe.quark7@mailbox-zq.example>,
 other@mailbox-zq.example
From: zoe.quark7@mailbox-zq.example
Subject: =?utf-8?Q?Hello_zoe.quark7=40mailbox-zq.example?=
Message-ID: <5e1f0c7a-9d3b-4c21-8a6e-0f4b7d2c9e15@mailbox-zq.example>
List-Unsubscribe: <mailto:u+zoe.quark7=mailbox-zq.example@list.example>, <https://list.example/u?token=S3cr3tT0k3nZq>
DKIM-Signature: v=1; b=S3cr3tT0k3nZq
X-MS-Exchange-Organization-Network-Message-Id: 5e1f0c7a-9d3b-4c21-8a6e-0f4b7d2c9e15
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b-zoe.quark7@mailbox-zq.example"

preamble for zoe.quark7@mailbox-zq.example
--b-zoe.quark7@mailbox-zq.example
Content-Type: text/plain; charset=utf-8; name="zoe.quark7.txt"

`+body+`
--b-zoe.quark7@mailbox-zq.example
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

`+quotedPage+`
--b-zoe.quark7@mailbox-zq.example
Content-Type: text/plain; charset=utf-16le
Content-Transfer-Encoding: base64

`+base64.StdEncoding.EncodeToString(utf16Text(body))+`
--b-zoe.quark7@mailbox-zq.example
Content-Type: application/pdf; name="zoe.quark7@mailbox-zq.example.pdf"
Content-Disposition: attachment; filename="zoe.quark7@mailbox-zq.example.pdf"
Content-Transfer-Encoding: base64

`+base64.StdEncoding.EncodeToString([]byte(body))+`
--b-zoe.quark7@mailbox-zq.example
Content-Type: message/delivery-status

Final-Recipient: rfc822; zoe.quark7@mailbox-zq.example
--b-zoe.quark7@mailbox-zq.example
Content-Type: message/rfc822

To: zoe.quark7@mailbox-zq.example
Subject: x

`+body+`
--b-zoe.quark7@mailbox-zq.example--
epilogue for zoe.quark7@mailbox-zq.example
`, "\n", "\r\n")
	for name, c := range map[string]struct {
		text   string
		format Format
	}{
		"plain":                 {body, FormatPlain},
		"HTML":                  {page, FormatHTML},
		"quoted":                {quoted.String(), FormatQuoted},
		"mail":                  {mail, FormatMail},
		"mail, found out":       {mail, FormatAuto},
		"mail as text":          {strings.NewReplacer("b="+plantedToken, "", "zoe.quark7.txt", "", "Quark7, Zoe", "", "Wm9lIFF1YXJrNw==", "").Replace(mail), FormatPlain},
		"UTF-16":                {string(utf16Text("\ufeff" + body)), FormatAuto},
		"UTF-16, no mark":       {string(utf16Text(body)), FormatPlain},
		"many lines":            {strings.Repeat(body, 1200), FormatPlain},
		"one long line":         {strings.Repeat(strings.ReplaceAll(body, "\n", " "), 1200), FormatPlain},
		"long JSON":             {strings.Repeat(`{"a":"`+link+`","token":"`+plantedToken+`"},`, 1200), FormatPlain},
		"no blank":              {"https://a.example/?token=" + strings.Repeat("x", 3<<20) + plantedMailbox + " " + body, FormatPlain},
		"link over 64 KiB":      {"see https://a.example/?" + strings.Repeat("x=1&", 20_000) + "to=" + plantedMailbox + " " + body, FormatPlain},
		"cut at every column":   {brokenLines(link, 60) + "\n\n" + brokenLines(link, 76), FormatPlain},
		"cut in quoted mail":    {"> " + strings.ReplaceAll(brokenLines(link, 72), "\n", "\n> "), FormatPlain},
		"base64 in lines":       {brokenLines(base64.StdEncoding.EncodeToString([]byte(body)), 76) + "\n", FormatPlain},
		"UTF-16, big-endian":    {swapped(utf16Text("\ufeff" + body)), FormatAuto},
		"invisible letters":     {"zoe\u200b.quark7&#8203;@\u00admailbox-zq.example, zoe.quark7\uff20mailbox-zq.example, zoe.quark7%u0040mailbox-zq.example", FormatPlain},
		"fields of HTTP":        {"Cookie: a=" + plantedToken + "; b\nAuthorization: Bearer " + plantedToken + "\nreset_token=" + plantedToken, FormatPlain},
		"name of a tenant":      {"https://login.example/mailbox-zq.onmicrosoft.com/v2", FormatPlain},
		"quoted address":        {`"zoe quark7"@mailbox-zq.example`, FormatPlain},
		"address cut behind at": {"write to zoe.quark7@\n", FormatPlain},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, Rewrite(&out, strings.NewReader(c.text), RewriteOptions{Format: c.format, Redact: true}))
			assert.Empty(t, leak(out.String()))
			var again bytes.Buffer
			require.NoError(t, Rewrite(&again, bytes.NewReader(out.Bytes()), RewriteOptions{Format: c.format, Redact: true}))
			assert.Equal(t, out.String(), again.String())
			if strings.Contains(c.text, "see https://nam02") {
				assert.Contains(t, out.String(), "?url=https%3A%2F%2Fshop.example%2F&data=redacted")
			}
		})
	}
}

func utf16Text(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func swapped(b []byte) string {
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

// brokenLines breaks a text as mail programs do.
func brokenLines(s string, width int) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + "\n")
		s = s[width:]
	}
	return b.String() + s
}
