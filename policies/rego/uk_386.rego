# What the cards of the UK statement of 24 November 2022 have in common. The statement names no company:
# the body chooses and records its entity test.
package custodiet.uk_386

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker

stated := "2022-11-24"

in_uk if device.in_country("GB")

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
} else := sprintf("The body is %s of a devolved administration: the statement of 24 November 2022 speaks to UK government departments.", [device.body_words[input.organisation.kind]]) if {
	in_uk
	input.organisation.kind in {"central-government", "state-government"}
} else := sprintf("The body is %s: the statement of 24 November 2022 speaks to UK government departments and does not bind it.", [device.body])

# --- the entity test ----------------------------------------------------------------------------------

tier := input.entity_test if is_string(input.entity_test)

entity := maker.test(tier)

# The tiers that ask who made it, as the statement's words do; the chip and the place of assembly are wider.
widest_maker_tier := "prc_oem"

outside := [sprintf("The chosen entity test `%s` does not take it in.", [tier])] if {
	maker.firm
	entity == "no"
} else := ["No entity test is chosen, but no tier that asks who made a device takes this maker in."] if {
	not tier
	maker.confirmed
	maker.test(widest_maker_tier) == "no"
}

entity_gaps := ["The body has not chosen its entity test: the statement names no company, so the estate file must record which makers count ([entity_test])."] if {
	not tier
} else := [sprintf("Whether the chosen entity test `%s` takes it in is not settled.", [tier]), entity_gap] if {
	entity == "unknown"
} else := [sprintf("Every maker left open falls outside the chosen entity test `%s`, but none is established.", [tier]), maker.gap] if {
	entity == "no"
} else := []

entity_gap := "Where a device was assembled cannot be seen on a network: its label or the supplier would say." if {
	tier == "made_in_prc"
	maker.firm
} else := "Its chip is not known: a look at the board or the maker's statement would settle that." if {
	tier == "prc_component"
	maker.firm
	not is_object(input.chip)
} else := sprintf("Who owns or controls %s is not settled in the sources.", [maker.name]) if {
	maker.firm
} else := maker.gap

taken_in := sprintf("The chosen entity test `%s` takes it in: %s.", [tier, maker.reasons])

known := array.concat(maker.words, [taken_in]) if {
	entity == "yes"
} else := maker.words

gaps := array.concat(device.kind_gaps, entity_gaps)

# Not a breach of a narrow test, and nothing to be silent about.
beyond if maker.beyond_tier(tier)

beyond_words := sprintf("The chosen entity test `%s` speaks of the makers' own devices. This one was built for another brand: the duty bites if the body widens its test to `prc_oem`.", [tier])

# --- the first rungs ----------------------------------------------------------------------------------

# What is the same for every card about departments, undefined where a card has to look further.
first := answers.not_bound([device.not_surveillance_words]) if {
	device.not_surveillance
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([not_a_department]) if {
	not department
} else := answers.clear(array.concat(maker.words, outside)) if {
	outside
}
