# UK-386-C: consider removing now what already stood on sensitive sites.
package custodiet.uk_386_c

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.place
import data.custodiet.uk_386

verdict := uk_386.first if {
	uk_386.first
} else := answers.not_bound(["The advice is about devices already there; UK-386-A speaks of new ones."]) if {
	input.purchase
} else := answers.not_bound([place.not_sensitive_words]) if {
	place.not_sensitive
} else := answers.not_bound([device.after_words(uk_386.stated), "The advice is about devices already there on that day; UK-386-A speaks of later ones."]) if {
	device.installed_after(uk_386.stated)
} else := answers.not_enough(uk_386.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(uk_386.known, array.concat([place.sensitive_words], array.concat(when, notes))))

gaps := array.concat(uk_386.gaps, place.gaps)

when := [device.by_words(uk_386.stated)] if device.date_known else := device.date_gaps

notes := array.concat(device.owner_notes, [uk_386.beyond_words]) if uk_386.beyond else := device.owner_notes
