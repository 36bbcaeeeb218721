package main

import (
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/kql"
)

// functionFile names the template of the saved function of each schema.
var functionFile = map[kql.Schema]string{
	kql.Sentinel: "function-sentinel.json",
	kql.ADX:      "function-adx.kql",
	kql.Defender: "function-defender.kql",
}

// maxLiteral is the length that a string in a template of Azure Resource Manager may have.
const maxLiteral = 131_072

// functionBody returns the query with the parameter since in place of a fixed span. Longer
// spans are cut: a query compares clicks of 30 days. The error says that it is too long for
// the template of Sentinel.
func functionBody(query string, s kql.Schema) (string, error) {
	body := strings.TrimSpace(withBounds(query, "now()", "end - min_of(since, 30d)"))
	if s == kql.Sentinel && len(body) > maxLiteral {
		return "", fmt.Errorf("the query has %d characters, and a template may have strings of %d: take --form lists", len(body), maxLiteral)
	}
	return body, nil
}
