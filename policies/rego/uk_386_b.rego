# UK-386-B: no connection to departmental core networks, on any site.
package cards.uk_386_b

import rego.v1

verdict := data.uk_386.first if {
	data.uk_386.first
} else := data.answers.clear(["It is shown not to be connected to the core network."]) if {
	not input.purchase
	input.connected_to_core == "no"
} else := data.answers.not_enough(data.uk_386.known, data.uk_386.gaps) if {
	count(data.uk_386.gaps) > 0
} else := data.answers.candidate(array.concat(data.uk_386.known, ["It may be bought only on condition that it is never connected to the core network."])) if {
	input.purchase
} else := data.answers.not_enough(data.uk_386.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(grounds, [data.uk_386.beyond_words])) if {
	data.uk_386.beyond
} else := data.answers.breach(array.concat(grounds, data.device.owner_notes))

gaps := array.concat(data.device.connection_gaps, data.maker.firm_gaps)

grounds := array.concat(data.uk_386.known, ["It is connected to the core network."])
