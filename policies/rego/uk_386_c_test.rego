package uk_386_c_test

import rego.v1

import data.samples_test as samples
import data.cards.uk_386_c.verdict

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

test_candidate_put_in_before if {
	verdict.answer == "candidate" with input as samples.but({"installed": "2019-07-01"})
}

test_candidate_put_in_that_day if {
	verdict.answer == "candidate" with input as samples.but({"installed": "2022-11-24"})
}

test_candidate_no_date if {
	verdict.answer == "candidate" with input as samples.but({"installed": null})
	said("works order") with input as samples.but({"installed": null})
}

test_candidate_of_a_landlord if {
	verdict.answer == "candidate" with input as samples.but({"installed": "2019-07-01", "owner": "landlord"})
	said("lease") with input as samples.but({"installed": "2019-07-01", "owner": "landlord"})
}

# Advice to consider asks for less certainty than a breach does.
test_candidate_possible_makers_that_agree if {
	verdict.answer == "candidate" with input as samples.but({"installed": "2019-07-01", "maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

test_candidate_beyond_a_narrow_test if {
	verdict.answer == "candidate" with input as samples.but({"installed": "2019-07-01", "rebranded": true, "entity_test": "named"})
	said("prc_oem") with input as samples.but({"installed": "2019-07-01", "rebranded": true, "entity_test": "named"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as samples.but({"maker": samples.found("confirmed", samples.axis)})
}

test_not_bound_put_in_after if {
	verdict.answer == "not-bound" with input as samples.base
}

test_not_bound_other_site if {
	verdict.answer == "not-bound" with input as samples.but({"installed": "2019-07-01", "site": samples.other_site})
}

test_not_bound_about_to_be_bought if {
	verdict.answer == "not-bound" with input as samples.but({"purchase": true})
}

test_not_bound_council if {
	verdict.answer == "not-bound" with input as samples.but({"organisation": samples.body("local-authority", "GB")})
}

test_not_enough_no_site if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"installed": "2019-07-01", "site": samples.unknown_site})
}

test_not_enough_unknown_maker if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"installed": "2019-07-01", "maker": samples.nobody})
}

test_not_enough_no_chosen_test if {
	verdict.answer == "not-enough-evidence" with input as samples.but({"installed": "2019-07-01", "entity_test": null})
}
