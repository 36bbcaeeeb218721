package tables

import "sync"

// matchOrder is the order in which signatures are tried: tables with columns of their own
// come before tables that would match the same rows.
var matchOrder = [...]table{
	cloudAppEvents, tiUrlClickData, alertEntityGenerated, auditLog, safeLinksPolicy, safeLinksReport, urlClickEvents,
	emailPostDeliveryEvents, emailEvents, messagePostDeliveryEvents, messageUrlInfo, messageEvents, entraIdSignInEvents, signinLogs, identityLogonEvents, deviceNetworkEvents, emailUrlInfo,
	securityAlert,
}

// tableWith returns the table that a row with these columns is of.
func tableWith(have columnSet) table {
	for _, t := range matchOrder {
		for i := range tableInfos()[t].signatures {
			if tableInfos()[t].signatures[i].matches(have) {
				return t
			}
		}
	}
	return unknown
}

// knownColumns has all columns of each table that are known here.
var knownColumns = sync.OnceValue(func() *[numTables]columnSet {
	var known [numTables]columnSet
	for t, info := range tableInfos() {
		known[t] = setOf(info.more...)
		for _, alternatives := range info.reads {
			known[t] = known[t].union(setOf(alternatives...))
		}
	}
	return &known
})

// mayBe reports whether rows of t can have all of these columns.
func (t table) mayBe(have columnSet) bool { return knownColumns()[t].hasAll(have) }

// otherTables returns the tables besides t that rows with these columns may be of.
func otherTables(t table, have columnSet) []table {
	switch {
	case t == unknown || !t.mayBe(have):
		return nil // recognised by columns that no other table has
	case t == signinLogs && (have.has(colIsInteractive) || have.has(colUsername)):
		return nil // says for each row what the tables differ in, or is of the Entra portal, whose files do
	case t == deviceNetworkEvents && have.has(colActionType):
		return nil // likewise
	}
	var others []table
	for other := unknown + 1; other < numTables; other++ {
		if other != t && other.mayBe(have) {
			others = append(others, other)
		}
	}
	return others
}

// isUnion reports whether columns are those of several tables. A row of a union has the
// columns of all its tables; its own are those that are filled.
func isUnion(have columnSet) bool {
	if have.hasAll(setOf(colNetworkMessageId, colTeamsMessageId)) {
		return true // of messages by mail and in Teams
	}
	tables := 0
	for _, telling := range [...]columnSet{
		setOf(colIsClickedThrough, colUrlChain), setOf(colDeliveryAction, colUrlCount), setOf(colActionResult, colActionTrigger),
		setOf(colUrlLocation, colUrlDomain), setOf(colUserPrincipalName), setOf(colLogonType), setOf(colRemoteUrl), setOf(colRawEventData), setOf(colEntities),
	} {
		if have.hasAny(telling) {
			tables++
		}
	}
	return tables > 1
}
