package iprange_test

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// slow is the obvious reference: all that is said, by prefix. A look-up asks
// for every prefix length in turn.
type slow map[netip.Prefix][]string

func (s slow) add(p netip.Prefix, what string) {
	if !slices.Contains(s[p], what) {
		s[p] = append(s[p], what)
	}
}

func (s slow) lookup(a netip.Addr) []string {
	a = a.WithZone("").Unmap()
	var out []string
	for n := a.BitLen(); n >= 0; n-- {
		p, _ := a.Prefix(n)
		for _, what := range s[p] {
			out = append(out, p.String()+" "+what)
		}
	}
	slices.Sort(out)
	return out
}

// all returns everything that is said.
func (s slow) all() (out []string) {
	for p, said := range s {
		for _, what := range said {
			out = append(out, p.String()+" "+what)
		}
	}
	return out
}

// said is the answer of a Set in the form of slow.lookup.
func said(m iprange.Matches) []string {
	var out []string
	for i := range m.Len() {
		x := m.At(i)
		id := x.Service
		switch x.Layer {
		case iprange.LayerProduct:
			id = x.Instance + " " + strconv.Itoa(x.Set) + " " + x.Category
		case iprange.LayerTag:
			id = x.Tag + " " + x.Region + " " + x.Service
		}
		out = append(out, x.Prefix.String()+" "+x.Layer.String()+" "+id)
	}
	slices.Sort(out)
	return out
}

// dataDir holds the published documents, where they are at hand.
const dataDir = "../../shared/data"

func published(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(dataDir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the published documents are not beside the repository: " + name)
	}
	return path
}

func (s slow) endpoints(t testing.TB, name, instance string, area func(string) bool) {
	data, err := os.ReadFile(published(t, "endpoints/"+name))
	require.NoError(t, err)
	var sets []map[string]any
	require.NoError(t, json.Unmarshal(data, &sets))
	for _, set := range sets {
		if !area(set["serviceArea"].(string)) {
			continue
		}
		ips, _ := set["ips"].([]any)
		for _, p := range ips {
			s.add(netip.MustParsePrefix(p.(string)), "product "+instance+" "+strconv.Itoa(int(set["id"].(float64)))+" "+set["category"].(string))
		}
	}
}

func (s slow) tags(t testing.TB, name string) {
	data, err := os.ReadFile(published(t, "servicetags/"+name))
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, json.Unmarshal(data, &doc))
	for _, v := range doc["values"].([]any) {
		props := v.(map[string]any)["properties"].(map[string]any)
		what := "tag " + v.(map[string]any)["name"].(string) + " " + props["region"].(string) + " " + props["systemService"].(string)
		for _, p := range props["addressPrefixes"].([]any) {
			prefix := netip.MustParsePrefix(p.(string))
			s[prefix] = append(s[prefix], what)
		}
	}
}

func (s slow) publicSpace(t testing.TB, name string) {
	data, err := os.ReadFile(published(t, "microsoft_public_ips/"+name))
	require.NoError(t, err)
	for _, line := range strings.Split(string(data), "\n") {
		if p, _, ok := strings.Cut(line, ","); ok && strings.Contains(p, "/") {
			s.add(netip.MustParsePrefix(p), "microsoft Microsoft")
		}
	}
}

// borders returns the addresses at which an answer can change: the first and
// last address of each prefix and their neighbours outside.
func (s slow) borders() []netip.Addr {
	var out []netip.Addr
	for p := range s {
		first, last := p.Addr(), lastOf(p)
		for _, a := range [...]netip.Addr{first.Prev(), first, last, last.Next()} {
			if a.IsValid() {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// lastOf returns the last address of p.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func anyArea(string) bool   { return true }
func onlyMEM(a string) bool { return a == "MEM" }
func notMEM(a string) bool  { return a != "MEM" }

// compareSlow checks addresses against the reference and reports the first
// few that differ.
func compareSlow(t *testing.T, want slow, get func(netip.Addr) iprange.Matches, addrs []netip.Addr) {
	t.Helper()
	bad := 0
	for _, a := range addrs {
		if w, g := want.lookup(a), said(get(a)); !slices.Equal(w, g) {
			t.Errorf("%s:\nwant %q\ngot  %q", a, w, g)
			if bad++; bad == 5 {
				t.FailNow()
			}
		}
	}
}

// ordered says whether matches come as the documentation of Matches says.
func ordered(m iprange.Matches) bool {
	return slices.IsSortedFunc(slices.Collect(func(yield func(iprange.Match) bool) {
		for _, x := range m.All() {
			if !yield(x) {
				return
			}
		}
	}), func(a, b iprange.Match) int {
		return cmp.Or(b.Prefix.Bits()-a.Prefix.Bits(), int(a.Layer)-int(b.Layer))
	})
}
