# UK-386-A: stop deploying on sensitive sites.
package custodiet.uk_386_a

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker
import data.custodiet.place
import data.custodiet.uk_386

verdict := uk_386.first if {
	uk_386.first
} else := answers.not_bound([place.not_sensitive_words]) if {
	place.not_sensitive
} else := answers.clear([device.by_words(uk_386.stated), "The instruction to stop deploying does not reach back; UK-386-C speaks of what was there already."]) if {
	not input.purchase
	device.installed_by(uk_386.stated)
} else := answers.not_enough(uk_386.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(grounds, [uk_386.beyond_words])) if {
	uk_386.beyond
} else := answers.candidate(array.concat(grounds, array.concat(device.owner_notes, ["The instruction is to stop deploying: it bites if the body had this device put in."]))) if {
	device.landlords
} else := answers.breach(array.concat(grounds, device.owner_notes))

gaps := array.concat(uk_386.gaps, array.concat(place.gaps, array.concat(date_gaps, firm_gaps)))

date_gaps := [] if input.purchase else := device.date_gaps

# Only where nothing else about the maker is missing, lest the same gap be named twice.
firm_gaps := maker.firm_gaps if count(uk_386.entity_gaps) == 0 else := []

grounds := array.concat(uk_386.known, [place.sensitive_words, when])

when := "It would be put in after 2022-11-24." if {
	input.purchase
} else := device.after_words(uk_386.stated)
