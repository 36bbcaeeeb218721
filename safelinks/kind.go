package safelinks

// Kind names the service that wrote a layer, as a stable word such as "safelinks",
// "proofpoint-v3" or "mimecast". [Kinds] lists all of them.
//
// These kinds have fields in [Layer].Vendor. Ids are those of the vendor.
//
//	checkpoint-avanan, checkpoint-url-protection  customer, cluster
//	fortimail             recipient, session_id
//	inky                  customer, recipient, recipient_path ("customer/recipient/id/Unix
//	                      time", as it is in the link), sender, sender_domain
//	knowbe4-defend        sender_domain, threat ("External")
//	mailgun               recipient, message_id
//	mailru                recipient, sender
//	mailtrack, mandrill   customer
//	postmark              scheme ("https"), which its links leave out of the target
//	proofpoint-isolation  customer
//	substack              recipient_id, publication_id
//	vade                  recipient, customer, in its oldest links
//	yandex-mail           recipient_id, message_id
//	zscaler-isolation     region, tenant_hash, user_hash
//
// and these have a clock, see [Layer]: of sending, amazon-ses, resend, mailgun, mailjet and
// customerio; of writing, fortimail, inky, mailinblack, sonicwall, substack, trendmicro, vipre and zix; of
// a record, knowbe4-defend; of a click, proofpoint-isolation.
type Kind string

// Kinds of Microsoft's layers. The other kinds have no constants; see [Kinds].
const (
	KindSafeLinks Kind = "safelinks" // mail, Office apps and Outlook on the web
	KindTeams     Kind = "teams"
)
