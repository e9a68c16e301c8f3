# US-889-A: federal agencies must not buy covered equipment.
package cards.us_889_a

import rego.v1

since := "2019-08-13"

verdict := data.answers.not_bound([data.device.not_surveillance_words]) if {
	data.us_889.outside_equipment
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([not_an_agency]) if {
	not data.us_889.federal_agency
} else := data.us_889.outside if {
	data.us_889.outside
} else := data.answers.clear([data.device.by_words(since), "The rule is about buying: what was there before that day is not caught by it."]) if {
	not input.purchase
	data.device.installed_by(since)
} else := data.answers.not_enough(data.us_889.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(grounds, [data.us_889.purpose_outside_words])) if {
	data.us_889.purpose_outside
} else := data.answers.candidate(array.concat(grounds, array.concat(data.device.owner_notes, ["The rule is about what the agency buys: it bites if the lease buys a service that uses this device."]))) if {
	data.device.landlords
} else := data.answers.breach(array.concat(grounds, array.concat(data.us_889.purpose_notes, data.device.owner_notes)))

not_an_agency := sprintf("The body is %s: this half of section 889 binds federal agencies of the United States.", [data.device.body])

gaps := array.concat(data.us_889.gaps, date_gaps)

date_gaps := [] if input.purchase else := data.device.date_gaps

grounds := array.concat(data.us_889.known, [when])

when := "It is about to be bought." if {
	input.purchase
} else := sprintf("%s It is taken to have been bought under the rule.", [data.device.after_words(since)])
