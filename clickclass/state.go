package clickclass

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc64"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
)

// The state of a Stream is a header with its version, the length and checksum of the rest,
// and the clicks inside its window in gob form.
const (
	stateName    = "whoclicked stream "
	stateVersion = 1
)

var stateTable = crc64.MakeTable(crc64.ECMA)

// savedClick is a click inside the window of a Stream. What can be derived from the click
// and its facts is not saved.
type savedClick struct {
	Click  Click
	Facts  Facts
	Failed Evidence
	Counts neighbours.Counts
	Out    bool

	Judged   bool
	Said     gist
	Revision int
}

// AppendBinary appends the state of the Stream, for [Classifier.ResumeStream]. The state
// holds the clicks inside the window with their evidence, and none of the options.
func (s *Stream) AppendBinary(b []byte) ([]byte, error) {
	var clicks []savedClick
	for in := range s.window.Entries() {
		e := in.Item
		clicks = append(clicks, savedClick{
			Click: e.click, Facts: e.facts, Failed: e.failed, Counts: *in.Counts, Out: in.Out,
			Judged: e.judged, Said: e.said, Revision: e.revision,
		})
	}
	var payload bytes.Buffer
	if err := gob.NewEncoder(&payload).Encode(clicks); err != nil {
		return b, fmt.Errorf("clickclass: save stream: %w", err)
	}
	b = fmt.Appendf(b, "%s%d\n", stateName, stateVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(payload.Len()))
	b = binary.BigEndian.AppendUint64(b, crc64.Checksum(payload.Bytes(), stateTable))
	return append(b, payload.Bytes()...), nil
}

// ResumeStream returns a Stream in the state that [Stream.AppendBinary] saved. An empty
// state is that of a new Stream. The error says if the state is damaged or was saved by a
// newer version of this package.
func (c *Classifier) ResumeStream(state []byte) (*Stream, error) {
	s := c.NewStream()
	if len(state) == 0 {
		return s, nil
	}
	clicks, err := readState(state)
	if err != nil {
		return nil, fmt.Errorf("clickclass: resume stream: %w", err)
	}
	for i := range clicks {
		saved := &clicks[i]
		e := &entry{click: saved.Click}
		e.read()
		e.learn(saved.Facts, saved.Failed)
		e.out, e.judged, e.said, e.revision = saved.Out, saved.Judged, saved.Said, saved.Revision
		s.window.MarksChanged() // perhaps, before the state was saved
		s.window.Restore(e.mark(), saved.Counts, e, e.size(), saved.Out)
	}
	return s, nil
}

func readState(state []byte) ([]savedClick, error) {
	rest, ok := bytes.CutPrefix(state, []byte(stateName))
	if !ok {
		return nil, errors.New("not a saved stream")
	}
	var version int
	line, rest, ok := bytes.Cut(rest, []byte("\n"))
	if _, err := fmt.Sscanf(string(line), "%d", &version); !ok || err != nil {
		return nil, errors.New("damaged header")
	}
	if version != stateVersion {
		return nil, fmt.Errorf("version %d of the state, this is for version %d", version, stateVersion)
	}
	if len(rest) < 16 {
		return nil, errors.New("cut off")
	}
	size, sum, payload := binary.BigEndian.Uint64(rest), binary.BigEndian.Uint64(rest[8:]), rest[16:]
	if size != uint64(len(payload)) {
		return nil, fmt.Errorf("%d bytes of %d", len(payload), size)
	}
	if sum != crc64.Checksum(payload, stateTable) {
		return nil, errors.New("damaged: the checksum differs")
	}
	var clicks []savedClick
	if err := gob.NewDecoder(bytes.NewReader(payload)).Decode(&clicks); err != nil {
		return nil, err
	}
	return clicks, nil
}
