package evidence

import "github.com/whoclicked/whoclicked/clickclass/internal/keys"

// visits is sign-ins of one kind by account and address.
type visits struct {
	accounts  map[uint64]*visit // by account and address
	addresses map[uint64]*spans // by address
}

// visit is the sign-ins of one account from one address.
type visit struct {
	turn
	in               *visits
	account, address uint64
	all              times // or the first and the last
}

func (v *visit) span() span { return span{v.account, v.all.first(), v.all.last()} }

// addVisit adds a sign-in. If ends is true, only the first and the last count.
func (s *Store) addVisit(in *visits, account, address uint64, at int64, ends bool) {
	if address == 0 {
		return
	}
	key := keys.Join(account, address)
	v := in.accounts[key]
	if v == nil {
		if in.accounts == nil {
			in.accounts, in.addresses = map[uint64]*visit{}, map[uint64]*spans{}
		}
		v = &visit{in: in, account: account, address: address}
		in.accounts[key] = v
		s.bounds.bytes += visitBytes + spanBytes
	}
	var before span
	known := !v.all.empty()
	if known {
		before = v.span()
	}
	if ends {
		s.addOrWiden(&v.all, at)
	} else if v.all.add(at) {
		s.bounds.bytes += timeBytes
	}
	there := in.addresses[address]
	if there == nil {
		there = new(spans)
		in.addresses[address] = there
	}
	if known {
		there.replace(before, v.span())
	} else {
		there.insert(v.span())
	}
	s.enqueue(v, at)
}

func (v *visit) forget(s *Store, limit int64) (int64, bool) {
	before, there := v.span(), v.in.addresses[v.address]
	s.bounds.bytes -= timeBytes * int64(v.all.forget(limit))
	if !v.all.empty() {
		there.replace(before, v.span())
		return v.all.first(), true
	}
	if there.remove(before); there.empty() {
		delete(v.in.addresses, v.address)
	}
	delete(v.in.accounts, keys.Join(v.account, v.address))
	s.bounds.bytes -= visitBytes + spanBytes
	return 0, false
}

// times returns the sign-ins of an account from an address, and nil if there are none.
func (t *visits) times(account, address uint64) *times {
	if v := t.accounts[keys.Join(account, address)]; v != nil {
		return &v.all
	}
	return nil
}

// has reports whether the account was seen at the address between from and to, or before
// and after.
func (t *visits) has(account, address uint64, from, to int64) bool {
	v := t.accounts[keys.Join(account, address)]
	return v != nil && v.all.last() >= from && v.all.first() <= to
}

// others counts the other accounts that were seen at the address between from and to, or
// before and after. It stops at 2.
func (t *visits) others(account, address uint64, from, to int64) int {
	return t.addresses[address].others(account, from, to)
}
