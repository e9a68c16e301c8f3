package us_889_b_test

import rego.v1

import data.samples_test as samples
import data.cards.us_889_b.verdict

contractor(changes) := samples.but(object.union({"organisation": samples.body("government-contractor", "US"), "entity_test": null}, changes))

flagged(kind, jurisdiction, flag) := {"organisation": object.union(samples.body(kind, jurisdiction), {"government_contractor": flag})}

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

test_breach_in_use if {
	verdict.answer == "breach" with input as contractor({})
}

test_breach_whenever_put_in if {
	verdict.answer == "breach" with input as contractor({"installed": "2012-01-01"})
	verdict.answer == "breach" with input as contractor({"installed": null})
}

test_breach_of_a_university_under_contract if {
	verdict.answer == "breach" with input as contractor(flagged("university", "US-CA", "yes"))
}

test_breach_leased_building if {
	verdict.answer == "breach" with input as contractor({"owner": "landlord"})
	said("lease") with input as contractor({"owner": "landlord"})
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as contractor({"purchase": true, "maker": samples.ordered(samples.dahua)})
}

test_candidate_other_purpose if {
	verdict.answer == "candidate" with input as contractor({"purpose": "other"})
}

test_candidate_chip_of_hisilicon if {
	verdict.answer == "candidate" with input as contractor({"maker": samples.found("confirmed", samples.axis), "chip": {"maker": "HiSilicon (Huawei)", "prc": "yes"}})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as contractor({"maker": samples.found("confirmed", samples.axis)})
}

test_not_bound_agency if {
	verdict.answer == "not-bound" with input as contractor({"organisation": samples.body("central-government", "US")})
	said("US-889-A") with input as contractor({"organisation": samples.body("central-government", "US")})
}

test_not_bound_company_without_contracts if {
	verdict.answer == "not-bound" with input as contractor(flagged("company", "US", "no"))
}

test_not_bound_council_elsewhere if {
	verdict.answer == "not-bound" with input as contractor({"organisation": samples.body("local-authority", "GB")})
}

test_not_enough_contracts_not_recorded if {
	verdict.answer == "not-enough-evidence" with input as contractor({"organisation": samples.body("company", "US")})
	said("government_contractor") with input as contractor({"organisation": samples.body("company", "US")})
}

test_not_enough_which_government if {
	verdict.answer == "not-enough-evidence" with input as contractor({"organisation": samples.body("government-contractor", "GB")})
}

test_not_enough_unknown_maker if {
	verdict.answer == "not-enough-evidence" with input as contractor({"maker": samples.nobody})
}
