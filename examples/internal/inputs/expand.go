package inputs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Expand turns arguments into sources, in the order of the arguments. Folders and globs
// give their files in the order of names. For an argument that names nothing, the error
// matches fs.ErrNotExist; the sources of the other arguments are valid beside it.
func Expand(args []string, stdin io.Reader) ([]Source, error) {
	var sources []Source
	var problems []error
	usedStdin := false
	for _, arg := range args {
		if arg == Stdin {
			if !usedStdin {
				sources = append(sources, Source{Name: Stdin, Size: -1, Once: true, open: func() (io.ReadCloser, error) {
					return io.NopCloser(stdin), nil
				}})
			}
			usedStdin = true
			continue
		}
		paths := []string{arg}
		if _, err := os.Stat(arg); err != nil {
			if !strings.ContainsAny(arg, "*?[") {
				problems = append(problems, fmt.Errorf("%s: %w", arg, reason(err)))
				continue
			}
			if paths, err = filepath.Glob(arg); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", arg, err))
				continue
			}
			if !strings.HasPrefix(filepath.Base(arg), ".") { // as shells do
				paths = slices.DeleteFunc(paths, func(p string) bool { return strings.HasPrefix(filepath.Base(p), ".") })
			}
			if len(paths) == 0 {
				problems = append(problems, fmt.Errorf("%s: no file matches: %w", arg, fs.ErrNotExist))
				continue
			}
		}
		for _, path := range paths {
			found, err := expandPath(path)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", path, reason(err)))
			}
			sources = append(sources, found...)
		}
	}
	return sources, errors.Join(problems...)
}

// expandPath returns the files of a folder, the members of an archive, or the file.
func expandPath(path string) ([]Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return expandFile(path, info.Size())
	}
	var sources []Source
	var problems []error
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			problems = append(problems, err)
			return nil
		case name != path && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return nil // a link that leads nowhere, a socket
		}
		found, err := expandFile(name, info.Size())
		for i := range found {
			found[i].Found = true
		}
		sources = append(sources, found...)
		if err != nil {
			problems = append(problems, err)
		}
		return nil
	})
	return sources, errors.Join(append(problems, err)...)
}

func expandFile(path string, size int64) ([]Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		// A named pipe, such as a shell's <(command), can be read once.
		return []Source{{Name: path, Size: -1, Once: true, open: func() (io.ReadCloser, error) { return os.Open(path) }}}, nil
	}
	var magic [4]byte
	if n, _ := io.ReadFull(f, magic[:]); !isZip(magic[:n]) {
		return []Source{{Name: path, Size: size, open: func() (io.ReadCloser, error) { return os.Open(path) }}}, nil
	}
	members, err := expandArchive(path, size)
	if err != nil {
		// One bad archive does not take the other inputs with it: it fails when it is
		// read.
		err = fmt.Errorf("not a whole zip archive: %w", err)
		return []Source{{Name: path, Size: size, open: func() (io.ReadCloser, error) { return nil, err }}}, nil
	}
	return members, nil
}
