package safelinks

// FireEye, now Trellix, Email Security.
var fireEye = wrapper{
	kind: FireEye, hosts: []string{"protect2.fireeye.com", "protect.fireeye.com"}, paths: []string{"/url", "/v1/url"},
	unwrap: byOwningParam("u"),
	keep:   []string{"u"}, words: []string{"v1", "url"},
}
