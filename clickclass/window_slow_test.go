package clickclass

import (
	"net/netip"
	"strings"
	"time"
)

// slowNear is the obvious twin of Window: it compares every row with every
// other. It takes accounts and URLs as text, so that its input must write a URL
// in one way only.
func slowNear(rows []Click, d time.Duration, service func(netip.Addr) bool) []Neighbours {
	at := make([]time.Time, len(rows))
	for i := range rows {
		t, _, _ := clickTime(&rows[i])
		if 1 <= t.Year() && t.Year() <= 9999 {
			at[i] = t.Truncate(100 * time.Nanosecond)
		}
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
		for j := range rows {
			o := &rows[j]
			other := strings.ToLower(o.AccountUpn)
			if k.IPAddress.IsValid() && o.IPAddress == k.IPAddress && near(j, d) {
				accounts[other] = true
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
			_, domain, _ := strings.Cut(account, "@")
			_, otherDomain, _ := strings.Cut(other, "@")
			blocked := o.ActionType == ClickBlocked || o.ActionType == ClickBlockedByTenantPolicy
			if k.ActionType == ClickAllowed && blocked && k.Url != "" && o.Url == k.Url && near(j, d) && at[j].After(at[i]) &&
				(domain != "" && domain == otherDomain || k.NetworkMessageId != "" && strings.EqualFold(o.NetworkMessageId, k.NetworkMessageId)) {
				n.BlockedLater = true
			}
		}
		delete(fan, "")
		delete(accounts, "")
		delete(urls, "")
		n.FanAccounts = min(len(fan), 64)
		n.AddressAccounts = min(len(accounts), 64)
		n.AddressURLs = min(len(urls), 64)
	}
	return out
}

func clickedThrough(k *Click) bool { return k.IsClickedThrough || k.ActionType == ClickedThrough }

// slowWidest tries every run that starts at a row and lasts span.
func slowWidest(rows []Click, at []time.Time, i int, span time.Duration) int {
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
	return most
}
