package us_tx_test

import rego.v1

import data.samples_test as samples
import data.cards.us_tx.verdict

state(changes) := samples.but(object.union({"organisation": samples.body("state-government", "US-TX"), "entity_test": null}, changes))

test_breach_whenever_put_in if {
	verdict.answer == "breach" with input as state({"installed": "2012-01-01"})
}

test_breach_uniview if {
	verdict.answer == "breach" with input as state({"maker": samples.found("confirmed", samples.uniview)})
}

# The list is not about surveillance equipment alone.
test_breach_other_device if {
	verdict.answer == "breach" with input as state(object.union(samples.printer, {"maker": samples.found("confirmed", samples.huawei)}))
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as state({"purchase": true, "maker": samples.ordered(samples.hikvision)})
}

test_candidate_of_a_landlord if {
	verdict.answer == "candidate" with input as state({"owner": "landlord"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as state({"maker": samples.found("confirmed", samples.axis)})
}

test_not_bound_city if {
	verdict.answer == "not-bound" with input as state({"organisation": samples.body("local-authority", "US-TX")})
}

test_not_bound_other_state if {
	verdict.answer == "not-bound" with input as state({"organisation": samples.body("state-government", "US-CA")})
}

test_not_bound_no_surveillance if {
	verdict.answer == "not-bound" with input as state(object.union(samples.printer, {"maker": samples.nobody}))
}

test_not_enough_prc_firm_not_named_in_the_sources if {
	verdict.answer == "not-enough-evidence" with input as state({"maker": samples.found("confirmed", samples.tiandy)})
}

test_not_enough_university if {
	verdict.answer == "not-enough-evidence" with input as state({"organisation": samples.body("university", "US-TX")})
}

test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as state({"maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

test_not_enough_sold_subsidiary if {
	verdict.answer == "not-enough-evidence" with input as state({"maker": samples.found("confirmed", samples.lorex)})
}
