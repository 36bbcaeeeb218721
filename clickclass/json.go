package clickclass

// AppendJSON appends the result as one JSON object without a line feed.
func (r *Result) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

// Detail returns what the signal saw, in few words: a prefix, a delay, a count.
func (s Signal) Detail() string { return "" }

// Query returns a KQL query for advanced hunting that fetches the missing
// evidence for a click.
func (m Missing) Query(k *Click) string { return "" }
