# AU-CW: Australian Defence removes Hikvision and Dahua where found; other Commonwealth bodies decide for themselves.
package cards.au_cw

import rego.v1

verdict := data.answers.not_bound([data.device.not_surveillance_words]) if {
	data.device.not_surveillance
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([sprintf("The body is %s: the decision is about bodies of the Commonwealth of Australia.", [data.device.body])]) if {
	not commonwealth
} else := data.answers.clear(data.named_makers.outside_words) if {
	data.named_makers.outside
} else := data.answers.not_enough(data.named_makers.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(data.named_makers.known, array.concat(["Each body outside Defence decides for itself: a ban for the whole government was only under advice."], data.device.owner_notes))) if {
	not defence
} else := data.answers.not_enough(data.named_makers.known, data.maker.firm_gaps) if {
	not data.maker.firm
} else := data.answers.breach(array.concat(data.named_makers.known, array.concat([found], data.device.owner_notes)))

commonwealth if {
	input.organisation.jurisdiction == "AU"
	input.organisation.kind in {"central-government", "defence"}
}

defence if input.organisation.kind == "defence"

gaps := array.concat(data.device.kind_gaps, data.named_makers.maker_gaps)

found := "Once installed it would have to be removed again." if {
	input.purchase
} else := sprintf("Defence removes such devices where they are found; on %s it is still there.", [input.as_of])
