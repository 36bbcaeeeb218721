// Package programs knows by its file name whether people click in a program.
package programs

import (
	"maps"
	"slices"
	"strings"
)

// Program is what is known of a program. The zero Program is not known.
type Program uint8

const (
	_ Program = iota
	// Desk is a program in which people click links: it launches a browser for a person.
	Desk
	// Embedded is the browser inside other programs. It connects by itself at any time, so
	// that it does not show that the browser of the account's owner is watched.
	Embedded
	// Browser is one that people use.
	Browser
)

// ByPerson reports whether people click in a process of this name. Script hosts, robots and
// assistants are not known, and no person's. A row without a name counts as a person's:
// exports may lack the column, and nearly all launches are by people.
func ByPerson(fileName string) bool {
	return fileName == "" || Of(fileName) != 0
}

// Names returns the names of the programs of one sort, in lower case, sorted.
func Names(p Program) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		if programs[name] == p {
			out = append(out, name)
		}
	}
	return out
}

// Of returns what is known of a program by its file name, with or without ".exe" or a folder.
func Of(fileName string) Program {
	const longest = 64
	fileName = fileName[strings.LastIndexAny(fileName, `/\`)+1:]
	if len(fileName) > longest {
		return 0
	}
	name, _, _ := strings.Cut(strings.ToLower(fileName), " (")
	name = strings.TrimSuffix(name, ".exe")
	if p, ok := programs[name]; ok {
		return p
	}
	return programs[mainName(name)]
}

// mainName returns the name of the program that a process belongs to. On macOS the parts of a
// browser are "Google Chrome Helper (Renderer)", and an edition before the release is
// "Google Chrome Canary".
func mainName(name string) string {
	name = strings.TrimSuffix(name, " helper")
	for _, edition := range [...]string{" beta", " dev", " canary", " nightly", " technology preview"} {
		if release, ok := strings.CutSuffix(name, edition); ok {
			return release
		}
	}
	return name
}

// programs has the programs by their file names as Windows, macOS and Linux report them, in
// lower case. The names are those of the programs' own documentation and packages; that
// people click in them is our reading.
var programs = map[string]Program{
	// Mail. olk is the new Outlook for Windows, hxoutlook the Mail app of Windows 10.
	"outlook": Desk, "olk": Desk, "hxoutlook": Desk, "microsoft outlook": Desk, "thunderbird": Desk,
	"thunderbird-bin": Desk, "betterbird": Desk, "mail": Desk, "mailclient": Desk, "em client": Desk,
	"mailbird": Desk, "mailspring": Desk, "postbox": Desk, "airmail": Desk, "spark": Desk,
	"spark desktop": Desk, "superhuman": Desk, "missive": Desk, "mimestream": Desk, "evolution": Desk,
	"kmail": Desk, "geary": Desk, "notes": Desk, "notes2": Desk, "nlnotes": Desk, "proton mail": Desk,

	// Chats and meetings. ms-teams and msteams are Teams since 2023.
	"ms-teams": Desk, "msteams": Desk, "teams": Desk, "microsoft teams": Desk, "microsoft teams classic": Desk, "slack": Desk,
	"whatsapp": Desk, "whatsapp.root": Desk, "telegram": Desk, "telegram-desktop": Desk, "signal": Desk,
	"signal-desktop": Desk, "discord": Desk, "zoom": Desk, "zoom.us": Desk, "webex": Desk,
	"ciscocollabhost": Desk, "skype": Desk, "lync": Desk, "skype for business": Desk, "viber": Desk,
	"threema": Desk, "mattermost": Desk, "rocket.chat": Desk, "element": Desk, "element-desktop": Desk,
	"wechat": Desk, "weixin": Desk, "line": Desk, "messages": Desk,

	// Office programs and readers.
	"winword": Desk, "excel": Desk, "powerpnt": Desk, "onenote": Desk, "onenoteim": Desk, "onenotem": Desk,
	"visio": Desk, "mspub": Desk, "msaccess": Desk, "winproj": Desk, "microsoft word": Desk,
	"microsoft excel": Desk, "microsoft powerpoint": Desk, "microsoft onenote": Desk, "soffice": Desk,
	"soffice.bin": Desk, "libreoffice": Desk, "wps": Desk, "pages": Desk, "numbers": Desk, "keynote": Desk,
	"acrobat": Desk, "acrord32": Desk, "adobe acrobat": Desk, "adobe acrobat reader": Desk, "adobereader": Desk,
	"foxitpdfreader": Desk, "foxitpdfeditor": Desk, "foxitreader": Desk, "foxitphantompdf": Desk,
	"pdfxedit": Desk, "pdfxcview": Desk, "nitropdf": Desk, "sumatrapdf": Desk, "preview": Desk,
	"evince": Desk, "okular": Desk, "notepad": Desk, "notepad++": Desk, "textedit": Desk,

	// Shells and desktops. Programs from the Windows store open links by runtimebroker.
	"explorer": Desk, "runtimebroker": Desk, "openwith": Desk, "searchapp": Desk, "searchhost": Desk,
	"startmenuexperiencehost": Desk, "shellexperiencehost": Desk, "phoneexperiencehost": Desk, "finder": Desk,
	"dock": Desk, "spotlight": Desk, "notification center": Desk, "notificationcenter": Desk, "gnome-shell": Desk,
	"nautilus": Desk, "plasmashell": Desk, "dolphin": Desk, "cinnamon": Desk, "nemo": Desk, "thunar": Desk,
	"xfdesktop": Desk,

	// Browsers. On macOS a helper makes the connections, Arc's is called "Browser Helper";
	// Safari's belong to com.apple.WebKit.Networking, which other programs use too.
	"msedge": Browser, "microsoft edge": Browser, "microsoftedge": Browser, "microsoftedgecp": Browser,
	"microsoft-edge": Browser, "chrome": Browser, "google chrome": Browser, "google-chrome": Browser,
	"chromium": Browser, "chromium-browser": Browser, "firefox": Browser, "firefox-bin": Browser,
	"firefox-esr": Browser, "librewolf": Browser, "waterfox": Browser, "floorp": Browser, "zen": Browser,
	"palemoon": Browser, "seamonkey": Browser, "brave": Browser, "brave browser": Browser, "brave-browser": Browser,
	"opera": Browser, "opera gx": Browser, "vivaldi": Browser, "vivaldi-bin": Browser, "arc": Browser,
	"browser helper": Browser, "yandex": Browser, "whale": Browser, "orion": Browser, "duckduckgo": Browser,
	"iexplore": Browser, "safari": Browser, "com.apple.webkit.networking": Browser, "epiphany": Browser,
	"konqueror": Browser, "falkon": Browser,

	// The browser inside Outlook, Teams and others.
	"msedgewebview2": Embedded, "microsoft edge webview2": Embedded,
}
