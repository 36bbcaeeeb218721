package safelinks

// Topsec.
var topsec = wrapper{
	kind: Topsec, hosts: []string{"scanner.topsec.com"},
	unwrap: byParam("u"),
	keep:   []string{"u"},
}
