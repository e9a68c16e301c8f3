package uk_386_a_test

import rego.v1

import data.samples_test as samples
import data.cards.uk_386_a.verdict

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

test_breach_put_in_after if {
	verdict.answer == "breach" with input as samples.base
	said("{installed}, after 2022-11-24") with input as samples.base
	said("secret material") with input as samples.base
}

test_breach_by_a_probable_maker if {
	verdict.answer == "breach" with input as samples.but({"maker": samples.found("probable", samples.hikvision)})
	said("consistent with") with input as samples.but({"maker": samples.found("probable", samples.hikvision)})
}

test_breach_of_a_ministry_of_defence if {
	verdict.answer == "breach" with input as samples.but({"organisation": samples.body("defence", "GB")})
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as samples.but({"purchase": true, "installed": null, "maker": samples.ordered(samples.hikvision)})
}

test_breach_in_a_sensitive_part if {
	verdict.answer == "breach" with input as samples.but({"site": object.union(samples.sensitive_site, {"extent": "parts"})})
	said("sensitive part") with input as samples.but({"site": object.union(samples.sensitive_site, {"extent": "parts"})})
}

test_clear_put_in_before if {
	verdict.answer == "clear" with input as samples.but({"installed": "2022-11-23"})
	said("UK-386-C") with input as samples.but({"installed": "2022-11-23"})
}

test_clear_put_in_that_day if {
	verdict.answer == "clear" with input as samples.but({"installed": "2022-11-24"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as samples.but({"maker": samples.found("confirmed", samples.axis)})
}

test_clear_other_maker_without_a_chosen_test if {
	verdict.answer == "clear" with input as samples.but({"entity_test": null, "maker": samples.found("confirmed", samples.axis)})
}

test_clear_other_maker_of_unknown_kind if {
	verdict.answer == "clear" with input as samples.but(object.union(samples.unknown_kind, {"maker": samples.found("confirmed", samples.axis)}))
}

test_candidate_of_a_landlord if {
	verdict.answer == "candidate" with input as samples.but({"owner": "landlord"})
	said("landlord") with input as samples.but({"owner": "landlord"})
}

test_candidate_beyond_a_narrow_test if {
	verdict.answer == "candidate" with input as samples.but({"rebranded": true, "entity_test": "named"})
	said("prc_oem") with input as samples.but({"rebranded": true, "entity_test": "named"})
}

test_rebrand_within_a_wide_test_is_a_breach if {
	verdict.answer == "breach" with input as samples.but({"rebranded": true})
}

test_not_bound_council if {
	verdict.answer == "not-bound" with input as samples.but({"organisation": samples.body("local-authority", "GB")})
	said("local authority is not bound") with input as samples.but({"organisation": samples.body("local-authority", "GB")})
}

test_not_bound_elsewhere if {
	verdict.answer == "not-bound" with input as samples.but({"organisation": samples.body("central-government", "US")})
}

test_not_bound_devolved if {
	verdict.answer == "not-bound" with input as samples.but({"organisation": samples.body("central-government", "GB-SCT")})
}

test_not_bound_no_surveillance if {
	verdict.answer == "not-bound" with input as samples.but(samples.printer)
}

test_not_bound_no_surveillance_of_nobody_known if {
	verdict.answer == "not-bound" with input as samples.but(object.union(samples.printer, {"organisation": null}))
}

test_not_bound_other_site if {
	verdict.answer == "not-bound" with input as samples.but({"site": samples.other_site})
}

test_not_enough_no_organisation if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"organisation": null})
	said("--estate") with input as samples.but({"organisation": null})
}

test_not_enough_no_date if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"installed": null})
	said("works order") with input as samples.but({"installed": null})
}

test_not_enough_unclear_date if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"installed": null, "installed_unclear": true})
	said("two ways") with input as samples.but({"installed": null, "installed_unclear": true})
}

test_not_enough_no_chosen_test if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"entity_test": null})
	said("[entity_test]") with input as samples.but({"entity_test": null})
}

# Outside by probability alone is too little where nobody chose how wide to look.
test_not_enough_no_chosen_test_probable if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"entity_test": null, "maker": samples.found("probable", samples.axis)})
}

test_not_enough_no_site if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"site": samples.unknown_site})
}

test_not_enough_site_of_another_name if {
	said("does not hold") with input as samples.but({"site": object.union(samples.unknown_site, {"named": true})})
}

test_not_enough_part_not_known if {
	site := object.union(samples.sensitive_site, {"sensitive": "unknown", "extent": "parts", "in_part": "unknown"})
	verdict.answer == "not-enough-evidence" with input as samples.but({"site": site})
	said("no place within the site") with input as samples.but({"site": site})
}

test_not_enough_test_not_answered if {
	tests := object.union(samples.no_tests, {"ministers": "unknown"})
	site := object.union(samples.other_site, {"sensitive": "unknown", "tests": tests})
	verdict.answer == "not-enough-evidence" with input as samples.but({"site": site})
	said("ministers") with input as samples.but({"site": site})
}

test_not_enough_unknown_maker if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"maker": samples.nobody})
}

test_not_enough_possible_maker if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.axis], true)})
}

# Even where all that are left open pass the test: a possibility is never a breach.
test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

# Nor is it ever clear.
test_not_enough_possible_makers_outside if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"maker": samples.left_open(samples.axis, [samples.bosch], true)})
}

test_not_enough_declared_maker if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"maker": samples.declared(samples.hikvision)})
}

test_not_enough_unknown_kind if {
	verdict.answer == "not-enough-evidence" with input as samples.but(samples.unknown_kind)
}

test_not_enough_assembly if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"entity_test": "made_in_prc", "maker": samples.found("confirmed", samples.axis)})
	said("assembled") with input as samples.but({"entity_test": "made_in_prc", "maker": samples.found("confirmed", samples.axis)})
}

test_not_enough_chip_not_known if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"entity_test": "prc_component", "maker": samples.found("confirmed", samples.axis)})
	said("chip is not known") with input as samples.but({"entity_test": "prc_component", "maker": samples.found("confirmed", samples.axis)})
}

test_clear_chip_from_elsewhere if {
	verdict.answer == "clear" with input as samples.but({"entity_test": "prc_component", "maker": samples.found("confirmed", samples.axis), "chip": {"maker": "Ambarella", "prc": "no"}})
}

test_breach_chip_of_the_prc if {
	verdict.answer == "breach" with input as samples.but({"entity_test": "prc_component", "maker": samples.found("confirmed", samples.axis), "chip": {"maker": "SigmaStar", "prc": "yes"}})
	said("its chip is made by SigmaStar") with input as samples.but({"entity_test": "prc_component", "maker": samples.found("confirmed", samples.axis), "chip": {"maker": "SigmaStar", "prc": "yes"}})
}
