package main

import "github.com/whoclicked/whoclicked/clickclass/kql"

// render returns a query in a form that is ready for use.
func render(as string, q kql.Options) (string, error) { return kql.Query(q) }
