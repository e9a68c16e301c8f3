# UK-386-C: consider removing now what already stood on sensitive sites.
package cards.uk_386_c

import rego.v1

verdict := data.uk_386.first if {
	data.uk_386.first
} else := data.answers.not_bound(["The advice is about devices already there; UK-386-A speaks of new ones."]) if {
	input.purchase
} else := data.answers.not_bound([data.place.not_sensitive_words]) if {
	data.place.not_sensitive
} else := data.answers.not_bound([data.device.after_words(data.uk_386.stated), "The advice is about devices already there on that day; UK-386-A speaks of later ones."]) if {
	data.device.installed_after(data.uk_386.stated)
} else := data.answers.not_enough(data.uk_386.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(data.uk_386.known, array.concat([data.place.sensitive_words], array.concat(when, notes))))

gaps := array.concat(data.uk_386.gaps, data.place.gaps)

when := [data.device.by_words(data.uk_386.stated)] if data.device.date_known else := data.device.date_gaps

notes := array.concat(data.device.owner_notes, [data.uk_386.beyond_words]) if data.uk_386.beyond else := data.device.owner_notes
