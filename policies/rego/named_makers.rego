# What the cards that name Hikvision and Dahua have in common.
package named_makers

import rego.v1

named_groups := {"hikvision", "dahua"}

# A firm that was sold by one of the two may still build on its hardware: not settled, not cleared.
spoken_of(one) := "yes" if {
	data.maker.in_groups(one, named_groups)
} else := "unknown" if {
	one.ndaa_889 in {"subsidiary", "unknown"}
	not data.maker.in_groups(one, {"huawei", "zte", "hytera"})
} else := "no"

entity := data.maker.agreed([spoken_of(one) | some one in data.maker.open_makers])

outside if {
	data.maker.firm
	entity == "no"
}

outside_words := array.concat(data.maker.words, ["The rule names Hikvision and Dahua alone."])

known := array.concat(data.maker.words, [sprintf("The rule names Hikvision and Dahua; it takes in: %s.", [data.maker.names])]) if {
	entity == "yes"
} else := data.maker.words

maker_gaps := [] if {
	entity == "yes"
} else := [sprintf("Whether %s still belongs to one of the two is not settled in the sources.", [data.maker.name])] if {
	data.maker.firm
} else := [data.maker.gap]
