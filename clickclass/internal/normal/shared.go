package normal

import (
	"maps"
	"slices"
)

// sharedSites are sites under which strangers publish: what is found malicious there says
// nothing about the rest. The list has the registrable domains that the public suffix list
// does not split; it is not complete.
var sharedSites = map[string]bool{
	"sharepoint.com": true, "google.com": true, "googleapis.com": true, "dropbox.com": true, "box.com": true,
	"docusign.net": true, "docusign.com": true, "onedrive.com": true, "live.com": true, "1drv.ms": true, "office.com": true,
	"microsoft.com": true, "windows.net": true, "azureedge.net": true, "microsoftonline.com": true, "outlook.com": true,
	"github.com": true, "githubusercontent.com": true, "gitlab.com": true, "bitbucket.org": true, "notion.so": true,
	"canva.com": true, "adobe.com": true, "wetransfer.com": true, "we.tl": true, "mediafire.com": true, "mega.nz": true,
	"bit.ly": true, "tinyurl.com": true, "t.co": true, "goo.gl": true, "ow.ly": true, "rebrand.ly": true, "lnkd.in": true,
	"linkedin.com": true, "facebook.com": true, "youtube.com": true, "twitter.com": true, "x.com": true, "t.me": true,
	"mailchimp.com": true, "list-manage.com": true, "sendgrid.net": true, "hubspot.com": true, "hs-sites.com": true,
	"wixsite.com": true, "weebly.com": true, "squarespace.com": true, "wordpress.com": true, "medium.com": true,
	"cloudfront.net": true, "amazonaws.com": true, "awstrack.me": true, "typeform.com": true, "jotform.com": true,
	"forms.gle": true, "force.com": true, "salesforce.com": true, "zendesk.com": true, "atlassian.net": true,
}

// IsSharedSite reports whether strangers publish under a site.
func IsSharedSite(site string) bool { return sharedSites[site] }

// SharedSites returns the sites under which strangers publish, sorted.
func SharedSites() []string { return slices.Sorted(maps.Keys(sharedSites)) }
