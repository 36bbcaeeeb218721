package evidence

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

func TestLaunch(t *testing.T) {
	launch := func(process string, gap time.Duration) Row {
		return BrowserLaunch{Timestamp: noon.Add(gap), AccountUpn: me, DeviceName: "pc1", RemoteUrl: aboutNoon().URL, Process: process}
	}
	logon := func(process string, gap time.Duration) Row {
		return BrowserLaunch{Timestamp: noon.Add(gap), Account: "DANA", DeviceName: "pc1", RemoteUrl: aboutNoon().URL, Process: process}
	}
	type facts = clickclass.DeviceFacts
	tests := []struct {
		name string
		rows []Row
		want facts
	}{
		{"a mail client", []Row{launch("outlook.exe", time.Second)}, facts{Launch: true, LaunchGap: time.Second}},
		{"a robot", []Row{launch("UiPath.Executor.exe", time.Second)}, facts{Launch: true, ByRobot: true, LaunchGap: time.Second}},
		{"the column is missing", []Row{launch("", -time.Second)}, facts{Launch: true, LaunchGap: -time.Second}},
		{"two minutes before", []Row{launch("outlook.exe", -2*time.Minute)}, facts{Launch: true, LaunchGap: -2 * time.Minute}},
		{"more than two minutes before", []Row{launch("outlook.exe", -2*time.Minute-1)}, facts{}},
		{"more than two minutes after", []Row{launch("outlook.exe", 2*time.Minute+1)}, facts{}},
		{"the nearest", []Row{launch("outlook.exe", time.Minute), launch("chrome.exe", -time.Second)}, facts{Launch: true, LaunchGap: -time.Second}},
		{"of two as near, the earlier", []Row{launch("outlook.exe", time.Second), launch("outlook.exe", -time.Second)}, facts{Launch: true, LaunchGap: -time.Second}},
		{"a person a little farther than a robot", []Row{launch("python.exe", time.Second), launch("outlook.exe", 11*time.Second)}, facts{Launch: true, LaunchGap: 11 * time.Second}},
		{"a person much farther than a robot", []Row{launch("python.exe", time.Second), launch("outlook.exe", 11*time.Second+1)}, facts{Launch: true, ByRobot: true, LaunchGap: time.Second}},
		{"by the name of the logon", []Row{logon("outlook.exe", time.Second)}, facts{Launch: true, LaunchGap: time.Second}},
		{"by both names", []Row{launch("outlook.exe", 2*time.Second), logon("outlook.exe", time.Second)}, facts{Launch: true, LaunchGap: time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Active = true
			assert.Equal(t, &tt.want, factsOf(t, aboutNoon(), tt.rows...).Device)
		})
	}
}

// TestLaunchedLink holds which RemoteUrl names which link.
func TestLaunchedLink(t *testing.T) {
	long := linkText(longLink)
	require.Greater(t, len(long), minCut)
	const launched, connected, neither = "launch", "connection", ""
	tests := []struct {
		name      string
		remoteURL string
		url       string
		want      string
	}{
		{"the same", "https://docs.fabrikam.example/a", "https://docs.fabrikam.example/a", launched},
		{"wrapped", wrap("https://docs.fabrikam.example/a"), "https://docs.fabrikam.example/a", launched},
		{"Edge", "microsoft-edge:https://docs.fabrikam.example/a/", "https://docs.fabrikam.example/a", launched},
		{"another", "https://docs.fabrikam.example/b", "https://docs.fabrikam.example/a", neither},
		{"a short beginning", "https://docs.fabrikam.example/a", "https://docs.fabrikam.example/a/b", neither},
		{"cut", longLink[:230], longLink, launched},
		{"cut, wrapped", wrap(longLink)[:300], longLink, launched},
		{"cut, of another link", longLink[:230], strings.Replace(longLink, "one=1", "one=2", 1), neither},
		{"cut, longer than the link", longLink[:230], longLink[:220], neither},
		{"cut behind the link", wrap("https://docs.fabrikam.example/a") + strings.Repeat("0", 100), "https://docs.fabrikam.example/a/b", neither},
		{"only the host", "https://docs.fabrikam.example/", "https://docs.fabrikam.example/a", connected},
		{"only the host, no scheme", "docs.fabrikam.example", "https://docs.fabrikam.example/a", connected},
		{"only another host", "https://www.fabrikam.example/", "https://docs.fabrikam.example/a", neither},
		{"the link has no path", "https://docs.fabrikam.example", "https://docs.fabrikam.example/", launched + connected},
		{"only Safe Links", "https://eur01.safelinks.protection.outlook.com/", "https://docs.fabrikam.example/a", connected},
		{"only Safe Links, no scheme", "eur01.safelinks.protection.outlook.com", "https://docs.fabrikam.example/a", connected},
		{"no scheme", "docs.fabrikam.example/a", "https://docs.fabrikam.example/a", neither},
		{"a file", `C:\Users\dana\report.lnk`, `C:\Users\dana\report.lnk`, neither},
		{"a file URL", "file:///C:/report.html", "file:///C:/report.html", neither},
		{"none", "", "https://docs.fabrikam.example/a", neither},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := aboutNoon()
			q.URL = tt.url
			row := BrowserLaunch{Timestamp: noon, AccountUpn: me, DeviceName: "pc1", RemoteUrl: tt.remoteURL, Process: "outlook.exe"}
			ask := func(process string) (f *clickclass.DeviceFacts, got string) {
				row.Process = process
				f = factsOf(t, q, row).Device
				require.NotNil(t, f)
				assert.True(t, f.Active, "a file shows that the device was in use, too")
				assert.False(t, f.Watched, "a launch does not show that connections are reported")
				if f.Launch {
					got += launched
				}
				if f.Connection {
					got += connected
				}
				return f, got
			}
			f, got := ask("outlook.exe")
			assert.Equal(t, tt.want, got)
			assert.False(t, f.ByRobot)
			f, got = ask("wscript.exe")
			assert.Equal(t, strings.TrimSuffix(tt.want, connected), got, "a script's launch of a host names nobody")
			assert.Equal(t, f.Launch, f.ByRobot)
		})
	}
}

// TestCutHours holds that the launch of a cut link is found in the hour before and after.
func TestCutHours(t *testing.T) {
	q := aboutNoon()
	q.URL = longLink
	for _, gap := range []time.Duration{-2 * time.Minute, -1, 0, 2 * time.Minute} {
		f := factsOf(t, q, BrowserLaunch{Timestamp: noon.Add(gap), AccountUpn: me, RemoteUrl: longLink[:230]})
		assert.True(t, f.Device.Launch, gap)
		assert.Equal(t, gap, f.Device.LaunchGap)
	}
}

// TestManyLengths holds that long links of many lengths at one host cost a bounded number of
// look-ups, and that the last ones are found.
func TestManyLengths(t *testing.T) {
	q := aboutNoon()
	q.URL = host + strings.Repeat("x", 4000)
	var s Store
	for n := range 1000 {
		s.Add(BrowserLaunch{Timestamp: noon.Add(time.Duration(n) * time.Millisecond), AccountUpn: me, RemoteUrl: q.URL[:minCut+n]})
	}
	lengths := s.devices.byPerson.lengths
	require.Len(t, lengths, 1)
	for _, g := range lengths {
		assert.Equal(t, maxLengths, g.len())
	}
	f, err := s.Facts(t.Context(), q)
	require.NoError(t, err)
	assert.True(t, f.Device.Launch)
}

func TestWatched(t *testing.T) {
	connection := func(process, remoteURL, action string, gap time.Duration) Row {
		return Connection{Timestamp: noon.Add(gap), AccountUpn: me, DeviceName: "pc1", RemoteUrl: remoteURL, Process: process, ActionType: action}
	}
	tests := []struct {
		name            string
		row             Row
		active, watched bool
	}{
		{"a browser at any host", connection("msedge.exe", "news.example", "ConnectionSuccess", 10*time.Minute), true, true},
		{"a browser of macOS", connection("Google Chrome Helper", "news.example", "", 10*time.Minute), true, true},
		{"half an hour before", connection("firefox", "news.example", "", -30*time.Minute), true, true},
		{"more than half an hour before", connection("firefox", "news.example", "", -31*time.Minute), false, false},
		{"no browser", connection("svchost.exe", "news.example", "", 0), true, false},
		{"the browser inside another program", connection("msedgewebview2.exe", "news.example", "", 0), true, false},
		{"the column is missing", connection("", "news.example", "", 0), true, false},
		{"no host", connection("msedge.exe", "", "ConnectionSuccess", 0), true, false},
		{"from outside", connection("msedge.exe", "news.example", "InboundConnectionAccepted", 0), true, false},
		{"a launch", BrowserLaunch{Timestamp: noon, AccountUpn: me, RemoteUrl: "https://news.example/", Process: "outlook.exe"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOf(t, aboutNoon(), tt.row).Device
			require.NotNil(t, f)
			assert.Equal(t, clickclass.DeviceFacts{Active: tt.active, Watched: tt.watched}, *f)
		})
	}
}
