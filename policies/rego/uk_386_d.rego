# UK-386-D: consider extending the same treatment to other sites.
package cards.uk_386_d

import rego.v1

verdict := data.uk_386.first if {
	data.uk_386.first
} else := data.answers.not_bound([data.place.sensitive_words, "UK-386-A and UK-386-C speak of sensitive sites."]) if {
	data.place.sensitive
} else := data.answers.not_enough(data.uk_386.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(data.uk_386.known, array.concat([data.place.not_sensitive_words], notes)))

gaps := array.concat(data.uk_386.gaps, data.place.gaps)

notes := array.concat(data.device.owner_notes, [data.uk_386.beyond_words]) if data.uk_386.beyond else := data.device.owner_notes
