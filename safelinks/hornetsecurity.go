package safelinks

// Hornetsecurity Advanced Threat Protection.
var hornetsecurity = wrapper{
	kind: Hornetsecurity, hosts: []string{"atpscan.global.hornetsecurity.com"},
	unwrap: byParam("u"),
	keep:   []string{"u"},
}
