package programs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOf(t *testing.T) {
	tests := []struct {
		name     string
		process  Program
		byPerson bool
	}{
		{"OUTLOOK.EXE", Desk, true},
		{"olk.exe", Desk, true},
		{"hxoutlook.exe", Desk, true},
		{"Microsoft Outlook", Desk, true},
		{"Mail", Desk, true},
		{"thunderbird.exe", Desk, true},
		{"ms-teams.exe", Desk, true},
		{"Slack", Desk, true},
		{"WhatsApp.exe", Desk, true},
		{"WINWORD.EXE", Desk, true},
		{"onenote.exe", Desk, true},
		{"AcroRd32.exe", Desk, true},
		{"explorer.exe", Desk, true},
		{"Finder", Desk, true},
		{"Dock", Desk, true},
		{"msedge.exe", Browser, true},
		{"chrome", Browser, true},
		{"Google Chrome", Browser, true},
		{"Google Chrome Helper", Browser, true},
		{"Google Chrome Helper (Renderer)", Browser, true},
		{"com.apple.WebKit.Networking", Browser, true},
		{"Safari", Browser, true},
		{"firefox-bin", Browser, true},
		{"chromium-browser", Browser, true},
		{"Microsoft Edge Helper", Browser, true},
		{"Brave Browser", Browser, true},
		{"opera.exe", Browser, true},
		{"OPERA.EXE", Browser, true},
		{"Opera Helper", Browser, true},
		{"Google Chrome Canary", Browser, true},
		{"Google Chrome Canary Helper (Renderer)", Browser, true},
		{"Microsoft Edge Beta", Browser, true},
		{"Safari Technology Preview", Browser, true},
		{"google chrome helper", Browser, true},
		{"Chromium Helper (GPU)", Browser, true},
		{"Arc.exe", Browser, true},
		{"Browser Helper", Browser, true},
		{"iexplore.exe", Browser, true},
		{"MicrosoftEdgeCP.exe", Browser, true},
		{"RuntimeBroker.exe", Desk, true},
		{"Microsoft Edge WebView2", Embedded, true},
		{"vivaldi.exe", Browser, true},
		{"msedgewebview2.exe", Embedded, true},
		{"", 0, true},

		{"UiPath.Executor.exe", 0, false},
		{"PAD.Robot.exe", 0, false},
		{"powershell.exe", 0, false},
		{"pwsh", 0, false},
		{"cmd.exe", 0, false},
		{"wscript.exe", 0, false},
		{"python.exe", 0, false},
		{"node.exe", 0, false},
		{"copilot.exe", 0, false},
		{"svchost.exe", 0, false},
		{"chromedriver.exe", 0, false},
		{"outlook.exe.exe", 0, false},
		{`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`, Browser, true},
		{"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", Browser, true},
		{"/usr/bin/", 0, false},
		{"helper", 0, false},
		{" Helper", 0, false},
		{"chrome.exe.txt", 0, false},
		{".exe", 0, false},
		{" ", 0, false},
		{"outlook.exe" + strings.Repeat(" ", 99), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.process, Of(tt.name))
			assert.Equal(t, tt.byPerson, ByPerson(tt.name))
		})
	}
	for name := range programs {
		assert.Equal(t, strings.TrimSuffix(strings.ToLower(name), ".exe"), name, "the table has names in the form in which they are looked up")
		assert.NotContains(t, name, "(")
	}
}
