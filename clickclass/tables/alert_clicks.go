package tables

import (
	"net/netip"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

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
