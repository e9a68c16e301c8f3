package uk_time_1_test

import rego.v1

import data.samples_test as samples
import data.cards.uk_time_1.verdict

test_breach_still_there if {
	verdict.answer == "breach" with input as samples.but({"as_of": "2025-05-01"})
}

test_breach_whatever_the_date_it_was_put_in if {
	verdict.answer == "breach" with input as samples.but({"installed": null})
}

test_candidate_until_the_last_day if {
	verdict.answer == "candidate" with input as samples.but({"as_of": "2025-04-30"})
}

test_candidate_beyond_a_narrow_test if {
	verdict.answer == "candidate" with input as samples.but({"rebranded": true, "entity_test": "prc_controlled"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as samples.but({"maker": samples.found("confirmed", samples.axis)})
}

test_not_bound_other_site if {
	verdict.answer == "not-bound" with input as samples.but({"site": samples.other_site})
}

test_not_bound_about_to_be_bought if {
	verdict.answer == "not-bound" with input as samples.but({"purchase": true})
}

test_not_bound_council if {
	verdict.answer == "not-bound" with input as samples.but({"organisation": samples.body("local-authority", "GB")})
}

test_not_enough_no_site if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"site": samples.unknown_site})
}

test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}
