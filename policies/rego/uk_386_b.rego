# UK-386-B: no connection to departmental core networks, on any site.
package custodiet.uk_386_b

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker
import data.custodiet.uk_386

verdict := uk_386.first if {
	uk_386.first
} else := answers.clear(["It is shown not to be connected to the core network."]) if {
	not input.purchase
	input.connected_to_core == "no"
} else := answers.not_enough(uk_386.known, uk_386.gaps) if {
	count(uk_386.gaps) > 0
} else := answers.candidate(array.concat(uk_386.known, ["It may be bought only on condition that it is never connected to the core network."])) if {
	input.purchase
} else := answers.not_enough(uk_386.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(grounds, [uk_386.beyond_words])) if {
	uk_386.beyond
} else := answers.breach(array.concat(grounds, device.owner_notes))

gaps := array.concat(device.connection_gaps, maker.firm_gaps)

grounds := array.concat(uk_386.known, ["It is connected to the core network."])
