package uk_la_0_test

import rego.v1

import data.samples_test as samples
import data.cards.uk_la_0.verdict

council(changes) := samples.but(object.union({"organisation": samples.body("local-authority", "GB")}, changes))

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

# Never a breach, whatever the rest says.
test_candidate_at_most if {
	verdict.answer == "candidate" with input as council({"connected_to_core": "yes", "zone": "core"})
	said("no duty") with input as council({})
}

test_candidate_in_wales if {
	verdict.answer == "candidate" with input as council({"organisation": samples.body("local-authority", "GB-WLS")})
}

test_candidate_about_to_be_bought if {
	verdict.answer == "candidate" with input as council({"purchase": true, "maker": samples.ordered(samples.hikvision)})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as council({"maker": samples.found("confirmed", samples.axis)})
}

test_not_bound_department if {
	verdict.answer == "not-bound" with input as samples.base
}

test_not_bound_council_elsewhere if {
	verdict.answer == "not-bound" with input as council({"organisation": samples.body("local-authority", "AU")})
}

test_not_bound_no_surveillance if {
	verdict.answer == "not-bound" with input as council(samples.printer)
}

test_not_enough_no_chosen_test if {
	verdict.answer == "not-enough-evidence" with input as council({"entity_test": null})
}

test_not_enough_unknown_maker if {
	verdict.answer == "not-enough-evidence" with input as council({"maker": samples.nobody})
}

test_not_enough_no_organisation if {
	verdict.answer == "not-enough-evidence" with input as council({"organisation": null})
}
