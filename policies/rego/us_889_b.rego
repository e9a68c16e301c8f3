# US-889-B: contractors of federal agencies must not use covered equipment, inside the contract or outside it.
package cards.us_889_b

import rego.v1

verdict := data.answers.not_bound([data.device.not_surveillance_words]) if {
	data.us_889.outside_equipment
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([not_a_contractor]) if {
	contractor == "no"
} else := data.us_889.outside if {
	data.us_889.outside
} else := data.answers.not_enough(data.us_889.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(data.us_889.known, [data.us_889.purpose_outside_words])) if {
	data.us_889.purpose_outside
} else := data.answers.breach(array.concat(data.us_889.known, array.concat(data.us_889.purpose_notes, array.concat([use_words], data.device.owner_notes))))

# The estate file says whether a body works for "a government"; which one follows from where it is only
# inside the United States.
contractor := "no" if {
	data.us_889.federal_agency
} else := "no" if {
	not contracts
	not contracts_unknown
} else := "yes" if {
	data.device.in_country("US")
	contracts
} else := "unknown"

contracts if input.organisation.kind == "government-contractor"

contracts if input.organisation.government_contractor == "yes"

# Nobody expects a council or a ministry to work under federal contracts unless it says so.
contracts_unknown if {
	not contracts
	data.device.in_country("US")
	input.organisation.government_contractor == "unknown"
	input.organisation.kind in {"company", "university", "health", "other"}
}

not_a_contractor := "The body is a federal agency: this half of section 889 binds the contractors of agencies; US-889-A binds agencies." if {
	data.us_889.federal_agency
} else := sprintf("The body is %s and not said to contract with a government: this half of section 889 binds contractors of federal agencies of the United States.", [data.device.body])

contractor_gaps := [] if {
	contractor == "yes"
} else := ["Whether its contracts are with a federal agency of the United States is not recorded."] if {
	contracts
} else := ["Whether the body contracts with a federal agency is not recorded: set government_contractor in the estate file."]

gaps := array.concat(contractor_gaps, data.us_889.gaps)

use_words := "It would be used once it is installed; use is what the rule forbids." if {
	input.purchase
} else := sprintf("It is in use on %s, whenever it was installed; use is what the rule forbids.", [input.as_of])
