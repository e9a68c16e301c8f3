# UK-TIME-1: the government's commitment to have replaced all on sensitive sites by April 2025.
package cards.uk_time_1

import rego.v1

due := "2025-04-30"

verdict := data.uk_386.first if {
	data.uk_386.first
} else := data.answers.not_bound(["The commitment is about replacing devices already there; UK-386-A speaks of new ones."]) if {
	input.purchase
} else := data.answers.not_bound([data.place.not_sensitive_words]) if {
	data.place.not_sensitive
} else := data.answers.not_enough(data.uk_386.known, gaps) if {
	count(gaps) > 0
} else := data.answers.candidate(array.concat(grounds, ["It is to be replaced by the end of April 2025."])) if {
	input.as_of <= due
} else := data.answers.not_enough(grounds, data.maker.firm_gaps) if {
	not data.maker.firm
} else := data.answers.candidate(array.concat(grounds, [data.uk_386.beyond_words])) if {
	data.uk_386.beyond
} else := data.answers.breach(array.concat(grounds, array.concat([sprintf("It was to be replaced by the end of April 2025; on %s it is still there.", [input.as_of])], data.device.owner_notes)))

gaps := array.concat(data.uk_386.gaps, data.place.gaps)

grounds := array.concat(data.uk_386.known, [data.place.sensitive_words])
