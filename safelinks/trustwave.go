package safelinks

// Trustwave MailMarshal, which encodes even the dots.
var trustwave = wrapper{
	kind: Trustwave, hosts: []string{"scanmail.trustwave.com"},
	unwrap: byParam("u"),
	keep:   []string{"u"},
}
