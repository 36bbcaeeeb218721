package evidence

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
)

// Rows of devices may have only the name of a logon. They count for the account that has
// this name before the @, unless several accounts are known to have it.

// logonName is the accounts that have a name before the @.
type logonName struct {
	turn
	key      uint64
	accounts latest // at most two
}

// addName notes that there is an account.
func (s *Store) addName(upn string, account uint64, at int64) {
	key := nameKey(upn)
	if key == 0 {
		return
	}
	n := s.devices.names[key]
	if n == nil {
		if s.devices.names == nil {
			s.devices.names = map[uint64]*logonName{}
		}
		n = &logonName{key: key}
		s.devices.names[key] = n
		s.bounds.bytes += latestBytes
	}
	s.note(&n.accounts, account, at, 2)
	s.enqueue(n, at)
}

func (n *logonName) forget(s *Store, limit int64) (int64, bool) {
	s.forgetSeen(&n.accounts, limit)
	if n.accounts.empty() {
		delete(s.devices.names, n.key)
		s.bounds.bytes -= latestBytes
		return 0, false
	}
	return n.accounts.oldest(), true
}

// onlyOf reports whether no other account is known to have the name. A nil n has none.
func (n *logonName) onlyOf(account uint64) bool {
	return n == nil || n.accounts.len() == 1 && n.accounts.has(account)
}

// nameKey returns the key of the part of an account before the @.
func nameKey(upn string) uint64 {
	name, _, _ := strings.Cut(upn, "@")
	return keys.Of(name)
}

// logonKey returns the key of the devices of a logon's name, apart from those of an
// account without a domain.
func logonKey(name uint64) uint64 { return keys.Join(keys.Of("logon"), name) }
