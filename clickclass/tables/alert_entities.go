package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// alertEntities is what an alert is about.
type alertEntities struct {
	urls       distinct
	mentioned  distinct // links of messages
	users      distinct
	mailboxes  distinct
	recipients distinct
	addresses  distinct // that nothing shows to be another's than the user's
	messages   []alertMessage
	chats      distinct // ids of messages in Teams

	unknownSender bool // of a message whose sender's address is not told
}

// alertMessage is a message, by mail or in Teams.
type alertMessage struct {
	id        string
	recipient string // as normal.Account, "" if it is not told
	urls      []string
}

// entityKind is a kind of entity that tells of a click.
type entityKind uint8

const (
	noEntity entityKind = iota
	urlEntity
	userEntity
	mailboxEntity
	mailEntity
	mailClusterEntity
	chatEntity
	addressEntity
)

// entityKinds has the kinds by the names of Graph, without what is around them, of Sentinel
// and of Defender, in lower case.
var entityKinds = map[string]entityKind{
	"url":  urlEntity,
	"user": userEntity, "account": userEntity,
	"mailbox":     mailboxEntity,
	"mailmessage": mailEntity, "analyzedmessage": mailEntity,
	"mailcluster":  mailClusterEntity,
	"teamsmessage": chatEntity,
	"ip":           addressEntity,
}

func kindOf(m texts) entityKind {
	for _, key := range [...]string{"@odata.type", "entitytype", "kind", "type"} {
		name := strings.TrimPrefix(strings.ToLower(m[key]), "#microsoft.graph.security.")
		if kind := entityKinds[strings.TrimSuffix(name, "evidence")]; kind != noEntity {
			return kind
		}
	}
	return noEntity
}

// entitiesOf reads the entities of an alert: a JSON array of objects, or one.
func entitiesOf(text string) (*alertEntities, error) {
	e := &alertEntities{}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		text = "[" + text + "]"
	}
	if !strings.HasPrefix(text, "[") {
		if cell.IsEmpty(text) {
			return e, nil
		}
		return nil, errNoArray
	}
	if _, _, err := scanValue(text, 0, 1); err != nil {
		return nil, err
	}
	var senders distinct
	var byID map[string]string
	eachElement(text, func(v value) {
		m := textsOf(v.text)
		if ref := m["$ref"]; ref != "" {
			if byID == nil {
				byID = map[string]string{}
				collectIDs(text, byID, 0)
			}
			m = textsOf(byID[ref])
			delete(byID, ref) // once is enough
		}
		e.add(m, &senders)
	})
	e.addresses = e.addresses.without(senders)
	if len(e.urls.list) == 0 && len(e.mentioned.list) == 1 {
		e.urls = e.mentioned // no other link can have been clicked
	}
	return e, nil
}

// collectIDs collects the objects within a JSON text by the $id that Sentinel gives them.
func collectIDs(text string, byID map[string]string, depth int) {
	const deepest = 4 // entities within entities
	if depth > deepest {
		return
	}
	eachElement(text, func(v value) { collectIDs(v.text, byID, depth+1) })
	eachMember(text, func(key string, v value) bool {
		if key == "$id" {
			byID[v.text] = text
		} else {
			collectIDs(v.text, byID, depth+1)
		}
		return true
	})
}

func (e *alertEntities) add(m texts, senders *distinct) {
	switch kindOf(m) {
	case urlEntity:
		e.urls.add(m["url"], linkKey(m["url"]))
	case userEntity:
		e.users.addAccount(accountOf(m))
	case mailboxEntity:
		e.mailboxes.addAccount(accountOf(m))
	case mailEntity, chatEntity:
		e.chats.add(m["sourceid"], m["sourceid"])
		recipient := m.first("recipientemailaddress", "recipient", "userprincipalname")
		e.recipients.addAccount(recipient)
		e.messages = append(e.messages, alertMessage{m["networkmessageid"], normal.Account(recipient), e.mention(m["urls"])})
		e.unknownSender = e.unknownSender || m["senderip"] == ""
		senders.add(m["senderip"], m["senderip"])
	case mailClusterEntity:
		e.unknownSender = true
	case addressEntity:
		if !isDanger(m["verdict"]) && !isOthers(m["roles"]) {
			a := m.first("ipaddress", "address")
			e.addresses.add(a, a)
		}
	}
}

// isOthers reports whether an entity has a role that the user's does not have.
func isOthers(roles string) bool {
	roles = strings.ToLower(roles)
	return strings.Contains(roles, "attack") || strings.Contains(roles, "destination") || strings.Contains(roles, "command")
}

// accountOf returns the name of an account, "" if only its local name is told.
func accountOf(m texts) string {
	if upn := m.first("userprincipalname", "upn", "mailboxprimaryaddress", "primaryaddress", "mailboxaddress"); upn != "" {
		return upn
	}
	name := m["accountname"]
	if name == "" && m["kind"] == "" { // an entity of an incident has a name of its own
		name = m["name"]
	}
	switch suffix := strings.TrimPrefix(m["upnsuffix"], "@"); {
	case strings.Contains(name, "@"):
		return name
	case name != "" && suffix != "":
		return name + "@" + suffix
	}
	return ""
}

// mention returns the keys of the links of a message: texts, or objects with one each.
func (e *alertEntities) mention(urls string) (links []string) {
	eachElement(urls, func(v value) {
		url := v.decoded()
		if strings.HasPrefix(url, "{") {
			url = textsOf(url)["url"]
		}
		key := linkKey(url)
		e.mentioned.add(url, key)
		links = append(links, key)
	})
	return links
}

// linkKey is equal for the same link, wrapped or not.
func linkKey(url string) string { return normal.Comparable(normal.URL(url)) }
