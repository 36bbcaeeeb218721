package main

import _ "embed"

// schema is the JSON Schema of the lines of the NDJSON output.
//
//go:embed schema.json
var schema []byte
