package uk_386_b_test

import rego.v1

import data.samples_test as samples
import data.cards.uk_386_b.verdict

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

test_breach_on_core if {
	verdict.answer == "breach" with input as samples.but({"connected_to_core": "yes", "zone": "core"})
}

test_breach_on_any_site_at_any_date if {
	verdict.answer == "breach" with input as samples.but({"connected_to_core": "yes", "site": samples.other_site, "installed": "2015-01-01"})
}

test_breach_of_a_landlord if {
	verdict.answer == "breach" with input as samples.but({"connected_to_core": "yes", "owner": "landlord"})
	said("landlord") with input as samples.but({"connected_to_core": "yes", "owner": "landlord"})
}

test_clear_shown_isolated if {
	verdict.answer == "clear" with input as samples.but({"connected_to_core": "no"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as samples.but({"connected_to_core": "yes", "maker": samples.found("confirmed", samples.axis)})
}

test_candidate_about_to_be_bought if {
	verdict.answer == "candidate" with input as samples.but({"purchase": true, "maker": samples.ordered(samples.hikvision)})
}

test_candidate_beyond_a_narrow_test if {
	verdict.answer == "candidate" with input as samples.but({"connected_to_core": "yes", "rebranded": true, "entity_test": "prc_parent"})
}

test_not_enough_a_zone_is_no_proof if {
	verdict.answer == "not-enough-evidence" with input as samples.base
	said("not a proof") with input as samples.base
}

test_not_enough_no_zone if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"zone": null})
	said("zones of the estate file") with input as samples.but({"zone": null})
}

test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"connected_to_core": "yes", "maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

test_not_enough_no_organisation if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"organisation": null})
}

test_not_bound_council if {
	verdict.answer == "not-bound" with input as samples.but({"connected_to_core": "yes", "organisation": samples.body("local-authority", "GB")})
}
