package main

import (
	"embed"
	"io/fs"

	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// sampleFiles are made-up exports: clicks as the portal, the Streaming API and
// Microsoft Graph give them, with sign-ins and device events. They hold the
// click that the project began with (a Teams address, mail, allowed) and show
// every class.
//
//go:embed sample
var sampleFiles embed.FS

func sampleSources() []inputs.Source {
	var sources []inputs.Source
	entries, err := fs.ReadDir(sampleFiles, "sample")
	for _, entry := range entries {
		var content []byte
		if content, err = sampleFiles.ReadFile("sample/" + entry.Name()); err != nil {
			break
		}
		sources = append(sources, inputs.Bytes("sample/"+entry.Name(), content))
	}
	if err != nil {
		panic(err) // the files are part of the program
	}
	return sources
}
