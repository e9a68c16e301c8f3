# US-TX: Texas state bodies must not use equipment of the listed firms.
package custodiet.us_tx

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker

verdict := answers.not_bound([device.not_surveillance_words]) if {
	outside_equipment
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([sprintf("The body is %s: the list binds bodies of the State of Texas.", [device.body])]) if {
	state_body == "no"
} else := answers.clear(array.concat(maker.words, ["No firm of the PRC made it: the list is one of such firms."])) if {
	maker.firm
	listed == "no"
} else := answers.not_enough(known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(known, array.concat(device.owner_notes, ["The list is about the state's own devices and networks: it bites if this device uses them."]))) if {
	device.landlords
} else := answers.breach(array.concat(known, device.owner_notes))

state_body := "yes" if {
	input.organisation.jurisdiction == "US-TX"
	input.organisation.kind == "state-government"
} else := "unknown" if {
	input.organisation.jurisdiction == "US-TX"
	input.organisation.kind == "university"
} else := "no"

# The list is not about surveillance equipment alone.
outside_equipment if {
	device.not_surveillance
	not listed_device
}

listed_device if {
	input.kind == "other-device"
	maker.firm
	listed == "yes"
}

# The list holds 26 firms, of which the sources read name these: another firm of the PRC may be on it.
on_list(one) := "yes" if {
	maker.in_groups(one, maker.texas_groups)
} else := "no" if {
	maker.prc_firm(one) == "no"
	one.ndaa_889 == "no"
} else := "unknown"

listed := maker.agreed([on_list(one) | some one in maker.open_makers])

known := array.concat(maker.words, [sprintf("Texas lists it: %s.", [maker.names])]) if {
	listed == "yes"
} else := maker.words

body_gaps := ["Whether the university is an institution of the State of Texas is not recorded."] if {
	state_body == "unknown"
} else := []

maker_gaps := [] if {
	listed == "yes"
	maker.firm
} else := [sprintf("Whether the list names %s is not known: it holds 26 firms, and the sources read name only some.", [maker.name])] if {
	maker.firm
} else := [maker.gap]

kind_gaps := [] if listed_device else := device.kind_gaps

gaps := array.concat(body_gaps, array.concat(kind_gaps, maker_gaps))
