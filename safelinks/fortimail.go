package safelinks

// FortiMail answers at the customer's own host. The parameter fewReq, which it
// always writes, tells it from other pages of that path.
var fortiMail = wrapper{
	kind: FortiMail, hosts: []string{"*"}, paths: []string{"/fmlurlsvc/"},
	match: func(p parts) bool {
		_, ok := param(p.query, "fewreq")
		return ok
	},
	unwrap: byParam("url"),
	keep:   []string{"url"}, words: []string{"fmlurlsvc"},
}
