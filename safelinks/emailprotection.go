package safelinks

// url.emailprotection.link encrypts the target.
var emailProtection = wrapper{
	kind: EmailProtection, hosts: []string{"url.emailprotection.link", ".url.emailprotection.link"},
	unwrap: func(*Layer, *parts) outcome { return opaque },
}
