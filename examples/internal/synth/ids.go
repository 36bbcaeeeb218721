package synth

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// ticksToUnix is the Unix epoch in .NET ticks, 100 ns each since the year 1.
const ticksToUnix = 621355968000000000

// clockID returns a GUID as Microsoft's services make them: the last group,
// followed by the fourth, is t in ticks.
func clockID(rng *rand.Rand, t time.Time) string {
	ticks := uint64(t.Unix()*1e7 + int64(t.Nanosecond())/100 + ticksToUnix)
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", rng.Uint32(), rng.Uint32N(1<<16), rng.Uint32N(1<<16), ticks&0xffff, ticks>>16)
}

// randomID returns an ordinary random GUID, version 4.
func randomID(rng *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", rng.Uint32(), rng.Uint32N(1<<16), rng.Uint32N(1<<12), 0x8000|rng.Uint32N(1<<14), rng.Uint64N(1<<48))
}

// damagedID returns a GUID as anonymised exports hold them.
func damagedID(rng *rand.Rand, id string) string {
	if rng.IntN(2) == 0 {
		return "11111111-1111-1111-1111-111111111111"
	}
	return id[:24] + "ffffffffffff"
}
