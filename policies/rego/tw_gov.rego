# TW-GOV: public bodies of Taiwan and their contractors use no ICT product of a PRC firm.
package cards.tw_gov

import rego.v1

verdict := data.answers.not_bound(["It is not a device: no rule about equipment speaks of it."]) if {
	input.kind == "not-a-device"
} else := data.answers.not_bound(["It is not surveillance equipment, and nothing establishes that a PRC firm made it."]) if {
	data.device.not_surveillance
	not prc_made
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([sprintf("The body is %s: the rule binds public bodies of Taiwan and their contractors.", [data.device.body])]) if {
	bound == "no"
} else := data.answers.clear(array.concat(data.maker.words, ["The rule is about firms of the PRC; this maker is none."])) if {
	data.maker.firm
	entity == "no"
} else := data.answers.not_enough(known, gaps) if {
	count(gaps) > 0
} else := data.answers.breach(array.concat(known, array.concat([when, "Only a waiver with a reason and a phase-out date allows it; none is known here."], data.device.owner_notes)))

public_kinds := {"central-government", "state-government", "local-authority", "police", "defence", "school"}

bound := "no" if {
	input.organisation.jurisdiction != "TW"
} else := "yes" if {
	input.organisation.kind in public_kinds
} else := "yes" if {
	input.organisation.kind == "government-contractor"
} else := input.organisation.government_contractor

entity := data.maker.agreed([data.maker.prc_firm(one) | some one in data.maker.open_makers])

# The rule takes in any product of information technology, so an established maker settles the kind too.
prc_made if {
	data.maker.firm
	entity == "yes"
}

known := array.concat(data.maker.words, [sprintf("The rule is about any ICT product of a PRC firm: %s.", [data.maker.names])]) if {
	entity == "yes"
} else := data.maker.words

body_gaps := ["Whether the body is public or works under government contracts is not recorded: set government_contractor in the estate file."] if {
	bound == "unknown"
} else := []

maker_gaps := [] if {
	prc_made
} else := [sprintf("Who owns or controls %s is not settled in the sources.", [data.maker.name])] if {
	data.maker.firm
} else := [data.maker.gap]

kind_gaps := [] if prc_made else := data.device.kind_gaps

gaps := array.concat(body_gaps, array.concat(kind_gaps, maker_gaps))

when := "It is about to be bought." if {
	input.purchase
} else := sprintf("It was to be replaced by the end of 2021; on %s it is still there.", [input.as_of])
