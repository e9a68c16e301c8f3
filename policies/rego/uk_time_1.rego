# UK-TIME-1: the government's commitment to have replaced all on sensitive sites by April 2025.
package custodiet.uk_time_1

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker
import data.custodiet.place
import data.custodiet.uk_386

due := "2025-04-30"

verdict := uk_386.first if {
	uk_386.first
} else := answers.not_bound(["The commitment is about replacing devices already there; UK-386-A speaks of new ones."]) if {
	input.purchase
} else := answers.not_bound([place.not_sensitive_words]) if {
	place.not_sensitive
} else := answers.not_enough(uk_386.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(grounds, ["It is to be replaced by the end of April 2025."])) if {
	input.as_of <= due
} else := answers.not_enough(grounds, maker.firm_gaps) if {
	not maker.firm
} else := answers.candidate(array.concat(grounds, [uk_386.beyond_words])) if {
	uk_386.beyond
} else := answers.breach(array.concat(grounds, array.concat([sprintf("It was to be replaced by the end of April 2025; on %s it is still there.", [input.as_of])], device.owner_notes)))

gaps := array.concat(uk_386.gaps, place.gaps)

grounds := array.concat(uk_386.known, [place.sensitive_words])
