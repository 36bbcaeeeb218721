package evidence

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
)

// Rows of devices may have only the name of a logon. They count for the account that has
// this name before the @, unless several accounts are known to have it.

// addName notes that there is an account.
func (s *Store) addName(upn string, account uint64, at int64) {
	const enough = 2 // accounts of a name
	if name := nameKey(upn); name != 0 {
		s.addMember(&s.devices.names, name, account, at, enough)
	}
}

// mayBeOf reports whether no account but this one is known to have a name. Accounts are
// those that are known to have it.
func mayBeOf(account uint64, accounts *group) bool {
	return accounts == nil || accounts.len() == 1 && accounts.has(account)
}

// nameKey returns the key of the part of an account before the @.
func nameKey(upn string) uint64 {
	name, _, _ := strings.Cut(upn, "@")
	return keys.Of(name)
}

// logonKey returns the key of the devices of a logon's name, apart from those of an
// account without a domain.
func logonKey(name uint64) uint64 { return keys.Join(keys.Of("logon"), name) }
