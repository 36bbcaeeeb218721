package main

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// Ways to write an address or URL so that nobody follows it by mistake.
	defangedDot = regexp.MustCompile(`(?i)\s*(?:[\[({]\s*(?:\.|dot)\s*[\])}]|\\\.|[\x{3002}\x{ff0e}\x{ff61}])\s*`)
	defanged    = strings.NewReplacer("[:]", ":", "[://]", "://", "[:/]", ":/", "[/]", "/", "hxxp", "http", "hXXp", "http", "HXXP", "HTTP", "h**p", "http",
		"\u2013", "-", "\u2014", "-", "\u2010", "-", "\u2011", "-", "\u2212", "-")
)

// quotes and the like, which are no part of an item. Brackets belong to IPv6.
const decoration = " \t\r\n\"'`<>(){}\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e,;|"

// bullet begins an entry of a list.
var bullet = regexp.MustCompile(`^\s*[-*\x{2022}\x{2013}]\s+`)

// refang takes an item out of its decoration and undoes defanging.
func refang(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f':
			return ' '
		case unicode.Is(unicode.Cf, r): // zero-width spaces, byte order marks
			return -1
		}
		return r
	}, s)
	s = refangText(s)
	s = strings.Trim(bullet.ReplaceAllString(s, ""), decoration)
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.Count(s, "[") == 1 && strings.HasSuffix(s, "]") {
		s = strings.Trim(inner[:len(inner)-1], decoration)
	}
	return strings.TrimRight(s, ".")
}

// refangText undoes defanging in any text.
func refangText(s string) string {
	if strings.ContainsAny(s, "[({\\\u3002\uff0e\uff61") { // the expression takes its time
		s = defangedDot.ReplaceAllString(s, ".")
	}
	return defanged.Replace(s)
}
