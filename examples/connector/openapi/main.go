// Command openapi derives the OpenAPI documents 3.0 and 3.1 of the connector from that in
// version 2.0, which is written by hand: some platforms read nothing newer.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	dir := flag.String("dir", "../internal/service", "folder of the documents")
	flag.Parse()
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

// write reads openapi2.json and writes the others beside it.
func write(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "openapi2.json"))
	if err != nil {
		return err
	}
	v30, v31, err := derive(text)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "openapi3.json"), v30, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "openapi31.json"), v31, 0o644)
}

// derive returns the documents 3.0 and 3.1 for one in version 2.0.
func derive(text []byte) (v30, v31 []byte, err error) {
	var v2 openapi2.T
	if err := json.Unmarshal(text, &v2); err != nil {
		return nil, nil, err
	}
	doc, err := openapi2conv.ToV3(&v2)
	if err != nil {
		return nil, nil, err
	}
	mend(doc)
	if v30, err = marshal(doc); err != nil {
		return nil, nil, err
	}
	doc.OpenAPI = "3.1.0"
	for _, s := range doc.Components.Schemas {
		nullToType(s)
	}
	v31, err = marshal(doc)
	return v30, v31, err
}

// marshal returns a document that is valid.
func marshal(doc *openapi3.T) ([]byte, error) {
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("%s: %w", doc.OpenAPI, err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(doc)
	return b.Bytes(), err
}

// mend puts right what version 2.0 cannot say.
func mend(doc *openapi3.T) {
	for _, s := range doc.Servers {
		s.URL = strings.TrimSuffix(s.URL, "/") // else paths would begin with two
	}
	for _, r := range doc.Components.Responses {
		r.Value.Content = openapi3.Content{"application/problem+json": r.Value.Content["application/json"]}
	}
	text := openapi3.NewStringSchema().NewRef()
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			if op.RequestBody != nil {
				for media, content := range op.RequestBody.Value.Content {
					if media != "application/json" {
						content.Schema = text
					}
				}
			}
			ok := op.Responses.Status(200).Value
			delete(ok.Content, "application/problem+json")
		}
	}
}

// nullToType turns nullable, which version 3.1 does not have, into a type.
func nullToType(s *openapi3.SchemaRef) {
	if s == nil || s.Ref != "" {
		return
	}
	v := s.Value
	if v.Nullable && v.Type != nil {
		v.Nullable = false
		*v.Type = append(*v.Type, "null")
	}
	for _, p := range v.Properties {
		nullToType(p)
	}
	nullToType(v.Items)
	nullToType(v.AdditionalProperties.Schema)
}
