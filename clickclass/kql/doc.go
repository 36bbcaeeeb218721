// Package kql renders the rules of package clickclass as one query in the Kusto Query Language,
// for tenants whose rows are in Defender's advanced hunting, Microsoft Sentinel or Azure Data
// Explorer. The query answers for each click what a [clickclass.Result] says: class,
// probabilities, reasons, causes, flags.
//
//	text, err := kql.Query(kql.Options{Schema: kql.Defender, Form: kql.Full})
//
// The weights are those of [clickclass.Rules], the ranges those of an [iprange.Set].
// [Unsaid] lists what a query cannot say.
package kql
