# The five answers a card can give, as values.
package answers

import rego.v1

breach(because) := {"answer": "breach", "because": because}

candidate(because) := {"answer": "candidate", "because": because}

clear(because) := {"answer": "clear", "because": because}

not_bound(because) := {"answer": "not-bound", "because": because}

# `missing` says what would decide; it follows what is known.
not_enough(because, missing) := {
	"answer": "not-enough-evidence",
	"because": array.concat(because, missing),
}
