package iprange_test

import (
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestSwapUnderReaders(t *testing.T) {
	// Two sets that give the same address different names; a reader must get
	// one or the other in full.
	sets := [2]*iprange.Set{}
	names := [2]string{"old", "new"}
	for i, name := range names {
		own, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.0/24, 2001:db8::/32 = "+name+"\nscanner: 192.0.2.7, 2001:db8::7 = "+name), "")
		require.NoError(t, err)
		sets[i], err = new(iprange.Set).With(own)
		require.NoError(t, err)
	}
	var live atomic.Pointer[iprange.Set]
	live.Store(sets[0])

	const readers, lookups = 4, 5000
	var torn, seen [readers]int
	var wg sync.WaitGroup
	done := make(chan struct{})
	for r := range readers {
		wg.Go(func() {
			addr := netip.MustParseAddr([]string{"192.0.2.7", "2001:db8::7"}[r%2])
			// Until it has met the new set too: the swapper goes on till then.
			for n := 0; n < lookups || seen[r] == 0; n++ {
				runtime.Gosched()
				m := live.Load().Lookup(addr)
				if m.Len() != 2 || m.At(0).Service != m.At(1).Service {
					torn[r]++
				}
				if m.At(0).Service == "new" {
					seen[r]++
				}
			}
		})
	}
	var swapper sync.WaitGroup
	swapper.Go(func() {
		for i := 1; ; i++ {
			select {
			case <-done:
				return
			default:
				live.Store(sets[i%2])
				runtime.Gosched()
			}
		}
	})
	wg.Wait()
	close(done)
	swapper.Wait()
	assert.Equal(t, [readers]int{}, torn, "matches of two sets in one")
	for r := range seen {
		assert.Positive(t, seen[r], "a reader met the new set")
	}
}
