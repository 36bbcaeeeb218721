package terminal

import "io"

func CleanLines(w io.Writer) io.Writer { return cleanWriter{w} }
