package safelinks

import "strings"

// Proofpoint URL Defense, three generations.

var proofpointHosts = []string{"urldefense.proofpoint.com", "urldefense.com", "urldefense.us"}

var proofpointV1 = wrapper{
	kind: ProofpointV1, hosts: proofpointHosts, paths: []string{"/v1/url"},
	unwrap: func(l *Layer, p *parts) outcome {
		value, _ := param(p.query, "u")
		return l.setTarget(p, unescapeHTML(unescape(value)), true)
	},
	keep: []string{"u"}, words: []string{"v1", "url"},
}

// proofpointMarks are how the second generation writes the two characters that
// it took for itself.
func proofpointMarks(value string) string {
	b := []byte(value)
	for i, c := range b {
		switch c {
		case '-':
			b[i] = '%'
		case '_':
			b[i] = '/'
		}
	}
	return string(b)
}

var proofpointV2 = wrapper{
	kind: ProofpointV2, hosts: proofpointHosts, paths: []string{"/v2/url"},
	unwrap: func(l *Layer, p *parts) outcome {
		value, _ := param(p.query, "u")
		return l.setTarget(p, unescapeHTML(unescape(proofpointMarks(value))), true)
	},
	keep: []string{"u"}, words: []string{"v2", "url"},
}

var proofpointV3 = wrapper{
	kind: ProofpointV3, hosts: proofpointHosts, paths: []string{"/v3/__"},
	unwrap: func(l *Layer, p *parts) outcome {
		target, table, _ := cutProofpointV3(p.tail)
		if target == "" {
			return noTarget
		}
		bytes, _ := appendBase64(nil, table)
		return l.setTarget(p, l.repairSlash(fillProofpointV3(target, bytes)), true)
	},
	redact: func(p *parts) string {
		target, table, _ := cutProofpointV3(p.tail)
		return "/v3/__" + target + "__;" + table + "!!" + redacted + "!" + redacted + "$"
	},
}

// cutProofpointV3 cuts "/v3/__<target>__;<table>!<token>" at the last "__;"
// that a table and an exclamation mark follow: both the target and the token
// may have one of their own.
func cutProofpointV3(tail string) (target, table, token string) {
	body := tail[len("/v3/__"):]
	for end := len(body); ; {
		i := strings.LastIndex(body[:end], "__;")
		if i < 0 {
			return "", "", ""
		}
		table = body[i+len("__;"):]
		n := 0
		for n < len(table) && table[n] != ' ' && base64Value[table[n]] <= 63 {
			n++
		}
		if n < len(table) && table[n] == '!' {
			return body[:i], table[:n], table[n+1:]
		}
		end = i
	}
}

// fillProofpointV3 puts the bytes of the table back where the stars are: one
// for a star, and for "**X" a run of 2 to 65, which X tells. Runs count bytes
// and may cut a letter of UTF-8 in two. Stars beyond the table stay.
func fillProofpointV3(target string, table []byte) string {
	b := make([]byte, 0, len(target)+len(table))
	for i := 0; i < len(target); i++ {
		if target[i] != '*' || len(table) == 0 {
			b = append(b, target[i])
			continue
		}
		n := 1
		if i+2 < len(target) && target[i+1] == '*' {
			if v := proofpointRun(target[i+2]); v > 0 {
				n = v
				i += 2
			}
		}
		n = min(n, len(table))
		b = append(b, table[:n]...)
		table = table[n:]
	}
	return string(b)
}

// proofpointRun is the length of a run by its letter, and 0 for other bytes.
func proofpointRun(c byte) int {
	if c == '+' || c == '/' || c == ' ' || base64Value[c] > 63 {
		return 0
	}
	return int(base64Value[c]) + 2
}
