# TW-GOV: public bodies of Taiwan and their contractors use no ICT product of a PRC firm.
package custodiet.tw_gov

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker

verdict := answers.not_bound(["It is not a device: no rule about equipment speaks of it."]) if {
	input.kind == "not-a-device"
} else := answers.not_bound(["It is not surveillance equipment, and nothing establishes that a PRC firm made it."]) if {
	device.not_surveillance
	not prc_made
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([sprintf("The body is %s: the rule binds public bodies of Taiwan and their contractors.", [device.body])]) if {
	bound == "no"
} else := answers.clear(array.concat(maker.words, ["The rule is about firms of the PRC; this maker is none."])) if {
	maker.firm
	entity == "no"
} else := answers.not_enough(known, gaps) if {
	count(gaps) > 0
} else := answers.breach(array.concat(known, array.concat([when, "Only a waiver with a reason and a phase-out date allows it; none is known here."], device.owner_notes)))

public_kinds := {"central-government", "state-government", "local-authority", "police", "defence", "school"}

bound := "no" if {
	input.organisation.jurisdiction != "TW"
} else := "yes" if {
	input.organisation.kind in public_kinds
} else := "yes" if {
	input.organisation.kind == "government-contractor"
} else := input.organisation.government_contractor

entity := maker.agreed([maker.prc_firm(one) | some one in maker.open_makers])

# The rule takes in any product of information technology, so an established maker settles the kind too.
prc_made if {
	maker.firm
	entity == "yes"
}

known := array.concat(maker.words, [sprintf("The rule is about any ICT product of a PRC firm: %s.", [maker.names])]) if {
	entity == "yes"
} else := maker.words

body_gaps := ["Whether the body is public or works under government contracts is not recorded: set government_contractor in the estate file."] if {
	bound == "unknown"
} else := []

maker_gaps := [] if {
	prc_made
} else := [sprintf("Who owns or controls %s is not settled in the sources.", [maker.name])] if {
	maker.firm
} else := [maker.gap]

kind_gaps := [] if prc_made else := device.kind_gaps

gaps := array.concat(body_gaps, array.concat(kind_gaps, maker_gaps))

when := "It is about to be bought." if {
	input.purchase
} else := sprintf("It was to be replaced by the end of 2021; on %s it is still there.", [input.as_of])
