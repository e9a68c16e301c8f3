package au_cw_test

import rego.v1

import data.cards.au_cw.verdict
import data.samples_test as samples

defence(changes) := samples.but(object.union({"organisation": samples.body("defence", "AU"), "entity_test": null}, changes))

test_breach_defence if {
	verdict.answer == "breach" with input as defence({})
}

test_breach_subsidiary if {
	verdict.answer == "breach" with input as defence({"maker": samples.found("probable", samples.ezviz)})
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as defence({"purchase": true, "maker": samples.ordered(samples.dahua)})
}

test_candidate_other_department if {
	verdict.answer == "candidate" with input as defence({"organisation": samples.body("central-government", "AU")})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as defence({"maker": samples.found("confirmed", samples.axis)})
}

test_clear_other_prc_firm if {
	verdict.answer == "clear" with input as defence({"maker": samples.found("confirmed", samples.huawei)})
}

# A subsidiary, of neither of the two.
test_clear_subsidiary_of_another if {
	hisilicon := object.union(samples.huawei, {"id": "hisilicon", "ndaa_889": "subsidiary"})
	verdict.answer == "clear" with input as defence({"maker": samples.found("confirmed", hisilicon)})
}

test_not_bound_state if {
	verdict.answer == "not-bound" with input as defence({"organisation": samples.body("state-government", "AU-NSW")})
}

test_not_bound_no_surveillance if {
	verdict.answer == "not-bound" with input as defence(samples.printer)
}

test_not_enough_sold_subsidiary if {
	verdict.answer == "not-enough-evidence" with input as defence({"maker": samples.found("confirmed", samples.lorex)})
}

test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as defence({"maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

test_not_enough_unknown_kind if {
	verdict.answer == "not-enough-evidence" with input as defence(samples.unknown_kind)
}
