package evidence

import "strings"

// process is what is known of a process by its file name. The zero process is not known.
type process uint8

const (
	_ process = iota
	// desk is a program in which people click links: it launches a browser for a person.
	desk
	// embedded is the browser inside other programs. It connects by itself at any time, so
	// that it does not show that the browser of the account's owner is watched.
	embedded
	// browser is one that people use.
	browser
)

// byPerson reports whether people click in a process of this name. Script hosts, robots and
// assistants are not known, and no person's. A row without a name counts as a person's:
// exports may lack the column, and nearly all launches are by people.
func byPerson(fileName string) bool {
	return fileName == "" || processOf(fileName) != 0
}

// processOf returns what is known of a process by its name, with or without ".exe" or a folder.
func processOf(fileName string) process {
	const longest = 64
	fileName = fileName[strings.LastIndexAny(fileName, `/\`)+1:]
	if len(fileName) > longest {
		return 0
	}
	name, _, _ := strings.Cut(strings.ToLower(fileName), " (")
	name = strings.TrimSuffix(name, ".exe")
	if p, ok := processes[name]; ok {
		return p
	}
	return processes[mainName(name)]
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

// processes has the programs by their file names as Windows, macOS and Linux report them, in
// lower case. The names are those of the programs' own documentation and packages; that
// people click in them is our reading.
var processes = map[string]process{
	// Mail. olk is the new Outlook for Windows, hxoutlook the Mail app of Windows 10.
	"outlook": desk, "olk": desk, "hxoutlook": desk, "microsoft outlook": desk, "thunderbird": desk,
	"thunderbird-bin": desk, "betterbird": desk, "mail": desk, "mailclient": desk, "em client": desk,
	"mailbird": desk, "mailspring": desk, "postbox": desk, "airmail": desk, "spark": desk,
	"spark desktop": desk, "superhuman": desk, "missive": desk, "mimestream": desk, "evolution": desk,
	"kmail": desk, "geary": desk, "notes": desk, "notes2": desk, "nlnotes": desk, "proton mail": desk,

	// Chats and meetings. ms-teams and msteams are Teams since 2023.
	"ms-teams": desk, "msteams": desk, "teams": desk, "microsoft teams": desk, "microsoft teams classic": desk, "slack": desk,
	"whatsapp": desk, "whatsapp.root": desk, "telegram": desk, "telegram-desktop": desk, "signal": desk,
	"signal-desktop": desk, "discord": desk, "zoom": desk, "zoom.us": desk, "webex": desk,
	"ciscocollabhost": desk, "skype": desk, "lync": desk, "skype for business": desk, "viber": desk,
	"threema": desk, "mattermost": desk, "rocket.chat": desk, "element": desk, "element-desktop": desk,
	"wechat": desk, "weixin": desk, "line": desk, "messages": desk,

	// Office programs and readers.
	"winword": desk, "excel": desk, "powerpnt": desk, "onenote": desk, "onenoteim": desk, "onenotem": desk,
	"visio": desk, "mspub": desk, "msaccess": desk, "winproj": desk, "microsoft word": desk,
	"microsoft excel": desk, "microsoft powerpoint": desk, "microsoft onenote": desk, "soffice": desk,
	"soffice.bin": desk, "libreoffice": desk, "wps": desk, "pages": desk, "numbers": desk, "keynote": desk,
	"acrobat": desk, "acrord32": desk, "adobe acrobat": desk, "adobe acrobat reader": desk, "adobereader": desk,
	"foxitpdfreader": desk, "foxitpdfeditor": desk, "foxitreader": desk, "foxitphantompdf": desk,
	"pdfxedit": desk, "pdfxcview": desk, "nitropdf": desk, "sumatrapdf": desk, "preview": desk,
	"evince": desk, "okular": desk, "notepad": desk, "notepad++": desk, "textedit": desk,

	// Shells and desktops. Programs from the Windows store open links by runtimebroker.
	"explorer": desk, "runtimebroker": desk, "openwith": desk, "searchapp": desk, "searchhost": desk,
	"startmenuexperiencehost": desk, "shellexperiencehost": desk, "phoneexperiencehost": desk, "finder": desk,
	"dock": desk, "spotlight": desk, "notification center": desk, "notificationcenter": desk, "gnome-shell": desk,
	"nautilus": desk, "plasmashell": desk, "dolphin": desk, "cinnamon": desk, "nemo": desk, "thunar": desk,
	"xfdesktop": desk,

	// Browsers. On macOS a helper makes the connections, Arc's is called "Browser Helper";
	// Safari's belong to com.apple.WebKit.Networking, which other programs use too.
	"msedge": browser, "microsoft edge": browser, "microsoftedge": browser, "microsoftedgecp": browser,
	"microsoft-edge": browser, "chrome": browser, "google chrome": browser, "google-chrome": browser,
	"chromium": browser, "chromium-browser": browser, "firefox": browser, "firefox-bin": browser,
	"firefox-esr": browser, "librewolf": browser, "waterfox": browser, "floorp": browser, "zen": browser,
	"palemoon": browser, "seamonkey": browser, "brave": browser, "brave browser": browser, "brave-browser": browser,
	"opera": browser, "opera gx": browser, "vivaldi": browser, "vivaldi-bin": browser, "arc": browser,
	"browser helper": browser, "yandex": browser, "whale": browser, "orion": browser, "duckduckgo": browser,
	"iexplore": browser, "safari": browser, "com.apple.webkit.networking": browser, "epiphany": browser,
	"konqueror": browser, "falkon": browser,

	// The browser inside Outlook, Teams and others.
	"msedgewebview2": embedded, "microsoft edge webview2": embedded,
}
