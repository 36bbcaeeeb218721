package clickclass

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// slowNear is the obvious twin of Window: it compares every row with every
// other. It takes accounts and URLs as text, so that its input must write a URL
// in one way only.
func slowNear(rows []Click, d time.Duration, service func(netip.Addr) bool) []Neighbours {
	at := make([]time.Time, len(rows))
	for i := range rows {
		at[i] = slowTime(&rows[i])
	}
	out := make([]Neighbours, len(rows))
	for i := range rows {
		n := &out[i]
		n.Seen = true
		if at[i].IsZero() {
			continue
		}
		k := &rows[i]
		account, through := strings.ToLower(k.AccountUpn), clickedThrough(k)
		near := func(j int, reach time.Duration) bool {
			return !at[j].IsZero() && at[j].Sub(at[i]).Abs() <= min(reach, d)
		}

		if account != "" && k.Url != "" && k.NetworkMessageId != "" {
			n.MessageURLs1s = slowWidest(rows, at, i, min(time.Second-100, d))
			n.MessageURLs3s = slowWidest(rows, at, i, min(3*time.Second, d))
			n.MessageURLs60s = slowWidest(rows, at, i, min(time.Minute, d))
		}

		fan, accounts, urls := map[string]bool{}, map[string]bool{}, map[string]bool{}
		habits, hurried := map[bool][]time.Time{}, map[string]bool{}
		seen, regulars, visitors := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for j := range rows {
			o := &rows[j]
			other := strings.ToLower(o.AccountUpn)
			if k.IPAddress.IsValid() && o.IPAddress == k.IPAddress && slowDomain(other) == slowDomain(account) && near(j, d) {
				if sent := slowSent(o); !sent.IsZero() && at[j].Sub(sent) >= -5*time.Minute {
					fast := at[j].Sub(sent) <= time.Minute
					if fast && other != account {
						hurried[other] = true
					}
					habits[fast] = append(habits[fast], at[j])
				}
				accounts[other] = true
				seen[other] = seen[other] || clickedThrough(o) && other != account
				for m := range rows { // where else the other account was
					there := strings.ToLower(rows[m].AccountUpn) == other && rows[m].IPAddress.IsValid() && !at[m].IsZero()
					if gap := at[m].Sub(at[j]).Abs(); there && gap <= d {
						regulars[other] = regulars[other] || rows[m].IPAddress == o.IPAddress && gap > time.Hour
						visitors[other] = visitors[other] || rows[m].IPAddress != o.IPAddress
					}
				}
				urls[o.Url] = true
				if k.Url != "" && o.Url == k.Url && near(j, 10*time.Second) {
					fan[other] = true
				}
			}
			sameLink := account != "" && k.Url != "" && other == account && o.Url == k.Url
			if sameLink && k.IPAddress.IsValid() && o.IPAddress.IsValid() && o.IPAddress != k.IPAddress && near(j, 2*time.Minute) {
				gap := at[j].Sub(at[i])
				from := service != nil && service(o.IPAddress)
				switch {
				case !n.Twin || gap.Abs() < n.TwinGap.Abs():
					n.Twin, n.TwinGap, n.TwinIP, n.TwinService = true, gap, o.addr(), from
				case gap.Abs() == n.TwinGap.Abs():
					n.TwinGap = min(n.TwinGap, gap)
					n.TwinService = n.TwinService || from
					if o.addr().Less(n.TwinIP) {
						n.TwinIP = o.addr()
					}
				}
			}
			if sameLink && near(j, 10*time.Minute) && !at[j].After(at[i]) &&
				o.ActionType == UrlScanInProgress && !clickedThrough(o) && (k.ActionType == ClickAllowed || through) {
				n.ScanThenThrough = true
			}
			if k.ReportId != "" && strings.EqualFold(o.ReportId, k.ReportId) && other == account && o.Url == k.Url && near(j, d) {
				if clickedThrough(o) != through {
					n.Pair = true
					n.Through = !through
				}
				if j < i && o.ActionType == k.ActionType && o.IsClickedThrough == k.IsClickedThrough {
					n.Duplicate = true
				}
			}
			domain, otherDomain := slowDomain(account), slowDomain(other)
			blocked := o.ActionType == ClickBlocked || o.ActionType == ClickBlockedByTenantPolicy
			if k.ActionType == ClickAllowed && blocked && k.Url != "" && o.Url == k.Url && near(j, d) && at[j].After(at[i]) &&
				(domain != "" && domain == otherDomain || k.NetworkMessageId != "" && strings.EqualFold(o.NetworkMessageId, k.NetworkMessageId)) {
				n.BlockedLater = true
			}
		}
		for _, set := range []map[string]bool{hurried, seen, regulars, visitors} {
			delete(set, "")
			maps.DeleteFunc(set, func(_ string, is bool) bool { return !is })
		}
		n.AddressPeople, n.AddressRegulars, n.AddressVisitors = min(int32(len(seen)), 64), min(int32(len(regulars)), 64), min(int32(len(visitors)), 64)
		n.AddressFast = min(slowOccasions(habits[true], at[i]), int32(len(hurried)))
		n.AddressSlow = slowOccasions(habits[false], at[i])
		delete(fan, "")
		delete(accounts, "")
		delete(urls, "")
		n.FanAccounts = int32(min(len(fan), 64))
		n.AddressAccounts = int32(min(len(accounts), 64))
		n.AddressURLs = int32(min(len(urls), 64))
	}
	return out
}

func clickedThrough(k *Click) bool { return k.IsClickedThrough || k.ActionType == ClickedThrough }

// slowWidest tries every run that starts at a row and lasts span.
func slowWidest(rows []Click, at []time.Time, i int, span time.Duration) int32 {
	most := 0
	for s := range rows {
		if at[s].IsZero() || at[s].After(at[i]) || at[i].Sub(at[s]) > span {
			continue
		}
		urls := map[string]bool{}
		for j := range rows {
			same := !at[j].IsZero() && strings.EqualFold(rows[j].AccountUpn, rows[i].AccountUpn) &&
				strings.EqualFold(rows[j].NetworkMessageId, rows[i].NetworkMessageId)
			if same && rows[j].Url != "" && !at[j].Before(at[s]) && at[j].Sub(at[s]) <= span {
				urls[rows[j].Url] = true
			}
		}
		most = max(most, len(urls))
	}
	return int32(most)
}

func slowDomain(account string) string {
	_, domain, _ := strings.Cut(account, "@")
	return domain
}

// slowTime is the time of a click, cut to what the tables hold: Timestamp, or
// the clock in ReportId where it refines that or there is no Timestamp.
func slowTime(k *Click) time.Time {
	t, clock := k.Timestamp, slowClock(k.ReportId)
	switch d := clock.Sub(t); {
	case clock.IsZero():
	case t.IsZero(), t.Nanosecond() == 0 && -time.Second <= d && d < 2*time.Second:
		t = clock
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.Truncate(100 * time.Nanosecond)
}

func slowSent(k *Click) time.Time { return slowClock(k.NetworkMessageId) }

// slowClock reads the last sixteen digits of an id, in the order in which they
// tell the time.
func slowClock(id string) time.Time {
	if _, ok := safelinks.MessageTime(id); !ok {
		return time.Time{}
	}
	id = strings.NewReplacer("-", "", "{", "", "}", "").Replace(id)
	n, err := strconv.ParseInt(id[20:32]+id[16:20], 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n/1e7+yearOne, n%1e7*100).UTC()
}

// slowOccasions tries, at each time, to take it and to leave it.
func slowOccasions(times []time.Time, click time.Time) int32 {
	var far []time.Time
	for _, t := range times {
		if t.Sub(click).Abs() > 10*time.Minute {
			far = append(far, t)
		}
	}
	slices.SortFunc(far, time.Time.Compare)
	best := make([]int32, len(far)+1) // of the times from an index on
	for i := len(far) - 1; i >= 0; i-- {
		j := i + 1
		for j < len(far) && far[j].Sub(far[i]) <= 10*time.Minute {
			j++
		}
		best[i] = max(best[i+1], 1+best[j])
	}
	return min(best[0], 8)
}
