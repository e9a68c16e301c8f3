# UK-LA-0: local authorities may follow central government; nothing obliges them.
package cards.uk_la_0

import rego.v1

verdict := data.answers.not_bound([data.device.not_surveillance_words]) if {
	data.device.not_surveillance
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([sprintf("The body is %s: this card is about local authorities of the United Kingdom.", [data.device.body])]) if {
	not data.uk_386.local_authority
} else := data.answers.clear(array.concat(data.maker.words, data.uk_386.outside)) if {
	data.uk_386.outside
} else := data.answers.not_enough(data.uk_386.known, data.uk_386.gaps) if {
	count(data.uk_386.gaps) > 0
} else := data.answers.candidate(array.concat(data.uk_386.known, array.concat(["A local authority has no duty here: it may follow central government of its own will."], notes)))

notes := array.concat(data.device.owner_notes, [data.uk_386.beyond_words]) if data.uk_386.beyond else := data.device.owner_notes
