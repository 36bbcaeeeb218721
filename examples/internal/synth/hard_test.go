package synth_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/safelinks"
)

// TestTenantsStay: figures of earlier measurements can be made again.
func TestTenantsStay(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("processors differ in the last bits of a logarithm")
	}
	sum := sha256.New()
	for _, v := range []synth.Variant{synth.Base, synth.HalfAutomated, synth.ManyAttackers} {
		for n := range 3 {
			tenant := synth.New(n, small(v))
			for _, r := range tenant.Rows {
				require.NoError(t, json.NewEncoder(sum).Encode(r.Click))
				fmt.Fprintln(sum, r.Truth.Kind, r.Truth.From, r.Truth.Repeat)
			}
			fmt.Fprintln(sum, len(tenant.Emails), len(tenant.SignIns), len(tenant.Launches), len(tenant.Connections))
		}
	}
	assert.Equal(t, "906be60998ce68dc02be1f9e274abf8c99f99b55734b06d6234dfb0f0b35df30", fmt.Sprintf("%x", sum.Sum(nil)))
}

// hardTenants are tenants of the Hard variant.
func hardTenants(n int) []*synth.Tenant {
	list := make([]*synth.Tenant, n)
	for i := range list {
		list[i] = synth.New(i, small(synth.Hard))
	}
	return list
}

func TestHardSameSeedSameTenant(t *testing.T) {
	assert.Equal(t, synth.New(1, small(synth.Hard)), synth.New(1, small(synth.Hard)))
	assert.NotEqual(t, synth.New(1, small(synth.Hard)).Rows, synth.New(2, small(synth.Hard)).Rows)
}

// TestHardMechanisms looks in the tenants for what makes them hard.
func TestHardMechanisms(t *testing.T) {
	tenants := hardTenants(24)
	seen := map[string]int{}
	for _, tenant := range tenants {
		stored := map[string]time.Time{}
		for _, e := range tenant.Emails {
			stored[e.NetworkMessageId] = e.Timestamp
			if at, ok := safelinks.MessageTime(e.NetworkMessageId); ok && at.Year() == synth.Start.Year() {
				ahead := at.Sub(e.Timestamp)
				assert.Less(t, ahead, 92*time.Second)
				if ahead > 4*time.Second {
					seen["clock ahead"]++
				}
			}
			if e.ThreatTypes != "" {
				seen["dangerous message"]++
			}
		}
		shared := map[netip.Addr]map[string]bool{}
		pool := map[netip.Addr]bool{}
		mailboxes := map[int]map[string]bool{}
		signedIn := map[string]bool{}
		lured := map[string]bool{}
		for _, s := range tenant.SignIns {
			signedIn[s.AccountUpn+s.IPAddress.String()] = true
		}
		for _, r := range tenant.Rows {
			k, truth := r.Click, r.Truth
			account := strings.ToLower(k.AccountUpn)
			delay := k.Timestamp.Sub(stored[k.NetworkMessageId])
			assert.Equal(t, truth.Kind.Intruder(), truth.Actor > 0)
			switch truth.Kind {
			case synth.PersonPhone, synth.PersonHotel:
				if shared[k.IPAddress] == nil {
					shared[k.IPAddress] = map[string]bool{}
				}
				shared[k.IPAddress][account] = true
			case synth.PersonProxy:
				pool[k.IPAddress] = true
			case synth.PersonLured:
				lured[account] = true
			case synth.IntruderWebhook:
				if _, ok := stored[k.NetworkMessageId]; ok {
					assert.Less(t, delay, 8*time.Second)
				}
				seen["webhook"]++
			case synth.IntruderSignIn:
				if signedIn[account+k.IPAddress.String()] {
					seen["intruder signed in"]++
				}
			case synth.Tool:
				if _, ok := stored[k.NetworkMessageId]; ok {
					assert.Greater(t, delay, 29*time.Minute)
				}
			}
			if truth.Kind.Intruder() {
				seen["intruder from "+truth.From.String()]++
				if mailboxes[truth.Actor] == nil {
					mailboxes[truth.Actor] = map[string]bool{}
				}
				mailboxes[truth.Actor][account] = true
			}
		}
		for _, accounts := range shared {
			if len(accounts) >= 5 {
				seen["shared address"]++
			}
		}
		if len(pool) > 20 {
			seen["rotating proxy"]++
		}
		for _, accounts := range mailboxes {
			seen[fmt.Sprintf("%d mailboxes", len(accounts))]++
		}
		for _, l := range tenant.Launches {
			if l.Process == "UiPath.Executor.exe" {
				seen["robot launch"]++
			}
		}
		interactive, accounts := 0, map[string]bool{}
		for _, s := range tenant.SignIns {
			accounts[s.AccountUpn] = true
			if s.Interactive {
				interactive++
			}
		}
		switch {
		case len(tenant.SignIns) == 0:
			seen["no sign-ins"]++
		case interactive == len(tenant.SignIns):
			seen["interactive sign-ins only"]++
		case len(accounts) < tenant.Accounts*2/3:
			seen["sign-ins of some accounts"]++
		}
		if len(tenant.ChatURLs) > 0 {
			seen["chats"]++
		}
	}
	for _, what := range []string{"clock ahead", "dangerous message", "shared address", "rotating proxy", "webhook", "intruder from home",
		"intruder from vps", "intruder from azure", "intruder signed in", "1 mailboxes", "3 mailboxes", "6 mailboxes", "robot launch", "no sign-ins",
		"interactive sign-ins only", "sign-ins of some accounts", "chats"} {
		assert.NotZero(t, seen[what], what)
	}
}
