// Package findings says what happened, out of many verdicts on clicks: who opened something
// dangerous, which accounts look taken over, what was stopped, what machines did.
package findings

import (
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Kind is a kind of finding.
type Kind string

// The kinds, in the order in which they deserve a look.
const (
	TakenOver     Kind = "taken_over"       // somebody else clicked in an account, after its owner opened something dangerous
	Overrode      Kind = "overrode_warning" // a person went on past the warning of Safe Links
	Opened        Kind = "opened_dangerous" // a person opened something dangerous, or found so later
	NotOwner      Kind = "not_owner"        // clicks in an account that were not its owner's, probably
	SharedAddress Kind = "shared_address"   // one address that no owner is known to use, in several mailboxes
	Stopped       Kind = "stopped"          // Safe Links stopped a person
	Machines      Kind = "machines"         // clicks of one service
)

// Finding is one thing to know. Its lists hold the first of what they name, see the counts.
type Finding struct {
	Kind     Kind      `json:"kind"`
	Priority int       `json:"priority"` // that of its clicks, see clickclass.Result.Priority
	Title    string    `json:"title"`    // a sentence
	Detail   string    `json:"detail"`   // another one, or ""
	Advice   string    `json:"advice"`   // what to do, or ""
	First    time.Time `json:"first,omitzero"`
	Last     time.Time `json:"last,omitzero"`
	Clicks   int       `json:"clicks"`

	Accounts  []string `json:"accounts"`
	Addresses []string `json:"addresses"`
	Sites     []string `json:"sites"`
	Services  []string `json:"services"`
	Messages  []string `json:"messages"` // NetworkMessageIds

	AccountCount int     `json:"account_count"`
	Story        []Event `json:"story"` // what happened, in order of time
}

// Event is a click as a finding tells it.
type Event struct {
	Time    time.Time        `json:"time,omitzero"`
	What    string           `json:"what"` // in words, without the time
	Account string           `json:"account"`
	Address string           `json:"address"`
	Site    string           `json:"site"`
	URL     string           `json:"url"` // the original link
	Class   clickclass.Class `json:"class"`
	File    string           `json:"file"`
	Row     int64            `json:"row"`
}

// Report is what happened.
type Report struct {
	Summary  Summary
	Findings []Finding

	asked []asked
}

// Summary is what the first sentences are made of.
type Summary struct {
	Clicks, Accounts int
	First, Last      time.Time
	Duplicates       int // among the clicks, which are not counted again

	OpenedBy        []string // accounts whose owners opened something dangerous, probably
	PerhapsBy       []string // accounts in which somebody did, and nothing tells who
	Overrode        []string // of OpenedBy and PerhapsBy, those who went past a warning
	TakenOver       []string // accounts that look taken over
	TheirIPs        []string // the addresses from which somebody else clicked there
	NotOwner        []string // further accounts with clicks that were not their owner's, probably
	SharedAddresses int      // addresses that several accounts share, and no owner is known to use
	StoppedBy       int      // accounts whose clicks Safe Links stopped
	Stopped         int      // their clicks
	Machine         int      // clicks of machines, probably
	Owner           int      // clicks of the owners, probably
	Else            int      // clicks that were not the owner's, probably
	Unknown         int      // clicks of which nothing tells who made them
	LeftOut         int      // clicks that would belong to findings, beyond what is kept
}
