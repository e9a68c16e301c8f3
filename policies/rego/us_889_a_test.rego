package us_889_a_test

import rego.v1

import data.samples_test as samples
import data.cards.us_889_a.verdict

agency(changes) := samples.but(object.union({"organisation": samples.body("central-government", "US"), "entity_test": null}, changes))

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

test_breach_put_in_after if {
	verdict.answer == "breach" with input as agency({})
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as agency({"purchase": true, "installed": null, "maker": samples.ordered(samples.ezviz)})
}

test_breach_rebrand if {
	verdict.answer == "breach" with input as agency({"rebranded": true, "maker": samples.found("probable", samples.dahua)})
}

test_breach_named_purpose if {
	verdict.answer == "breach" with input as agency({"purpose": "security"})
	said("the statute names") with input as agency({"purpose": "security"})
}

test_breach_huawei_for_any_purpose if {
	verdict.answer == "breach" with input as agency({"purpose": "other", "maker": samples.found("confirmed", samples.huawei)})
}

test_candidate_other_purpose if {
	verdict.answer == "candidate" with input as agency({"purpose": "other"})
}

test_candidate_chip_of_hisilicon if {
	verdict.answer == "candidate" with input as agency({"maker": samples.found("confirmed", samples.axis), "chip": {"maker": "HiSilicon (Huawei)", "prc": "yes"}})
	said("contested") with input as agency({"maker": samples.found("confirmed", samples.axis), "chip": {"maker": "HiSilicon (Huawei)", "prc": "yes"}})
}

test_candidate_of_a_landlord if {
	verdict.answer == "candidate" with input as agency({"owner": "landlord"})
}

test_clear_put_in_before if {
	verdict.answer == "clear" with input as agency({"installed": "2019-08-13"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as agency({"maker": samples.found("confirmed", samples.axis)})
}

# A firm of the PRC that the statute does not name.
test_clear_unnamed_prc_firm if {
	verdict.answer == "clear" with input as agency({"maker": samples.found("confirmed", samples.uniview)})
}

test_not_bound_company if {
	verdict.answer == "not-bound" with input as agency({"organisation": samples.body("company", "US")})
}

test_not_bound_department_elsewhere if {
	verdict.answer == "not-bound" with input as samples.base
}

test_not_bound_no_surveillance if {
	verdict.answer == "not-bound" with input as agency(samples.printer)
}

test_not_enough_other_device_of_huawei if {
	verdict.answer == "not-enough-evidence" with input as agency(object.union(samples.printer, {"maker": samples.found("confirmed", samples.huawei)}))
	said("telecommunications equipment") with input as agency(object.union(samples.printer, {"maker": samples.found("confirmed", samples.huawei)}))
}

test_not_enough_sold_subsidiary if {
	verdict.answer == "not-enough-evidence" with input as agency({"maker": samples.found("confirmed", samples.lorex)})
}

test_not_enough_no_date if {
	verdict.answer == "not-enough-evidence" with input as agency({"installed": null})
}

test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as agency({"maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

test_not_enough_no_organisation if {
	verdict.answer == "not-enough-evidence" with input as agency({"organisation": null})
}
