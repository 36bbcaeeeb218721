package inputs

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow bounds the window of a zstd stream; the command line tool needs --long to
// write a larger one.
const maxZstdWindow = 128 << 20

// decompress detects gzip, zstd and zip by the first bytes of r, and returns the content
// and a function that closes it.
func decompress(r io.Reader) (io.Reader, func() error, error) {
	nothing := func() error { return nil }
	// Large reads go past a small buffer; those of decompressors are small.
	const large = 256 << 10
	br := bufio.NewReaderSize(r, 512)
	magic, err := br.Peek(4)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bufio.NewReaderSize(br, large))
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		return z, z.Close, nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(bufio.NewReaderSize(br, large), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		return z, func() error { z.Close(); return nil }, nil
	case isZip(magic):
		content, cleanup, err := spoolZip(br)
		if err != nil {
			return nil, nil, fmt.Errorf("zip: %w", err)
		}
		return content, cleanup, nil
	}
	return br, nothing, nil
}

// spoolZip returns the only member of an archive that comes as a stream. It copies the
// archive to a temporary file, because the directory of a zip archive is at its end.
func spoolZip(r io.Reader) (io.Reader, func() error, error) {
	f, err := os.CreateTemp("", "whoclicked-*.zip")
	if err != nil {
		return nil, nil, err
	}
	cleanup := func() error { f.Close(); return os.Remove(f.Name()) }
	size, err := io.Copy(f, r)
	if err == nil {
		var archive *zip.Reader
		if archive, err = zip.NewReader(f, size); err == nil {
			files := slices.DeleteFunc(archive.File, func(m *zip.File) bool { return m.FileInfo().IsDir() })
			if len(files) != 1 {
				err = fmt.Errorf("%d files in an archive that comes as a stream: name the archive's file, or send one file", len(files))
			} else {
				var member io.ReadCloser
				if member, err = files[0].Open(); err == nil {
					return member, cleanup, nil
				}
			}
		}
	}
	cleanup()
	return nil, nil, err
}
