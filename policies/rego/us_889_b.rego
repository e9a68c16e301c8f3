# US-889-B: contractors of federal agencies must not use covered equipment, inside the contract or outside it.
package custodiet.us_889_b

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.us_889

verdict := answers.not_bound([device.not_surveillance_words]) if {
	us_889.outside_equipment
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([not_a_contractor]) if {
	contractor == "no"
} else := us_889.outside if {
	us_889.outside
} else := answers.not_enough(us_889.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(us_889.known, [us_889.purpose_outside_words])) if {
	us_889.purpose_outside
} else := answers.breach(array.concat(us_889.known, array.concat(us_889.purpose_notes, array.concat([use_words], device.owner_notes))))

# The estate file says whether a body works for "a government"; which one follows from where it is only
# inside the United States.
contractor := "no" if {
	us_889.federal_agency
} else := "no" if {
	not contracts
	not contracts_unknown
} else := "yes" if {
	device.in_country("US")
	contracts
} else := "unknown"

contracts if input.organisation.kind == "government-contractor"

contracts if input.organisation.government_contractor == "yes"

# Nobody expects a council or a ministry to work under federal contracts unless it says so.
contracts_unknown if {
	not contracts
	device.in_country("US")
	input.organisation.government_contractor == "unknown"
	input.organisation.kind in {"company", "university", "health", "other"}
}

not_a_contractor := "The body is a federal agency: this half of section 889 binds the contractors of agencies; US-889-A binds agencies." if {
	us_889.federal_agency
} else := sprintf("The body is %s and not said to contract with a government: this half of section 889 binds contractors of federal agencies of the United States.", [device.body])

contractor_gaps := [] if {
	contractor == "yes"
} else := ["Whether its contracts are with a federal agency of the United States is not recorded."] if {
	contracts
} else := ["Whether the body contracts with a federal agency is not recorded: set government_contractor in the estate file."]

gaps := array.concat(contractor_gaps, us_889.gaps)

use_words := "It would be used once it is put in; use is what the rule forbids." if {
	input.purchase
} else := sprintf("It is in use on %s, whenever it was put in; use is what the rule forbids.", [input.as_of])
