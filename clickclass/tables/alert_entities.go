package tables

import (
	"net/netip"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
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

// accounts returns the accounts whose click the alert may be about.
func (e *alertEntities) accounts() []string {
	switch {
	case len(e.users.list) > 0:
		return e.users.list
	case len(e.mailboxes.list) > 0:
		return e.mailboxes.list
	case len(e.recipients.list) == 1:
		return e.recipients.list
	}
	return nil // having got a message does not show who of several clicked
}

// address returns the address from which the user clicked, if only one can be that: it may
// be that of the message's sender as well, unless this is known to be another.
func (e *alertEntities) address() netip.Addr {
	if len(e.addresses.list) != 1 || e.unknownSender {
		return netip.Addr{}
	}
	a, _, err := cell.Addrs(e.addresses.list[0])
	if err != nil {
		return netip.Addr{}
	}
	return a
}

// clicks returns a click for each link and account. Of several links and several accounts,
// those belong together that a message names together; a link that no message names has no
// account. If not all accounts need have clicked, several count as none.
func (e *alertEntities) clicks(allClicked bool) []clickclass.Click {
	accounts := e.accounts()
	if !allClicked && len(accounts) > 1 {
		accounts = nil
	}
	ids := e.messageIDs()
	clicks := make([]clickclass.Click, 0, len(e.urls.list))
	add := func(url, account string) {
		clicks = append(clicks, e.click(url, account, ids))
	}
	if len(accounts) > 1 && len(e.urls.list) > 1 {
		byRecipient := e.linksByRecipient(accounts)
		for _, url := range e.urls.list {
			owners := byRecipient[linkKey(url)]
			for _, account := range owners {
				add(url, account)
			}
			if len(owners) == 0 {
				add(url, "")
			}
		}
		return clicks
	}
	for _, url := range e.urls.list {
		for _, account := range accounts {
			add(url, account)
		}
		if len(accounts) == 0 {
			add(url, "")
		}
	}
	return clicks
}

// linksByRecipient returns, for each link in messages, to which of the accounts these went.
func (e *alertEntities) linksByRecipient(accounts []string) map[string][]string {
	names := make(map[string]string, len(accounts))
	for _, account := range accounts {
		names[normal.Account(account)] = account
	}
	owners := map[string][]string{}
	known := map[messageKey]bool{}
	for _, m := range e.messages {
		for _, link := range m.urls {
			key := messageKey{m.recipient, link}
			if account := names[m.recipient]; account != "" && !known[key] {
				known[key] = true
				owners[link] = append(owners[link], account)
			}
		}
	}
	return owners
}

func (e *alertEntities) click(url, account string, ids map[messageKey]string) clickclass.Click {
	k := clickclass.Click{Url: url, AccountUpn: account}
	recipient, link := normal.Account(account), linkKey(url)
	for _, key := range [...]messageKey{{recipient, link}, {recipient, ""}, {"", link}, {"", ""}} {
		if id, ok := ids[key]; ok {
			k.NetworkMessageId = id
			break
		}
	}
	switch {
	case k.NetworkMessageId != "":
		k.Workload = "Email"
	case len(ids) == 0 && len(e.chats.list) > 0:
		if k.Workload = "Teams"; len(e.chats.list) == 1 {
			k.SourceId = e.chats.list[0]
		}
	}
	return k
}

// messageKey is to whom a message went, and a link in it; "" stands for anybody, and for a
// message whose links are not told.
type messageKey struct{ recipient, link string }

// messageIDs returns the ids of the messages: "" where several could be meant.
func (e *alertEntities) messageIDs() map[messageKey]string {
	ids := map[messageKey]string{}
	for _, m := range e.messages {
		if m.id == "" {
			continue
		}
		links := m.urls
		if len(links) == 0 {
			links = []string{""}
		}
		for _, link := range links {
			for _, recipient := range [...]string{m.recipient, ""} {
				key := messageKey{recipient, link}
				if id, ok := ids[key]; ok && normal.MessageID(id) != normal.MessageID(m.id) {
					ids[key] = ""
				} else {
					ids[key] = m.id
				}
			}
		}
	}
	return ids
}

// texts are the texts of an object by their keys in lower case.
type texts map[string]string

// textsOf returns the texts of an object, and those of the objects in it that tell more of
// the same thing. These count more; an empty text never does.
func textsOf(object string) texts {
	m := texts{}
	m.add(object, 0)
	return m
}

func (m texts) add(object string, depth int) {
	const deepest = 2 // userAccount within additionalProperties
	eachMember(object, func(key string, v value) bool {
		key = strings.ToLower(key)
		switch key {
		case "properties", "additionalproperties", "useraccount":
			if depth < deepest {
				m.add(v.text, depth+1)
			}
			return true
		}
		if _, ok := m[key]; !v.isEmpty() && (!ok || depth > 0) {
			m[key] = v.decoded()
		}
		return true
	})
}

// first returns the first text that is not empty.
func (m texts) first(keys ...string) string {
	for _, key := range keys {
		if m[key] != "" {
			return m[key]
		}
	}
	return ""
}

// decoded returns what a value of JSON stands for.
func (v value) decoded() string {
	if !v.escaped {
		return v.text
	}
	return string(appendUnescaped(nil, v.text))
}

// distinct lists texts once, as they were first seen.
type distinct struct {
	list []string
	keys map[string]bool
}

// add adds a text unless it is empty or one with the same key was added.
func (d *distinct) add(text, key string) {
	if text == "" || d.keys[key] {
		return
	}
	if d.keys == nil {
		d.keys = map[string]bool{}
	}
	d.keys[key] = true
	d.list = append(d.list, text)
}

func (d *distinct) addAccount(account string) { d.add(account, normal.Account(account)) }

// without returns the texts whose keys others does not have.
func (d distinct) without(others distinct) (left distinct) {
	for _, text := range d.list {
		if !others.keys[text] {
			left.add(text, text)
		}
	}
	return left
}
