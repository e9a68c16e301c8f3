package uk_386_d_test

import rego.v1

import data.samples_test as samples
import data.cards.uk_386_d.verdict

elsewhere(changes) := samples.but(object.union({"site": samples.other_site}, changes))

test_candidate_other_site if {
	verdict.answer == "candidate" with input as elsewhere({})
}

test_candidate_whatever_the_date if {
	verdict.answer == "candidate" with input as elsewhere({"installed": null})
}

test_candidate_about_to_be_bought if {
	verdict.answer == "candidate" with input as elsewhere({"purchase": true, "maker": samples.ordered(samples.hikvision)})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as elsewhere({"maker": samples.found("probable", samples.axis)})
}

test_not_bound_sensitive_site if {
	verdict.answer == "not-bound" with input as samples.base
}

test_not_bound_council if {
	verdict.answer == "not-bound" with input as elsewhere({"organisation": samples.body("local-authority", "GB")})
}

test_not_enough_no_site if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"site": samples.unknown_site})
}

test_not_enough_unknown_maker if {
	verdict.answer == "not-enough-evidence" with input as elsewhere({"maker": samples.nobody})
}
