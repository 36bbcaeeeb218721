package synth

import "fmt"

// Variant names one assumption that a generator breaks. The zero Variant is
// the generator as described.
type Variant string

// The variants.
const (
	Base                Variant = "base"
	FastHumans          Variant = "fast_humans"          // people click half a minute after receipt
	SlowScanners        Variant = "slow_scanners"        // machines wait as people do
	ResidentialScanners Variant = "residential_scanners" // machines sit on home connections
	AzurePeople         Variant = "azure_people"         // everybody works on a Cloud PC
	TeamsOnBehalf       Variant = "teams_on_behalf"      // a chat's links are fetched by Teams for the person
	SkewedClocks        Variant = "skewed_clocks"        // message, sign-in and device clocks wrong by up to 10 min
	RandomIDs           Variant = "random_ids"           // no clock in any id
	ManyURLs            Variant = "many_urls"            // 10 to 30 links a message
	SingleURLScanners   Variant = "single_url_scanners"  // machines ask for one link of a message
	TabOpeners          Variant = "tab_openers"          // people open every link of a message at once
	NoDuplicates        Variant = "no_duplicates"        // neither double clicks nor repeated rows
	ManyDuplicates      Variant = "many_duplicates"      // every second row is exported twice
	SecondsOnly         Variant = "seconds_only"         // times cut to the second
	NoSignIns           Variant = "no_signins"           // almost nobody signs in interactively
	RoamingPeople       Variant = "roaming_people"       // nobody clicks from where they sign in
	RentedGateways      Variant = "rented_gateways"      // every machine sits in Azure
	HalfAutomated       Variant = "half_automated"       // every second row is a machine's
	NoAutomation        Variant = "no_automation"        // no machine at all
	ManyAttackers       Variant = "many_attackers"       // attackers replay links by script
	Hard                Variant = "hard"                 // another generator: see hard.go
)

// Variants are all variants, Base first.
var Variants = []Variant{Base, FastHumans, SlowScanners, ResidentialScanners, AzurePeople, TeamsOnBehalf, SkewedClocks,
	RandomIDs, ManyURLs, SingleURLScanners, TabOpeners, NoDuplicates, ManyDuplicates, SecondsOnly, NoSignIns,
	RoamingPeople, RentedGateways, HalfAutomated, NoAutomation, ManyAttackers, Hard}

// ParseVariant returns the variant of that name.
func ParseVariant(name string) (Variant, error) {
	for _, v := range Variants {
		if string(v) == name {
			return v, nil
		}
	}
	return "", fmt.Errorf("synth: unknown variant %.128q", name)
}
