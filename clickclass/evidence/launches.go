package evidence

import (
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// launches is the launches of browsers to open links.
type launches struct {
	links seriesMap // by account and link
	// lengths has the lengths of the long links that were launched, by account, host and
	// hour: they may be the beginnings of longer ones, see addLaunch.
	lengths groupMap
}

const (
	launchReach = 2 * time.Minute

	// personSlack is how much farther from the click a person's launch may be than
	// another for it to be the one that counts. The two are of different clicks, unless a
	// device writes two rows of one; assumption.
	personSlack = 10 * time.Second

	// minCut is the length from which a link may have been cut by a tool on the way. Tools
	// hardly cut shorter ones, and a whole link of this length is hardly ever the beginning
	// of another. Assumption.
	minCut = 200
	// maxLengths is how many lengths are kept for an hour of an account at a host. Tools
	// cut at one length; wrapped links have a few others when they are unwrapped.
	maxLengths = 64
)

// addLaunch adds a launch of a link. If the link may be cut, it also counts for every link
// that begins with what is left of it.
func (s *Store) addLaunch(in *launches, account uint64, url string, at int64) {
	s.addTime(&in.links, keys.Join(account, linkKey(url)), at)
	if text := cutText(url); text != "" {
		s.addTime(&in.links, keys.Join(account, keys.Of(text)), at)
		host := keys.Of(normal.Host(text))
		s.addMember(&in.lengths, lengthsKey(account, host, at), uint64(len(text)), at, maxLengths)
	}
}

// lengthsKey returns the key of an account's launches of links to a host in the hour of a
// time.
func lengthsKey(account, host uint64, at int64) uint64 {
	return keys.Join(keys.Join(account, host), uint64(endOf(at, time.Hour)))
}

// link is what a click's link is compared by.
type link struct {
	text      string
	key, host uint64
}

func newLink(url string) link {
	text := linkText(url)
	return link{text, keys.Of(text), keys.Of(normal.Host(text))}
}

// nearestLaunch is the launch nearest to a click.
type nearestLaunch struct {
	gap   time.Duration
	found bool
}

// find takes the account's launch of a link that is nearest to a time, if it is nearer than
// the one that is known.
func (t *launches) find(n *nearestLaunch, account uint64, l link, at int64) {
	t.take(n, keys.Join(account, l.key), at)
	from := lengthsKey(account, l.host, at-int64(launchReach))
	to := lengthsKey(account, l.host, at+int64(launchReach))
	t.takeCut(n, t.lengths[from], account, l, at)
	if to != from {
		t.takeCut(n, t.lengths[to], account, l, at)
	}
}

// takeCut is take for the beginnings of the link that have one of these lengths. A nil
// lengths has none.
func (t *launches) takeCut(n *nearestLaunch, lengths *group, account uint64, l link, at int64) {
	if lengths == nil {
		return
	}
	for _, length := range lengths.seen {
		if length.key <= uint64(len(l.text)) {
			t.take(n, keys.Join(account, keys.Of(l.text[:length.key])), at)
		}
	}
}

// take takes the launch nearest to a time of those with a key.
func (t *launches) take(n *nearestLaunch, key uint64, at int64) {
	gap, found := t.links.get(key).nearest(at, launchReach, launchReach)
	if found && (!n.found || gap.Abs() < n.gap.Abs() || gap.Abs() == n.gap.Abs() && gap < n.gap) {
		n.gap, n.found = gap, true
	}
}
