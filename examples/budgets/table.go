package main

import "testing"

// budgets is every promise, one entry each. "bart" is bart.Fast.Contains, a bare yes or
// no.
var budgets = append([]budget{
	{name: "iprange lookup, all matches, IPv4, against bart", limit: 1.0, unit: "ratio", measure: lookups(4, benchLookup)},
	{name: "iprange lookup, all matches, IPv6, against bart", limit: 1.5, unit: "ratio", measure: lookups(6, benchLookup)},
	{name: "iprange lookup and the best match, IPv4, against bart", unit: "ratio", measure: lookups(4, benchBest), forComparison: true},
	{name: "iprange lookup and the best match, IPv6, against bart", unit: "ratio", measure: lookups(6, benchBest), forComparison: true},
	{name: "iprange lookup and each match in full, IPv4, against bart", unit: "ratio", measure: lookups(4, benchAllMatches), forComparison: true},
	{name: "iprange lookup and each match in full, IPv6, against bart", unit: "ratio", measure: lookups(6, benchAllMatches), forComparison: true},
	{name: "netipx.IPSet Contains, IPv4, against bart", unit: "ratio", measure: lookups(4, benchNetipx), forComparison: true},
	{name: "netipx.IPSet Contains, IPv6, against bart", unit: "ratio", measure: lookups(6, benchNetipx), forComparison: true},
	{name: "cidranger Contains, IPv4, against bart", unit: "ratio", measure: lookups(4, benchCIDRanger), forComparison: true},
	{name: "cidranger Contains, IPv6, against bart", unit: "ratio", measure: lookups(6, benchCIDRanger), forComparison: true},
	{name: "linear scan, IPv4, against bart", unit: "ratio", measure: once(lookups(4, benchLinear)), forComparison: true},
	{name: "linear scan, IPv6, against bart", unit: "ratio", measure: once(lookups(6, benchLinear)), forComparison: true},
	{name: "iprange lookup, allocations", limit: 0, unit: "allocs/op", measure: lookupAllocs},
	{name: "iprange heap of all lists", limit: 4, unit: "MB", measure: heapOfLists},
	{name: "iprange growth of a binary", limit: 1.5, unit: "MB", measure: binaryGrowth},
	{name: "iprange first lookup", limit: 15, unit: "ms", measure: firstLookup},
	{name: "safelinks Unwrap, one Safe Link, against url.Parse and Query", limit: 1.0, unit: "ratio", measure: against(benchUnwrap, benchParseQuery)},
	{name: "safelinks Unwrap, one Safe Link, allocations", unit: "allocs/op", measure: allocsOf(benchUnwrap), forComparison: true},
	{name: "safelinks Unwrap, not wrapped, against url.Parse", limit: 0.5, unit: "ratio", measure: against(benchUnwrapPlain, benchParse)},
	{name: "safelinks Rewrite of text with few links", limit: 1, unit: "GB/s", atLeast: true, measure: rewriteSpeed},
	{name: "safelinks Rewrite of text with few links, against bytes.Contains", unit: "ratio", measure: rewriteAgainstContains, forComparison: true},
	{name: "clickclass Classify, row only", limit: 1000, unit: "ns/op", measure: nanoseconds(benchClassify)},
	{name: "clickclass Classify, allocations", limit: 2, unit: "allocs/op", measure: allocsOf(benchClassify)},
	{name: "clickclass All, with neighbours, one worker", unit: "ns/row", measure: allTime, forComparison: true},
	{name: "triage, one worker, against a bare Unmarshal", limit: 1.8, unit: "ratio", atLeast: true, measure: triageAgainstJSON},
	{name: "triage, two workers, against one", limit: 1.6, unit: "ratio", atLeast: true, measure: triageTwoWorkers},
	{name: "triage memory", limit: 200, unit: "MB", measure: triageMemory},
	{name: "triage memory, against a tenth of the rows", limit: 1.1, unit: "ratio", measure: triageMemoryGrowth},
	{name: "importing every package", limit: 1000, unit: "us", measure: importCost},
}, hostileBudgets()...)

func lookups(family int, f func(*testing.B, sample)) func(int) (float64, error) {
	return func(rounds int) (float64, error) {
		s := addresses(family)
		return ratio(rounds, func(b *testing.B) { f(b, s) }, func(b *testing.B) { benchBartFast(b, s) })
	}
}

// once measures one round of what is far too slow for more.
func once(f func(int) (float64, error)) func(int) (float64, error) {
	return func(int) (float64, error) { return f(1) }
}

func against(a, b func(*testing.B)) func(int) (float64, error) {
	return func(rounds int) (float64, error) { return ratio(rounds, a, b) }
}

func allocsOf(f func(*testing.B)) func(int) (float64, error) {
	return func(int) (float64, error) {
		return float64(testing.Benchmark(f).AllocsPerOp()), nil
	}
}

func nanoseconds(f func(*testing.B)) func(int) (float64, error) {
	return func(rounds int) (float64, error) {
		var all []float64
		for range rounds {
			all = append(all, perOp(f))
		}
		return median(all), nil
	}
}
