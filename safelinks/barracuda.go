package safelinks

// Barracuda Email Gateway Defense.
var barracuda = wrapper{
	kind: Barracuda, hosts: []string{"linkprotect.cudasvc.com"}, paths: []string{"/url"},
	unwrap: byParam("a"),
	keep:   []string{"a", "typo"}, words: []string{"url"},
}
