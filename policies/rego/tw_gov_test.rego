package tw_gov_test

import rego.v1

import data.samples_test as samples
import data.cards.tw_gov.verdict

school(changes) := samples.but(object.union({"organisation": samples.body("school", "TW"), "entity_test": null}, changes))

test_breach_any_prc_firm if {
	verdict.answer == "breach" with input as school({"maker": samples.found("confirmed", samples.tiandy)})
}

test_breach_any_ict_product if {
	verdict.answer == "breach" with input as school(samples.printer)
}

# All that are left open are firms of the PRC, and none is established.
test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as school({"maker": samples.left_open(samples.hikvision, [samples.tiandy], true)})
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as school({"purchase": true, "maker": samples.ordered(samples.hikvision)})
}

test_breach_contractor if {
	verdict.answer == "breach" with input as school({"organisation": object.union(samples.body("company", "TW"), {"government_contractor": "yes"})})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as school({"maker": samples.found("confirmed", samples.axis)})
}

test_not_bound_elsewhere if {
	verdict.answer == "not-bound" with input as samples.base
}

test_not_bound_company_without_contracts if {
	verdict.answer == "not-bound" with input as school({"organisation": object.union(samples.body("company", "TW"), {"government_contractor": "no"})})
}

test_not_bound_no_surveillance_by_nobody_known if {
	verdict.answer == "not-bound" with input as school(object.union(samples.printer, {"maker": samples.nobody}))
}

test_not_bound_not_a_device if {
	verdict.answer == "not-bound" with input as school({"kind": "not-a-device", "surveillance": "no"})
}

test_not_enough_contracts_not_recorded if {
	verdict.answer == "not-enough-evidence" with input as school({"organisation": samples.body("company", "TW")})
}

test_not_enough_ownership_not_settled if {
	verdict.answer == "not-enough-evidence" with input as school({"maker": samples.found("confirmed", samples.turing)})
}
