# AU-CW: Australian Defence removes Hikvision and Dahua where found; other Commonwealth bodies decide for themselves.
package custodiet.au_cw

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker
import data.custodiet.named_makers

verdict := answers.not_bound([device.not_surveillance_words]) if {
	device.not_surveillance
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([sprintf("The body is %s: the decision is about bodies of the Commonwealth of Australia.", [device.body])]) if {
	not commonwealth
} else := answers.clear(named_makers.outside_words) if {
	named_makers.outside
} else := answers.not_enough(named_makers.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(named_makers.known, array.concat(["Each body outside Defence decides for itself: a ban for the whole government was only under advice."], device.owner_notes))) if {
	not defence
} else := answers.not_enough(named_makers.known, maker.firm_gaps) if {
	not maker.firm
} else := answers.breach(array.concat(named_makers.known, array.concat([found], device.owner_notes)))

commonwealth if {
	input.organisation.jurisdiction == "AU"
	input.organisation.kind in {"central-government", "defence"}
}

defence if input.organisation.kind == "defence"

gaps := array.concat(device.kind_gaps, named_makers.maker_gaps)

found := "Once put in it would have to be removed again." if {
	input.purchase
} else := sprintf("Defence removes such devices where they are found; on %s it is still there.", [input.as_of])
