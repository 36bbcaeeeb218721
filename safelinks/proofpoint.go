package safelinks

import "strings"

// Proofpoint URL Defense has three versions.

var proofpointHosts = []string{"urldefense.proofpoint.com", "urldefense.com", "urldefense.us"}

// Version 1 has the target in a parameter, encoded, with HTML entities.
func unwrapProofpointV1(l *Layer, p *parts) outcome {
	value, _ := param(p.query, "u")
	return l.setTarget(p, unescapeHTML(unescape(value)), true)
}

// Version 2 is version 1 with '-' for '%' and '_' for '/'.
func unwrapProofpointV2(l *Layer, p *parts) outcome {
	value, _ := param(p.query, "u")
	value = strings.ReplaceAll(strings.ReplaceAll(value, "-", "%"), "_", "/")
	return l.setTarget(p, unescapeHTML(unescape(value)), true)
}

// Version 3 has the target in the path, with stars in the place of unusual bytes, and
// the bytes in a table behind it.
func unwrapProofpointV3(l *Layer, p *parts) outcome {
	target, table := cutProofpointV3(p.tail)
	if target == "" {
		return noTarget
	}
	bytes, _ := decodeBase64(table)
	return l.setTarget(p, l.repairSlash(fillProofpointV3(target, bytes)), true)
}

// cutProofpointV3 cuts "/v3/__<target>__;<table>!<token>" at the last "__;" that a
// table and an exclamation mark follow: both the target and the token may have a "__;"
// of their own.
func cutProofpointV3(tail string) (target, table string) {
	body := tail[len("/v3/__"):]
	for end := len(body); ; {
		i := strings.LastIndex(body[:end], "__;")
		if i < 0 {
			return "", ""
		}
		table = body[i+len("__;"):]
		n := 0
		for n < len(table) && isBase64(table[n]) {
			n++
		}
		if n < len(table) && table[n] == '!' {
			return body[:i], table[:n]
		}
		end = i
	}
}

// fillProofpointV3 puts the bytes of the table back where the stars are: one byte for
// "*", and a run of 2 to 65 bytes for "**X", where X is the length. Runs count bytes
// and may cut a letter of UTF-8 in two. Stars beyond the table stay.
func fillProofpointV3(target, table string) string {
	var b strings.Builder
	for i := 0; i < len(target); i++ {
		if target[i] != '*' || table == "" {
			b.WriteByte(target[i])
			continue
		}
		n := 1
		if i+2 < len(target) && target[i+1] == '*' {
			if run := proofpointRun(target[i+2]); run > 0 {
				n = run
				i += 2
			}
		}
		n = min(n, len(table))
		b.WriteString(table[:n])
		table = table[n:]
	}
	return b.String()
}

// proofpointRuns are the letters for the length of a run. The first means 2.
const proofpointRuns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// proofpointRun returns the length of a run by its letter, and 0 for other bytes.
func proofpointRun(c byte) int {
	if i := strings.IndexByte(proofpointRuns, c); i >= 0 {
		return i + 2
	}
	return 0
}
