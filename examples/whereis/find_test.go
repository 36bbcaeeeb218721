package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/iprange"
)

// found returns what there is in a line: the values of items, and errors.
func found(line string) (out []string) {
	for _, f := range findItems(iprange.Default(), line) {
		if f.err != nil {
			out = append(out, "error: "+f.err.Error())
		} else {
			out = append(out, f.value())
		}
	}
	return out
}

func TestOneItem(t *testing.T) {
	tests := []struct{ query, value, kind string }{
		{"198.51.100.7", "198.51.100.7", "address"},
		{" 198.51.100.7\r", "198.51.100.7", "address"},
		{"198.51.100.7:443", "198.51.100.7", "address"},
		{"[198.51.100.7]:443", "198.51.100.7", "address"},
		{"[198.51.100.7]", "198.51.100.7", "address"},
		{"198.51.100.7/owa", "198.51.100.7", "address"},
		{"198.51.100.7/32", "198.51.100.7", "address"},
		{"198[.]51[.]100[.]7", "198.51.100.7", "address"},
		{"198.51.100[dot]7", "198.51.100.7", "address"},
		{"198.51.100(DOT)7", "198.51.100.7", "address"},
		{"198.51.100 {.} 7", "198.51.100.7", "address"},
		{`198\.51\.100\.7`, "198.51.100.7", "address"},
		{"198。51。100。7", "198.51.100.7", "address"},
		{"\ufeff198.51.100.7\u200b", "198.51.100.7", "address"},
		{"\u00a0198.51.100.7\u00a0", "198.51.100.7", "address"},
		{`"198.51.100.7",`, "198.51.100.7", "address"},
		{"'198.51.100.7';", "198.51.100.7", "address"},
		{"“198.51.100.7”", "198.51.100.7", "address"},
		{"<198.51.100.7>.", "198.51.100.7", "address"},
		{"(198.51.100.7)", "198.51.100.7", "address"},
		{"- 198.51.100.7", "198.51.100.7", "address"},
		{"• 198.51.100.7", "198.51.100.7", "address"},
		{"198.051.100.007", "198.51.100.7", "address"},
		{"2001:DB8:0:0:0:0:0:7", "2001:db8::7", "address"},
		{"2001:db8[:]:7", "2001:db8::7", "address"},
		{"[2001:db8::7]:443", "2001:db8::7", "address"},
		{"[2001:db8::7]", "2001:db8::7", "address"},
		{"fe80::7%eth0", "fe80::7", "address"},
		{"[fe80::7%25eth0]:80", "fe80::7", "address"},
		{"fe80::7%\x1b]0;title\x07", "fe80::7", "address"},
		{"::ffff:198.51.100.7", "198.51.100.7", "address"},
		{"[::ffff:c633:6407]:443", "198.51.100.7", "address"},
		{"::", "::", "address"},
		{"198.51.100.0/24", "198.51.100.0/24", "prefix"},
		{"198.51.100.7/24", "198.51.100.0/24", "prefix"},
		{"198.51.100[.]0/24,", "198.51.100.0/24", "prefix"},
		{"198.51.100.7/255.255.255.0", "198.51.100.0/24", "prefix"},
		{"198.51.100.7 255.255.255.0", "198.51.100.0/24", "prefix"},
		{"198.51.100.7 0.0.0.255", "198.51.100.0/24", "prefix"},
		{"198.51.100.*", "198.51.100.0/24", "prefix"},
		{"198.51.*", "198.51.0.0/16", "prefix"},
		{"198.51.*.*", "198.51.0.0/16", "prefix"},
		{"2001:db8:8::/54", "2001:db8:8::/54", "prefix"},
		{"[2001:db8::/32]", "2001:db8::/32", "prefix"},
		{"::ffff:198.51.100.0/120", "198.51.100.0/24", "prefix"},
		{"198.51.100.0-198.51.100.255", "198.51.100.0/24", "prefix"},
		{"198.51.100.3-198.51.100.9", "198.51.100.3-198.51.100.9", "range"},
		{"198.51.100.3 - 198.51.100.9", "198.51.100.3-198.51.100.9", "range"},
		{"198.51.100.3 – 198.51.100.9", "198.51.100.3-198.51.100.9", "range"},
		{"198.51.100.3..198.51.100.9", "198.51.100.3-198.51.100.9", "range"},
		{"198.51.100.3-9", "198.51.100.3-198.51.100.9", "range"},
		{"2001:db8::1-2001:db8::9", "2001:db8::1-2001:db8::9", "range"},
		{"Mail.Contoso.Example", "mail.contoso.example", "host"},
		{"mail.contoso.example.", "mail.contoso.example", "host"},
		{"mail[.]contoso[.]example:8443", "mail.contoso.example", "host"},
		{"mail.contoso.example/path?x=198.51.100.7", "mail.contoso.example", "host"},
		{"mail.contoso.example#top", "mail.contoso.example", "host"},
		{"bücher.example", "bücher.example", "host"},
		{"198.51.100.7.contoso.example", "198.51.100.7.contoso.example", "host"},
		{"localhost", "localhost", "host"},
		{"*.Contoso.example", "*.contoso.example", "host"},
		{"https://mail.contoso.example/path", "mail.contoso.example", "host"},
		{"hxxps[://]mail[.]contoso[.]example/a,b", "mail.contoso.example", "host"},
		{"//mail.contoso.example/path", "mail.contoso.example", "host"},
		{"https://user:password@mail.contoso.example:8443/", "mail.contoso.example", "host"},
		{"https://198.51.100.7:8443/x?y=203.0.113.1", "198.51.100.7", "address"},
		{"https://[2001:db8::7]:8443/x", "2001:db8::7", "address"},
		{"tcp://198.51.100.7:443", "198.51.100.7", "address"},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			all := findItems(iprange.Default(), tt.query)
			assert.Equal(t, []string{tt.value}, found(tt.query))
			assert.Equal(t, tt.kind, all[0].kind())
		})
	}
}

func TestWhatIsWrong(t *testing.T) {
	const want = "want an address, a prefix (192.0.2.0/24), a range (192.0.2.1-192.0.2.9), a host or a URL"
	tests := []struct{ query, reason string }{
		{"", "empty; " + want},
		{"contoso", want},
		{"some words of text", want},
		{"!", want},
		{"198.51.100", "an IPv4 address has four numbers, not 3; a block of them is written 192.0.2.0/24"},
		{"198.51.100.7.1", "an IPv4 address has four numbers, not 5; a block of them is written 192.0.2.0/24"},
		{"198.51.100.256", "256 is more than 255, the most in an IPv4 address"},
		{"198.51.100.0377", "0377 has a leading zero, which some programs read as octal; write it without"},
		{"198.51.100.07", "07 has a leading zero, which some programs read as octal; write it without"},
		{"198.51.100.0/33", "want a prefix length from 0 to 32 after the /"},
		{"2001:db8::/129", "want a prefix length from 0 to 128 after the /"},
		{"198.51.100.0/255.0.255.0", "the mask after the / is not ones followed by zeros"},
		{"198.51.100.256/24", "before the /: 256 is more than 255, the most in an IPv4 address"},
		{"198.51.100.9-198.51.100.3", "want a first and a last address of one family, the first not after the last"},
		{"198.51.100.9-2001:db8::1", "want a first and a last address of one family, the first not after the last"},
		{"198.51.100.9-198.51.100.256", "one end of the range is not an address"},
		{"2001:db8:::1", "not an IPv6 address; " + want},
		{"alex@contoso.example", "a mail address; " + want},
		{"https:///path", "a URL without a host; " + want},
		{"https://1.2.3/path", "an IPv4 address has four numbers, not 3; a block of them is written 192.0.2.0/24"},
		{"/", want},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			assert.Equal(t, []string{"error: " + tt.reason}, found(tt.query))
		})
	}
}

func TestLines(t *testing.T) {
	tests := []struct {
		name, line string
		want       []string
	}{
		{"a column", "198.51.100.7, 203.0.113.9", []string{"198.51.100.7", "203.0.113.9"}},
		{"blanks", "198.51.100.7 203.0.113.9 mail.contoso.example", []string{"198.51.100.7", "203.0.113.9", "mail.contoso.example"}},
		{"a table's row", "198.51.100.7\tmail.contoso.example", []string{"198.51.100.7", "mail.contoso.example"}},
		{"prefixes and ranges", "198.51.100.0/24; 203.0.113.3 - 203.0.113.9|2001:db8::/32", []string{"198.51.100.0/24", "203.0.113.3-203.0.113.9", "2001:db8::/32"}},
		{"defanged", "198[.]51[.]100[.]7, mail[.]contoso[.]example", []string{"198.51.100.7", "mail.contoso.example"}},
		{"one of a list is bad", "198.51.100.7, 203.0.113.256", []string{"198.51.100.7", "error: 256 is more than 255, the most in an IPv4 address"}},
		{"the same twice in a list", "198.51.100.7, 198.51.100.7", []string{"198.51.100.7", "198.51.100.7"}},
		{"JSON array", `["198.51.100.7","203.0.113.9"]`, []string{"198.51.100.7", "203.0.113.9"}},
		{"JSON object", `{"ip":"198.51.100.7","user":"alex@outlook.com","n":1.5}`, []string{"198.51.100.7"}},
		{"URLs", "https://a.contoso.example/x,https://b.contoso.example/y", []string{"a.contoso.example", "b.contoso.example"}},
		{"firewall", "2026-08-03 09:14:05 ALLOW TCP 198.51.100.7:51234 -> 203.0.113.9:443 v10.0.19041.1", []string{"198.51.100.7", "203.0.113.9"}},
		{"firewall, with slashes", "Built outbound for outside:198.51.100.7/443 (198.51.100.7/443) to inside:10.0.0.5/51000", []string{"198.51.100.7", "10.0.0.5"}},
		{"key and value", "src=2001:db8::5 dst=[2001:db8::9]:443 nat:198.51.100.7 proto=6", []string{"2001:db8::5", "2001:db8::9", "198.51.100.7"}},
		{"header", "X-Forwarded-For: 198.51.100.7, 203.0.113.9", []string{"198.51.100.7", "203.0.113.9"}},
		{"web server", `198.51.100.7 - - [10/Oct/2026:13:55:36 +0000] "GET /x HTTP/1.1" 200 2326 "https://mail.contoso.example/y?z=203.0.113.9" "x/1.2"`, []string{"198.51.100.7", "mail.contoso.example"}},
		{"neighbours", "? (192.168.1.1) at 00:11:22:33:44:55 [ether] on eth0", []string{"192.168.1.1"}},
		{"each once in a text", "from 198.51.100.7 by 198.51.100.7", []string{"198.51.100.7"}},
		{"a host that a list has", "user opened outlook.office.com in file.txt from 198.51.100.7", []string{"outlook.office.com", "198.51.100.7"}},
		{"no host of a mail address", "mail to alex@outlook.office.com from 198.51.100.7", []string{"198.51.100.7"}},
		{"prefix and range in text", "block 198.51.100.0/24 and 203.0.113.3-203.0.113.9, please.", []string{"198.51.100.0/24", "203.0.113.3-203.0.113.9"}},
		{"end of a sentence", "It came from 198.51.100.7. Or 2001:db8::7.", []string{"198.51.100.7", "2001:db8::7"}},
		{"source and destination", "10.0.0.9-10.0.0.1 dropped", []string{"10.0.0.9", "10.0.0.1"}},
		{"arrow", "10.0.0.9→10.0.0.1 dropped", []string{"10.0.0.9", "10.0.0.1"}},
		{"default route", "0.0.0.0 0.0.0.0", []string{"0.0.0.0", "0.0.0.0"}},
		{"host name with an address in it", "from 198-51-100-7.contoso.example and 198.51.100.7.contoso.example (203.0.113.9)", []string{"203.0.113.9"}},
		{"fingerprint", "key AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89 from 198.51.100.7", []string{"198.51.100.7"}},
		{"clock before an address", "09:14:05:198.51.100.7 x", []string{"198.51.100.7"}},
		{"C++", "std::string at 198.51.100.7", []string{"198.51.100.7"}},
		{"zone", "via fe80::7%eth0 dev", []string{"fe80::7"}},
		{"port out of a sentence", "peer 2001:db8::7: reset", []string{"2001:db8::7"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, found(tt.line)) })
	}
}

// BenchmarkLongLines prints the time of n, 2n and 4n bytes of text on which the search
// starts again and again.
func BenchmarkLongLines(b *testing.B) {
	for _, piece := range []string{"a://", "1.2.3.", ":", "1:2:", "198.51.100.7 x ", "198.51.100.7-", "[", " - ", "a.b ", "x@", "%1", ","} {
		for _, n := range []int{1 << 14, 1 << 15, 1 << 16} {
			b.Run(fmt.Sprintf("%q/%d", piece, n), func(b *testing.B) {
				line := strings.Repeat(piece, n/len(piece)) + " x!"
				for b.Loop() {
					findItems(iprange.Default(), line)
				}
			})
		}
	}
}

// FuzzLine asks whether a line of any text is answered, without a control character on a
// terminal and in lines of their own.
func FuzzLine(f *testing.F) {
	f.Add("fe80::1%\x1b]0;title\x07")              // an escape sequence
	f.Add("198.51.100.7\u202e, mail.contoso\x00")  // the direction of writing, and a zero byte
	f.Add("198.51.100.0/24 -> [2001:db8::1]:443")  // text
	f.Add("https://\u009b31m.example/ \xff\xfe@x") // C1, and not UTF-8
	f.Add("192.0.2.0/23, 10.0.0.0-10.0.0.9")       // a prefix and a range
	f.Fuzz(func(t *testing.T, line string) {
		for _, format := range []string{"text", "ndjson"} {
			var out, errs bytes.Buffer
			run(t.Context(), []string{"--format", format}, strings.NewReader(line), &out, &errs)
			for _, r := range out.String() + errs.String() {
				if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e) {
					t.Fatalf("%q in the output for %q", r, line)
				}
			}
		}
	})
}
