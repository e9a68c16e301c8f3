# US-889-A: federal agencies must not buy covered equipment.
package custodiet.us_889_a

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.us_889

since := "2019-08-13"

verdict := answers.not_bound([device.not_surveillance_words]) if {
	us_889.outside_equipment
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([not_an_agency]) if {
	not us_889.federal_agency
} else := us_889.outside if {
	us_889.outside
} else := answers.clear([device.by_words(since), "The rule is about buying: what was there before that day is not caught by it."]) if {
	not input.purchase
	device.installed_by(since)
} else := answers.not_enough(us_889.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(grounds, [us_889.purpose_outside_words])) if {
	us_889.purpose_outside
} else := answers.candidate(array.concat(grounds, array.concat(device.owner_notes, ["The rule is about what the agency buys: it bites if the lease buys a service that uses this device."]))) if {
	device.landlords
} else := answers.breach(array.concat(grounds, array.concat(us_889.purpose_notes, device.owner_notes)))

not_an_agency := sprintf("The body is %s: this half of section 889 binds federal agencies of the United States.", [device.body])

gaps := array.concat(us_889.gaps, date_gaps)

date_gaps := [] if input.purchase else := device.date_gaps

grounds := array.concat(us_889.known, [when])

when := "It is about to be bought." if {
	input.purchase
} else := sprintf("%s It is taken to have been bought under the rule.", [device.after_words(since)])
