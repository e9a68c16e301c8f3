# What the cards of the UK statement of 24 November 2022 have in common. The statement names no company:
# the body chooses and records its entity test.
package uk_386

import rego.v1

stated := "2022-11-24"

in_uk if data.device.in_country("GB")

# Departments of the UK government; the ministry of defence is one.
department if {
	input.organisation.kind in {"central-government", "defence"}
	input.organisation.jurisdiction in {"GB", "GB-ENG"}
}

local_authority if {
	input.organisation.kind == "local-authority"
	in_uk
}

not_a_department := "A local authority is not bound by the statement of 24 November 2022, which speaks to UK government departments; UK-LA-0 says what is expected of it." if {
	local_authority
} else := sprintf("The body is %s of a devolved administration: the statement of 24 November 2022 speaks to UK government departments.", [data.device.body_words[input.organisation.kind]]) if {
	in_uk
	input.organisation.kind in {"central-government", "state-government"}
} else := sprintf("The body is %s: the statement of 24 November 2022 speaks to UK government departments and does not bind it.", [data.device.body])

# --- the entity test ----------------------------------------------------------------------------------

tier := input.entity_test if is_string(input.entity_test)

entity := data.maker.test(tier)

# The tiers that ask who made it, as the statement's words do; the chip and the place of assembly are wider.
widest_maker_tier := "prc_oem"

outside := [sprintf("The chosen entity test `%s` does not take it in.", [tier])] if {
	data.maker.firm
	entity == "no"
} else := ["No entity test is chosen, but no tier that asks who made a device takes this maker in."] if {
	not tier
	data.maker.confirmed
	data.maker.test(widest_maker_tier) == "no"
}

entity_gaps := ["The body has not chosen its entity test: the statement names no company, so the estate file must record which makers count ([entity_test])."] if {
	not tier
} else := [sprintf("Whether the chosen entity test `%s` takes it in is not settled.", [tier]), entity_gap] if {
	entity == "unknown"
} else := [sprintf("Every maker left open falls outside the chosen entity test `%s`, but none is established.", [tier]), data.maker.gap] if {
	entity == "no"
} else := []

entity_gap := "Where a device was assembled cannot be seen on a network: its label or the supplier would say." if {
	tier == "made_in_prc"
	data.maker.firm
} else := "Its chip is not known: a look at the board or the maker's statement would settle that." if {
	tier == "prc_component"
	data.maker.firm
	not input.chip.prc == "no"
} else := sprintf("Who owns or controls %s is not settled in the sources.", [data.maker.name]) if {
	data.maker.firm
} else := data.maker.gap

taken_in := sprintf("The chosen entity test `%s` takes it in: %s.", [tier, data.maker.reasons])

known := array.concat(data.maker.words, [taken_in]) if {
	entity == "yes"
} else := data.maker.words

gaps := array.concat(data.device.kind_gaps, entity_gaps)

# Not a breach of a narrow test, and nothing to be silent about.
beyond if data.maker.beyond_tier(tier)

beyond_words := sprintf("The chosen entity test `%s` speaks of the makers' own devices. This one was built for another brand: the duty bites if the body widens its test to `prc_oem`.", [tier])

# --- the first rungs ----------------------------------------------------------------------------------

# What is the same for every card about departments, undefined where a card has to look further.
first := data.answers.not_bound([data.device.not_surveillance_words]) if {
	data.device.not_surveillance
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([not_a_department]) if {
	not department
} else := data.answers.clear(array.concat(data.maker.words, outside)) if {
	outside
}
