package inputs

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow bounds the window of a zstd stream; the command line tool needs --long to
// write a larger one.
const maxZstdWindow = 128 << 20

// decompress detects gzip and zstd by the first bytes of r, and returns the content and a
// function that closes it.
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
	}
	return br, nothing, nil
}
