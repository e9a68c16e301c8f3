# UK-LA-0: local authorities may follow central government; nothing obliges them.
package custodiet.uk_la_0

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker
import data.custodiet.uk_386

verdict := answers.not_bound([device.not_surveillance_words]) if {
	device.not_surveillance
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([sprintf("The body is %s: this card is about local authorities of the United Kingdom.", [device.body])]) if {
	not uk_386.local_authority
} else := answers.clear(array.concat(maker.words, uk_386.outside)) if {
	uk_386.outside
} else := answers.not_enough(uk_386.known, uk_386.gaps) if {
	count(uk_386.gaps) > 0
} else := answers.candidate(array.concat(uk_386.known, array.concat(["A local authority has no duty here: it may follow central government of its own will."], notes)))

notes := array.concat(device.owner_notes, [uk_386.beyond_words]) if uk_386.beyond else := device.owner_notes
