package safelinks

// Vade Secure.
var vade = wrapper{
	kind: Vade, hosts: []string{".vadesecure.com"}, paths: []string{"/safeproxy/"},
	unwrap: byParam("u"),
	keep:   []string{"u"}, words: []string{"safeproxy", "v3", "v4"},
}
