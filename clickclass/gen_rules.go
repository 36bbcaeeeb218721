//go:build ignore

// Gen_rules writes RULES.md from the rules table.
package main

import (
	"log"
	"os"

	"github.com/whoclicked/whoclicked/clickclass"
)

func main() {
	f, err := os.Create("RULES.md")
	if err != nil {
		log.Fatal(err)
	}
	if err := clickclass.WriteRules(f); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}
