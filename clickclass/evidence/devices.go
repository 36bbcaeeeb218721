package evidence

import (
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/safelinks"
)

// devices is what the devices of accounts did. The devices of one account count as one.
type devices struct {
	active      seriesMap        // by account; the ends of minutes
	launches    seriesMap        // by account and URL
	connections seriesMap        // by account and host
	hosts       map[uint64]*host // that browsers connected to
	names       map[uint64]*logonName
}

// host is the devices that connected to a host.
type host struct {
	turn
	key     uint64
	devices latest // at most maxHostDevices
}

const (
	launchReach      = 2 * time.Minute
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

func (s *Store) addBrowserLaunch(r *BrowserLaunch) {
	key, at := s.addActivity(r.AccountUpn, r.Account, r.Timestamp)
	if key != 0 && r.RemoteUrl != "" {
		s.addTime(&s.devices.launches, keys.Join(key, urlKey(r.RemoteUrl)), at)
	}
}

// addConnection adds a connection. Only those of browsers to a host count; others show
// that the device was active.
func (s *Store) addConnection(r *Connection) {
	key, at := s.addActivity(r.AccountUpn, r.Account, r.Timestamp)
	if key == 0 || r.RemoteUrl == "" || !isBrowser(r.Process) || !r.connected() {
		return
	}
	to := hostKey(r.RemoteUrl)
	if to == 0 {
		return
	}
	s.addTime(&s.devices.connections, keys.Join(key, to), at)
	h := s.devices.hosts[to]
	if h == nil {
		if s.devices.hosts == nil {
			s.devices.hosts = map[uint64]*host{}
		}
		h = &host{key: to}
		s.devices.hosts[to] = h
		s.bounds.bytes += latestBytes
	}
	s.note(&h.devices, keys.Of(strings.ToLower(r.DeviceId+r.DeviceName)), at, maxHostDevices)
	s.enqueue(h, at)
}

func (r *Connection) connected() bool {
	return r.ActionType == "" || strings.HasPrefix(r.ActionType, "Connection")
}

func (h *host) forget(s *Store, limit int64) (int64, bool) {
	s.forgetSeen(&h.devices, limit)
	if h.devices.empty() {
		delete(s.devices.hosts, h.key)
		s.bounds.bytes -= latestBytes
		return 0, false
	}
	return h.devices.oldest(), true
}

// browserProcesses are the file names of the browsers whose connections count.
var browserProcesses = [...]string{"msedge.exe", "chrome.exe", "firefox.exe", "brave.exe", "opera.exe",
	"iexplore.exe", "safari", "google chrome", "microsoft edge", "vivaldi.exe", "msedgewebview2.exe", "chromium"}

func isBrowser(process string) bool {
	for _, b := range browserProcesses {
		if strings.EqualFold(process, b) {
			return true
		}
	}
	return false
}

// safeLinksHost is the key of every host of Safe Links, whatever its region.
const safeLinksHost = 1

// hostKey returns the key of the host of a URL or of a bare host, and 0 if there is none.
func hostKey(url string) uint64 {
	host := normal.Host(url)
	if strings.Contains(host, ".safelinks.protection.") && safelinks.IsSafeLink("https://"+host+"/?url=https%3A%2F%2Fexample.com") {
		return safeLinksHost
	}
	return keys.Of(host)
}

// facts returns what the account's devices did around the time, and nil if nothing of a
// device of the account is known within a day.
func (t *devices) facts(q *question) *clickclass.DeviceFacts {
	if len(t.active) == 0 {
		return nil
	}
	at := q.at
	var f clickclass.DeviceFacts
	known := false
	for _, key := range [...]uint64{q.account, logonKey(q.name)} {
		if key != q.account && !t.names[q.name].onlyOf(q.account) {
			continue
		}
		active := t.active.get(key)
		if !within(active, at, knownReach) {
			continue
		}
		known = true
		f.Active = f.Active || within(active, at, activeReach)
		gap, found := t.launches.get(keys.Join(key, q.url)).nearest(at, launchReach, launchReach)
		if found && (!f.Launch || gap.Abs() < f.LaunchGap.Abs()) {
			f.Launch, f.LaunchGap = true, gap
		}
		t.connect(&f, key, q.host, at, t.rarity(q.host))
		t.connect(&f, key, safeLinksHost, at, safeLinksRarity)
	}
	if !known {
		return nil
	}
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
	return min(1, rareDevices/float64(h.devices.len()))
}
