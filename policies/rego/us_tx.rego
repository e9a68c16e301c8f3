# US-TX: Texas state bodies must not use equipment of the listed firms.
package cards.us_tx

import rego.v1

verdict := data.answers.not_bound([data.device.not_surveillance_words]) if {
	outside_equipment
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([sprintf("The body is %s: the list binds bodies of the State of Texas.", [data.device.body])]) if {
	state_body == "no"
} else := data.answers.clear(array.concat(data.maker.words, ["No firm of the PRC made it: the list is one of such firms."])) if {
	data.maker.firm
	listed == "no"
} else := data.answers.not_enough(known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(known, array.concat(data.device.owner_notes, ["The list is about the state's own devices and networks: it bites if this device uses them."]))) if {
	data.device.landlords
} else := data.answers.breach(array.concat(known, data.device.owner_notes))

state_body := "yes" if {
	input.organisation.jurisdiction == "US-TX"
	input.organisation.kind == "state-government"
} else := "unknown" if {
	input.organisation.jurisdiction == "US-TX"
	input.organisation.kind == "university"
} else := "no"

# The list is not about surveillance equipment alone.
outside_equipment if {
	data.device.not_surveillance
	not listed_device
}

listed_device if {
	input.kind == "other-device"
	data.maker.firm
	listed == "yes"
}

# The list holds 26 firms, of which the sources read name these: another firm of the PRC may be on it.
on_list(one) := "yes" if {
	data.maker.in_groups(one, data.maker.texas_groups)
} else := "no" if {
	data.maker.prc_firm(one) == "no"
	one.ndaa_889 == "no"
} else := "unknown"

listed := data.maker.agreed([on_list(one) | some one in data.maker.open_makers])

known := array.concat(data.maker.words, [sprintf("Texas lists it: %s.", [data.maker.names])]) if {
	listed == "yes"
} else := data.maker.words

body_gaps := ["Whether the university is an institution of the State of Texas is not recorded."] if {
	state_body == "unknown"
} else := []

maker_gaps := [] if {
	listed == "yes"
	data.maker.firm
} else := [sprintf("Whether the list names %s is not known: it holds 26 firms, and the sources read name only some.", [data.maker.name])] if {
	data.maker.firm
} else := [data.maker.gap]

kind_gaps := [] if listed_device else := data.device.kind_gaps

gaps := array.concat(body_gaps, array.concat(kind_gaps, maker_gaps))
