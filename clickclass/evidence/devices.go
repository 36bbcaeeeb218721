package evidence

import (
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/programs"
)

// devices is what the devices of accounts did. The devices of one account count as one.
type devices struct {
	active      seriesMap // by account; the ends of minutes
	browsing    seriesMap // of these, minutes in which a browser connected to a host
	byPerson    launches  // in programs in which people click
	byOther     launches  // by robots, scripts, assistants and what is not known
	connections seriesMap // by account and host
	hosts       groupMap  // the devices that connected to a host, at most maxHostDevices
	names       groupMap  // the accounts that have a name before the @
}

const (
	connectionBefore = 5 * time.Second
	connectionAfter  = time.Minute
	activeReach      = 30 // minutes
	knownReach       = 24 * 60

	// rareDevices is how many devices may visit a host for a connection to say as much
	// as it can. With more devices it says less in proportion. Assumption.
	rareDevices = 3
	// safeLinksRarity is how much a connection to a Safe Links host says: the time fits,
	// but every other link of every mail goes there too. Assumption.
	safeLinksRarity = 0.5
	// maxHostDevices is more devices than make a difference.
	maxHostDevices = 64
)

// addActivity notes that a device of an account did something, and returns the key of the
// account or, if the row has only its name, of the logon. It returns 0 if the row is to
// be ignored.
func (s *Store) addActivity(accountUpn, logon string, timestamp time.Time) (key uint64, at int64) {
	at, dated := nanoseconds(timestamp)
	switch {
	case accountUpn != "":
		upn := normal.Account(accountUpn)
		key = keys.Of(upn)
		s.addName(upn, key, s.observeOr(timestamp))
	case logon != "":
		key = logonKey(keys.Of(normal.Account(logon)))
	}
	if key == 0 || !dated {
		return 0, 0
	}
	s.observe(at)
	s.addTime(&s.devices.active, key, endOf(at, time.Minute))
	return key, at
}

// addBrowserLaunch adds a launch. One of which only the host is known speaks like a
// connection to the host, if a person launched it.
func (s *Store) addBrowserLaunch(r *BrowserLaunch) {
	key, at := s.addActivity(r.AccountUpn, r.Account, r.Timestamp)
	if key == 0 {
		return
	}
	person := programs.ByPerson(r.Process)
	rest, isWeb := withoutScheme(r.RemoteUrl)
	if isWeb {
		in := &s.devices.byOther
		if person {
			in = &s.devices.byPerson
		}
		s.addLaunch(in, key, r.RemoteUrl, at)
	}
	if person && isHost(rest) {
		s.addHost(key, hostKey(rest), r.DeviceId+r.DeviceName, at)
	}
}

// addConnection adds a connection. Only those of browsers to a host count; others show
// that the device was active.
func (s *Store) addConnection(r *Connection) {
	key, at := s.addActivity(r.AccountUpn, r.Account, r.Timestamp)
	program := programs.Of(r.Process)
	if key == 0 || program < programs.Embedded || !r.connected() {
		return
	}
	host := hostKey(r.RemoteUrl)
	if host != 0 && program == programs.Browser {
		s.addTime(&s.devices.browsing, key, endOf(at, time.Minute))
	}
	s.addHost(key, host, r.DeviceId+r.DeviceName, at)
}

func (s *Store) addHost(account, host uint64, device string, at int64) {
	if host == 0 {
		return
	}
	s.addTime(&s.devices.connections, keys.Join(account, host), at)
	s.addMember(&s.devices.hosts, host, keys.Of(strings.ToLower(device)), at, maxHostDevices)
}

func (r *Connection) connected() bool {
	return r.ActionType == "" || strings.HasPrefix(r.ActionType, "Connection")
}

// facts returns what the account's devices did around the time, and nil if nothing of a
// device of the account is known within a day.
func (t *devices) facts(q *question) *clickclass.DeviceFacts {
	if len(t.active) == 0 {
		return nil
	}
	at := q.at
	var f clickclass.DeviceFacts
	var person, other nearestLaunch
	known := false
	for _, key := range [...]uint64{q.account, logonKey(q.name)} {
		if key != q.account && !mayBeOf(q.account, t.names[q.name]) {
			continue
		}
		active := t.active.get(key)
		if !within(active, at, knownReach) {
			continue
		}
		known = true
		f.Active = f.Active || within(active, at, activeReach)
		f.Watched = f.Watched || within(t.browsing.get(key), at, activeReach)
		t.byPerson.find(&person, key, q.link, at)
		t.byOther.find(&other, key, q.link, at)
		t.connect(&f, key, q.host, at, t.rarity(q.host))
		t.connect(&f, key, safeLinksHost, at, safeLinksRarity)
	}
	if !known {
		return nil
	}
	launch := person
	if other.found && (!person.found || person.gap.Abs() > other.gap.Abs()+personSlack) {
		launch, f.ByRobot = other, true
	}
	f.Launch, f.LaunchGap = launch.found, launch.gap
	return &f
}

// connect adds a connection to a host to f, if it says more than the one in f.
func (t *devices) connect(f *clickclass.DeviceFacts, key, host uint64, at int64, rarity float64) {
	gap, found := t.connections.get(keys.Join(key, host)).nearest(at, connectionBefore, connectionAfter)
	if !found {
		return
	}
	if !f.Connection || rarity > f.Rarity || rarity == f.Rarity && gap.Abs() < f.ConnectionGap.Abs() {
		f.Connection, f.ConnectionGap, f.Rarity = true, gap, rarity
	}
}

// within reports whether there is activity within so many minutes of a time.
func within(active *times, at int64, minutes int64) bool {
	minute := endOf(at, time.Minute)
	return active.count(minute-minutes*int64(time.Minute), minute+minutes*int64(time.Minute)) > 0
}

// rarity returns 1 for a host that at most rareDevices devices visit, and less in
// proportion if more do.
func (t *devices) rarity(host uint64) float64 {
	h := t.hosts[host]
	if h == nil {
		return 0
	}
	return min(1, rareDevices/float64(h.len()))
}
