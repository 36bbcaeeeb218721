package tables

// Shape is the form in which an export holds its rows.
type Shape uint8

const (
	ShapeUnknown      Shape = iota
	ShapeCSV                // a header and rows
	ShapeNDJSON             // one JSON object a line
	ShapeStream             // Streaming API: JSON lines with the row in properties
	ShapeRecords            // Event Hub and diagnostic settings: {"records":[...]}
	ShapeHunting            // Defender API: {"Results":[...]}, Graph: {"results":[...]}
	ShapeLogAnalytics       // query API: {"tables":[{"columns":[...],"rows":[...]}]}
	ShapeArray              // a JSON array of objects
	ShapeObject             // JSON objects over any number of lines
)

var shapeNames = [...]string{"unknown", "CSV", "NDJSON", "Streaming API", "records", "hunting API", "Log Analytics", "JSON array", "JSON object"}

// String returns a name of the shape for people.
func (s Shape) String() string {
	if int(s) >= len(shapeNames) {
		s = ShapeUnknown
	}
	return shapeNames[s]
}
