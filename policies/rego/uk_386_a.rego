# UK-386-A: stop deploying on sensitive sites.
package cards.uk_386_a

import rego.v1

verdict := data.uk_386.first if {
	data.uk_386.first
} else := data.answers.not_bound([data.place.not_sensitive_words]) if {
	data.place.not_sensitive
} else := data.answers.clear([data.device.by_words(data.uk_386.stated), "The instruction to stop deploying does not reach back; UK-386-C speaks of what was there already."]) if {
	not input.purchase
	data.device.installed_by(data.uk_386.stated)
} else := data.answers.not_enough(data.uk_386.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(grounds, [data.uk_386.beyond_words])) if {
	data.uk_386.beyond
} else := data.answers.candidate(array.concat(grounds, array.concat(data.device.owner_notes, ["The instruction is to stop deploying: it bites if the body had this device installed."]))) if {
	data.device.landlords
} else := data.answers.breach(array.concat(grounds, data.device.owner_notes))

gaps := array.concat(data.uk_386.gaps, array.concat(data.place.gaps, array.concat(date_gaps, firm_gaps)))

date_gaps := [] if input.purchase else := data.device.date_gaps

# Only where nothing else about the maker is missing, lest the same gap be named twice.
firm_gaps := data.maker.firm_gaps if count(data.uk_386.entity_gaps) == 0 else := []

grounds := array.concat(data.uk_386.known, [data.place.sensitive_words, when])

when := "It would be installed after 2022-11-24." if {
	input.purchase
} else := data.device.after_words(data.uk_386.stated)
