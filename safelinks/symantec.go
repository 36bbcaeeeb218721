package safelinks

// Symantec, now Broadcom, Email Security.cloud. The oldest form has a token
// instead of the target.
var symantec = wrapper{
	kind: Symantec, hosts: []string{"clicktime.symantec.com", "clicktime.cloud.postoffice.net"},
	unwrap: func(l *Layer, p *parts) outcome {
		o := byOwningParam("u")(l, p)
		if o == noTarget {
			if _, ok := param(p.query, "d"); ok {
				return opaque
			}
		}
		return o
	},
	keep: []string{"u"},
}
