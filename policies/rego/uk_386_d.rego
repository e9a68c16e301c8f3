# UK-386-D: consider extending the same treatment to other sites.
package custodiet.uk_386_d

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.place
import data.custodiet.uk_386

verdict := uk_386.first if {
	uk_386.first
} else := answers.not_bound([place.sensitive_words, "UK-386-A and UK-386-C speak of sensitive sites."]) if {
	place.sensitive
} else := answers.not_enough(uk_386.known, gaps) if {
	count(gaps) > 0
} else := answers.candidate(array.concat(uk_386.known, array.concat([place.not_sensitive_words], notes)))

gaps := array.concat(uk_386.gaps, place.gaps)

notes := array.concat(device.owner_notes, [uk_386.beyond_words]) if uk_386.beyond else := device.owner_notes
