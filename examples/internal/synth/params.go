package synth

import (
	"math"
	"math/rand/v2"
	"time"
)

// params are one tenant's, drawn once.
type params struct {
	accounts    int
	clicks      int     // people's clicks aimed at
	zone        int     // hours from UTC
	shift       float64 // share of accounts that work at night
	bigNAT      bool    // one address for the whole company
	offices     int
	office      float64 // weights of where people work
	home        float64
	vpn         float64
	cloudPC     float64 // share of accounts on hosted desktops
	pooledPC    bool    // hosted desktops leave through a few shared addresses
	gsa         float64 // share of accounts behind Global Secure Access
	mobile      float64 // share of clicks made on a phone
	clickRate   float64 // clicks per recipient of a message
	double      float64
	tabs        float64 // clicks that open the message's other links too
	through     float64
	teams       float64 // clicks in chats
	fast        float64
	forwarded   float64
	campaigns   int
	delayMean   float64 // of the logarithm of seconds
	delaySpread float64

	signIn         float64 // interactive sign-ins an account makes in a day
	signInCoverage float64 // share of them that the export holds
	endpoint       float64 // share of devices that are onboarded
	web            float64 // share of accounts that read mail in the browser: no launch event
	connection     float64 // share of visits that leave a connection row
	mailCoverage   float64 // share of messages that the mail tables hold

	service     float64 // share of rows
	serviceMix  [4]float64
	gateway     float64
	gatewayFrom Egress
	tool        float64
	toolFrom    Egress
	delayed     float64
	delayedFrom Egress
	shadow      float64
	shadowFrom  Egress
	attackers   int
	scripted    bool // attackers open all links at once

	blockedRandom float64 // share of messages without a clock in the id
	damaged       float64 // share of rows with anonymised ids
	noMessageID   bool    // the export lacks the column
	noReportID    bool
	seconds       bool // times cut to the second
	duplicates    float64
	late          float64
	messageSkew   time.Duration // most that a message's clock is off
	deviceSkew    time.Duration // what the device tables are off by
	urls          func(*rand.Rand) int
	onBehalf      float64 // share of chat clicks that Teams fetches for the person
	roaming       bool
	singleURL     bool
	slow          bool
}

// draw draws a tenant's parameters. Shifted moves every range by a third of
// its width, up or down.
func draw(rng *rand.Rand, o Options) params {
	between := func(low, high float64) float64 {
		x := low + rng.Float64()*(high-low)
		if o.Shifted {
			step := (high - low) / 3
			if rng.IntN(2) == 0 {
				step = -step
			}
			x = max(0, x+step)
		}
		return x
	}
	share := func(low, high float64) float64 { return min(0.98, between(low, high)) }
	maybe := func(p float64, x float64) float64 {
		if rng.Float64() < p {
			return x
		}
		return 0
	}
	machines := []Egress{FromVendor, FromVendor, FromAzure, FromHosting}

	limit := o.MaxAccounts
	if limit <= 0 {
		limit = 1500
	}
	p := params{
		accounts:    int(math.Exp(between(math.Log(50), math.Log(5000)))),
		zone:        []int{-8, -5, -5, 0, 1, 1, 2, 9}[rng.IntN(8)],
		shift:       share(0, 0.15),
		bigNAT:      rng.Float64() < 0.2,
		office:      between(0.2, 0.8),
		home:        between(0.1, 0.6),
		vpn:         between(0, 0.4),
		cloudPC:     maybe(0.6, share(0, 0.3)),
		pooledPC:    rng.IntN(2) == 0,
		gsa:         maybe(0.3, share(0, 1)),
		mobile:      share(0.05, 0.3),
		clickRate:   between(0.01, 0.15), // easy to hard lures, a study of 12,511 people
		double:      share(0.05, 0.15),
		tabs:        share(0, 0.04),
		through:     share(0, 0.04),
		teams:       share(0.05, 0.2),
		fast:        share(0.01, 0.05),
		forwarded:   share(0.005, 0.03),
		campaigns:   rng.IntN(3),
		delayMean:   between(7.6, 8.4), // around 8.0: Proofpoint 2018, 11 % in a minute, 52 % in an hour
		delaySpread: between(2.9, 3.5), // around 3.2, the same

		signIn:         between(0.4, 1.4),
		signInCoverage: share(0.6, 1),
		endpoint:       share(0, 0.95),
		web:            share(0.1, 0.5),
		connection:     share(0.2, 0.8),
		mailCoverage:   share(0.85, 1),

		service:     share(0, 0.03),
		gateway:     maybe(0.4, share(0.01, 0.12)),
		gatewayFrom: machines[rng.IntN(len(machines))],
		tool:        maybe(0.35, share(0.005, 0.04)),
		toolFrom:    []Egress{FromAzure, FromHosting, FromOffice}[rng.IntN(3)],
		delayed:     maybe(0.3, share(0.005, 0.03)),
		delayedFrom: machines[rng.IntN(len(machines))],
		shadow:      maybe(0.3, share(0.005, 0.03)),
		shadowFrom:  []Egress{FromMail, FromAzure, FromVendor, FromHosting}[rng.IntN(4)],
		attackers:   int(maybe(0.5, float64(1+rng.IntN(3)))),

		blockedRandom: share(0.02, 0.05), // 33 of 807 messages
		damaged:       maybe(0.2, share(0, 0.1)),
		noMessageID:   rng.Float64() < 0.05,
		noReportID:    rng.Float64() < 0.05,
		seconds:       rng.Float64() < 0.4,
		duplicates:    share(0, 0.05),
		late:          share(0, 0.05),
		urls:          urlCount,
	}
	p.accounts = min(p.accounts, limit)
	if p.bigNAT {
		p.accounts = max(p.accounts, min(1000, limit))
	}
	p.offices = 1 + rng.IntN(1+p.accounts/200)
	p.clicks = min(3000, int(float64(p.accounts)*between(0.8, 3)))
	if rng.Float64() < 0.2 {
		p.messageSkew = time.Duration(between(10, 120)) * time.Second
	}
	if rng.Float64() < 0.2 {
		p.deviceSkew = time.Duration(between(-120, 120)) * time.Second
	}
	for i := range p.serviceMix {
		p.serviceMix[i] = []float64{0.4, 0.3, 0.05, 0.25}[i] * rng.ExpFloat64()
	}
	p.apply(rng, o.Variant)
	return p
}

// urlCount draws the links of a message: one in 89 %, two in 5 %, 4 to 18 in
// 6 %, as in 802 messages of a lab tenant.
func urlCount(rng *rand.Rand) int {
	switch x := rng.Float64(); {
	case x < 0.89:
		return 1
	case x < 0.94:
		return 2
	}
	return 4 + rng.IntN(15)
}

// apply breaks one assumption.
func (p *params) apply(rng *rand.Rand, v Variant) {
	switch v {
	case FastHumans:
		p.delayMean, p.delaySpread, p.fast = 3.5, 1.5, 0.2
	case SlowScanners:
		p.slow = true
	case ResidentialScanners:
		p.gatewayFrom, p.toolFrom, p.delayedFrom, p.shadowFrom = FromHome, FromHome, FromHome, FromHome
	case AzurePeople:
		p.cloudPC, p.gsa = 1, 0
	case TeamsOnBehalf:
		p.teams, p.onBehalf = 0.3, 0.5
	case SkewedClocks:
		p.messageSkew = 10 * time.Minute
		p.deviceSkew = time.Duration(rng.IntN(1200)-600) * time.Second
	case RandomIDs:
		p.blockedRandom, p.damaged = 1, 1
	case ManyURLs:
		p.urls = func(rng *rand.Rand) int { return 10 + rng.IntN(21) }
	case SingleURLScanners:
		p.singleURL = true
	case TabOpeners:
		p.tabs = 0.3
		p.urls = func(rng *rand.Rand) int { return 1 + rng.IntN(5) }
	case NoDuplicates:
		p.double, p.duplicates = 0, 0
	case ManyDuplicates:
		p.duplicates = 0.5
	case SecondsOnly:
		p.seconds = true
	case NoSignIns:
		p.signIn = 0.02
	case RoamingPeople:
		p.roaming = true
	case RentedGateways:
		p.gatewayFrom, p.toolFrom, p.delayedFrom, p.shadowFrom = FromAzure, FromAzure, FromAzure, FromAzure
		p.serviceMix = [4]float64{0, 0, 0, 1}
	case HalfAutomated:
		p.service, p.gateway, p.tool, p.delayed, p.shadow = 0.15, 0.2, 0.05, 0.05, 0.05
	case NoAutomation:
		p.service, p.gateway, p.tool, p.delayed, p.shadow = 0, 0, 0, 0, 0
	case ManyAttackers:
		p.attackers, p.scripted = 10, true
	}
}
