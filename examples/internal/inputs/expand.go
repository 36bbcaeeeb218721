package inputs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Expand turns arguments into sources, in the order of the arguments. Folders and globs
// give their files in the order of names. For an argument that names nothing, the error
// matches fs.ErrNotExist; the sources of the other arguments are valid beside it. A file
// that is named twice is a source whose Open fails with ErrTwice, the second time.
//
// Expand reads the beginning of each file and of standard input, to find archives. A
// stream that is an archive is read into memory, up to a limit.
func Expand(args []string, stdin io.Reader) ([]Source, error) {
	x := &expander{stdin: stdin, names: map[string]int{}, seen: map[fileKey][]seenFile{}}
	var problems []error
	var paths []string
	for _, arg := range args {
		found, err := resolve(arg)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", arg, err))
		}
		paths = append(paths, found...)
	}
	x.failed = len(problems) > 0
	for _, path := range paths {
		if err := x.path(path); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, reason(err)))
		}
	}
	return x.sources, errors.Join(problems...)
}

// resolve returns the paths that an argument stands for.
func resolve(arg string) ([]string, error) {
	if arg == Stdin {
		return []string{arg}, nil
	}
	_, err := os.Stat(arg)
	if err == nil {
		return []string{arg}, nil
	}
	if !strings.ContainsAny(arg, "*?[") {
		return nil, reason(err)
	}
	paths, badPattern := filepath.Glob(arg)
	if badPattern != nil {
		return nil, reason(err) // a name with a bracket in it
	}
	if !strings.HasPrefix(filepath.Base(arg), ".") { // as shells do
		paths = slices.DeleteFunc(paths, func(p string) bool { return strings.HasPrefix(filepath.Base(p), ".") })
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no file matches: %w", fs.ErrNotExist)
	}
	return paths, nil
}

// expander collects sources.
type expander struct {
	stdin   io.Reader
	failed  bool // an argument names nothing: it is no use to wait for standard input
	sources []Source
	names   map[string]int // of the sources, with the number that was last added to them
	seen    map[fileKey][]seenFile
	held    [maxDepth]held // by depth
	nested  int            // files of archives that are in others
}

// add adds a source. Its name gets a number if another source has it.
func (x *expander) add(s Source, found bool) {
	name := s.Name
	for n := max(x.names[name], 1); ; n++ {
		if n > 1 {
			s.Name = name + " (" + strconv.Itoa(n) + ")"
		}
		if _, taken := x.names[s.Name]; !taken {
			x.names[name] = n + 1
			x.names[s.Name] = max(x.names[s.Name], 2)
			break
		}
	}
	s.Found = found
	x.sources = append(x.sources, s)
}

// path adds the files of a folder, the members of an archive, the file, or standard input.
func (x *expander) path(path string) error {
	if path == Stdin {
		x.standardInput()
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		x.file(path, info, false)
		return nil
	}
	before := len(x.sources)
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			x.add(failing(name, 0, reason(err)), true)
			return nil
		case name != path && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() { // no socket, no link that leads nowhere
			x.file(name, info, true)
		}
		return nil
	})
	if err == nil && len(x.sources) == before {
		x.add(failing(path, 0, errors.New("no files in the folder")), false)
	}
	return err
}

// standardInput adds standard input, once.
func (x *expander) standardInput() {
	src := Source{Name: Stdin, Size: -1, open: func() (io.ReadCloser, error) { return io.NopCloser(x.stdin), nil }}
	switch {
	case x.names[Stdin] > 0:
	case x.failed:
		src.Once = true
		x.add(src, false)
	default:
		x.stream(src)
	}
}

// file adds a file, unless it was added before.
func (x *expander) file(path string, info fs.FileInfo, found bool) {
	if first, ok := x.twice(path, info); ok {
		before := ""
		if first != path {
			before = ", first as " + first
		}
		s := failing(path, 0, fmt.Errorf("%w%s: read once", ErrTwice, before))
		s.Found = found
		x.sources = append(x.sources, s) // its name is not looked at
		return
	}
	src := Source{Name: path, Size: info.Size(), Found: found, open: func() (io.ReadCloser, error) { return os.Open(path) }}
	if !info.Mode().IsRegular() {
		src.Size = -1
		x.stream(src)
		return
	}
	x.source(src, &fileStore{path: path}, 0)
}

// source adds a source that can be opened more than once, or what is in it. st is how to
// read it at any place if it is an archive, nil if that takes memory.
func (x *expander) source(src Source, st store, depth int) {
	content, err := src.content(nil)
	if err != nil {
		x.add(src, src.Found) // it fails again when it is read
		return
	}
	head := make([]byte, headSize)
	n, _ := io.ReadFull(content, head)
	head = head[:n]
	kind := kindOf(head, content, src.Name)
	content.Close()
	switch {
	case !isZip(head):
		src.kind = kind
		x.add(src, src.Found)
	case depth == maxDepth:
		x.add(failing(src.Name, src.Size, errors.New("an archive in an archive in an archive in an archive: unpack it first")), src.Found)
	default:
		if st == nil || !src.isZip() {
			st = &heldStore{source: src, held: &x.held[depth]}
		}
		x.archive(src, st, depth+1)
	}
}

// isZip reports whether a source is a zip archive that is not compressed again.
func (s Source) isZip() bool {
	raw, err := s.open()
	if err != nil {
		return false
	}
	defer raw.Close()
	var magic [4]byte
	n, _ := io.ReadFull(raw, magic[:])
	return isZip(magic[:n])
}

// stream adds a source that can be read once: standard input or a named pipe, such as a
// shell's <(command). An archive is read now, and can be read again.
func (x *expander) stream(src Source) {
	src.Size = -1
	content, err := src.content(nil)
	if err != nil {
		x.add(failing(src.Name, src.Size, errors.New(strings.TrimPrefix(err.Error(), src.Name+": "))), false)
		return
	}
	br := bufio.NewReaderSize(content, headSize)
	br.Peek(len("PK\x03\x04"))
	head, _ := br.Peek(br.Buffered()) // what came until now, without waiting for more
	if !isZip(head) {
		x.add(Source{Name: src.Name, Size: -1, Once: true, kind: kindOf(head, nil, src.Name), open: func() (io.ReadCloser, error) {
			return &stream{Reader: br, closers: []func() error{content.Close}}, nil
		}}, false)
		return
	}
	defer content.Close()
	data, err := readHeld(br)
	if err != nil {
		x.add(failing(src.Name, -1, err), false)
		return
	}
	x.source(Bytes(src.Name, data), nil, 0)
}

// fileKey is equal for names of one file.
type fileKey struct {
	size    int64
	changed time.Time
}

type seenFile struct {
	path string
	info fs.FileInfo
}

// twice reports whether a file was seen before, under whatever name, and the first name.
func (x *expander) twice(path string, info fs.FileInfo) (first string, ok bool) {
	key := fileKey{info.Size(), info.ModTime()}
	for _, f := range x.seen[key] {
		if os.SameFile(f.info, info) {
			return f.path, true
		}
	}
	x.seen[key] = append(x.seen[key], seenFile{path, info})
	return "", false
}
