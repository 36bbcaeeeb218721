package clickclass_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// TestWhoLaunched holds that a launch names the owner by a program in which people click, and
// is no more than "on the device" by anything else.
func TestWhoLaunched(t *testing.T) {
	for name, person := range map[string]bool{
		"outlook.exe": true, "olk.exe": true, "ms-teams.exe": true, "slack": true, "WINWORD.EXE": true, "explorer.exe": true, "chrome.exe": true, "Safari": true,
		"UiPath.Executor.exe": false, "powershell.exe": false, "wscript.exe": false, "python3": false, "java.exe": false, "somethingnew.exe": false,
	} {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(evidence.BrowserLaunch{Timestamp: noon.Add(time.Second), AccountUpn: "dana@contoso.example", DeviceName: "pc1",
				RemoteUrl: founding().Url, Process: name})
			for _, k := range []clickclass.Click{founding(), withDelay(founding(), 3*time.Second), stranger(), withDelay(from(founding(), "203.0.113.7"), time.Second)} {
				v := classify(t, clickclass.Options{Source: &store}, k)
				assert.Equal(t, person, isOwnerSide(&v), "%+v", v.P)
				assert.Equal(t, person, speaks(&v, "c.browser"))
				assert.Equal(t, !person, speaks(&v, "c.launch_other"))
				assert.Equal(t, !person, v.Flags.Has(clickclass.FlagRecipientNotShown))
			}
		})
	}
	assert.Equal(t, "decisive", ruleOf(t, "c.browser").Shows)
	assert.Empty(t, ruleOf(t, "c.launch_other").Shows)
}

// TestLaunchInOtherWords holds that a launch is found in whatever words the device has the
// link, and speaks for one click only.
func TestLaunchInOtherWords(t *testing.T) {
	long := "https://login.contoso-docs.example/a%2fb%20c?x=1&y=" + strings.Repeat("0123456789", 30)
	for name, tt := range map[string]struct {
		link, written string
		rule          string
	}{
		"as it is":            {founding().Url, founding().Url, "c.browser"},
		"trailing slash":      {founding().Url, founding().Url + "/", "c.browser"},
		"case of escapes":     {long, strings.Replace(long, "%2f", "%2F", 1), "c.browser"},
		"a space":             {long, strings.Replace(long, "%20", " ", 1), "c.browser"},
		"escaped ampersand":   {long, strings.Replace(long, "&", "&amp;", 1), "c.browser"},
		"microsoft-edge:":     {long, "microsoft-edge:" + long, "c.browser"},
		"cut":                 {long, long[:255], "c.browser"},
		"only the host":       {founding().Url, "login.contoso-docs.example", "c.net"},
		"the Safe Links host": {founding().Url, "eur01.safelinks.protection.outlook.com", "c.net_common"},
		"another link":        {founding().Url, "https://login.contoso-docs.example/other", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(evidence.BrowserLaunch{Timestamp: noon, AccountUpn: "dana@contoso.example", DeviceName: "pc1", RemoteUrl: tt.written, Process: "outlook.exe"})
			k := stranger()
			k.Url = tt.link
			v := classify(t, clickclass.Options{Source: &store}, k)
			for _, rule := range []string{"c.browser", "c.net"} {
				assert.Equal(t, rule == tt.rule, speaks(&v, rule), rule)
			}
		})
	}
}
