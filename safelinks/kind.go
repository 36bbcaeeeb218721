package safelinks

// Kind names the service that wrote a layer, as a stable word such as "safelinks",
// "proofpoint-v3" or "mimecast". [Kinds] lists all of them.
//
// Two kinds have fields in [Layer].Vendor:
//
//	checkpoint-avanan  customer, cluster
//	inky               customer, recipient, recipient_path ("customer/recipient/id/Unix
//	                   time", as it is in the link), sender, sender_domain,
//	                   time_utc (when the link was written)
type Kind string

// Kinds of Microsoft's layers. The other kinds have no constants; see [Kinds].
const (
	KindSafeLinks Kind = "safelinks" // mail, Office apps and Outlook on the web
	KindTeams     Kind = "teams"
)
