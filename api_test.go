package whoclicked_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxExported is how many exported identifiers, fields included, the library may have. An
// engineer has to read them; whoever adds one says here why it is worth it. The last 20 are
// package kql's: which query is wanted.
const maxExported = 720

// TestExportedIdentifiers counts the exported identifiers of each package that can be
// imported: constants, variables, types, functions, methods, and fields and methods of
// exported types.
func TestExportedIdentifiers(t *testing.T) {
	total := 0
	require.NoError(t, filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case dir != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "internal" || d.Name() == "testdata" || d.Name() == "examples"):
			return fs.SkipDir
		}
		n, err := countExported(dir)
		if n > 0 {
			t.Logf("%-22s %4d", dir, n)
		}
		total += n
		return err
	}))
	t.Logf("%-22s %4d", "all", total)
	assert.Greater(t, total, 300, "the count has lost its way")
	assert.LessOrEqual(t, total, maxExported)
}

// countExported counts the exported identifiers of the package in a directory.
func countExported(dir string) (int, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, f.Name()), nil, 0)
		if err != nil {
			return 0, err
		}
		if file.Name.Name == "main" {
			continue
		}
		for _, decl := range file.Decls {
			n += countDecl(decl)
		}
	}
	return n, nil
}

func countDecl(decl ast.Decl) int {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			return 1
		}
	case *ast.GenDecl:
		n := 0
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				n += countNames(s.Names)
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					n += 1 + countMembers(s.Type)
				}
			}
		}
		return n
	}
	return 0
}

// receiver returns the name of the type of a method.
func receiver(d *ast.FuncDecl) string {
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

func countMembers(typ ast.Expr) int {
	var fields *ast.FieldList
	switch s := typ.(type) {
	case *ast.StructType:
		fields = s.Fields
	case *ast.InterfaceType:
		fields = s.Methods
	default:
		return 0
	}
	n := 0
	for _, f := range fields.List {
		n += countNames(f.Names)
		if len(f.Names) == 0 {
			n++ // embedded
		}
	}
	return n
}

func countNames(names []*ast.Ident) int {
	n := 0
	for _, name := range names {
		if name.IsExported() {
			n++
		}
	}
	return n
}
