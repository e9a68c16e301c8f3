# What the cards that name Hikvision and Dahua have in common.
package custodiet.named_makers

import rego.v1

import data.custodiet.maker

named_groups := {"hikvision", "dahua"}

# A firm that was sold by one of the two may still build on its hardware: not settled, not cleared.
spoken_of(one) := "yes" if {
	maker.in_groups(one, named_groups)
} else := "unknown" if {
	one.ndaa_889 in {"subsidiary", "unknown"}
	not maker.in_groups(one, {"huawei", "zte", "hytera"})
} else := "no"

entity := maker.agreed([spoken_of(one) | some one in maker.open_makers])

outside if {
	maker.firm
	entity == "no"
}

outside_words := array.concat(maker.words, ["The rule names Hikvision and Dahua alone."])

known := array.concat(maker.words, [sprintf("The rule names Hikvision and Dahua; it takes in: %s.", [maker.names])]) if {
	entity == "yes"
} else := maker.words

maker_gaps := [] if {
	entity == "yes"
} else := [sprintf("Whether %s still belongs to one of the two is not settled in the sources.", [maker.name])] if {
	maker.firm
} else := [maker.gap]
