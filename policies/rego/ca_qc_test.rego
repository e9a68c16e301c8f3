package ca_qc_test

import rego.v1

import data.cards.ca_qc.verdict
import data.samples_test as samples

town(changes) := samples.but(object.union({"organisation": samples.body("local-authority", "CA-QC"), "entity_test": null, "installed": "2020-03-01"}, changes))

said(words) if {
	some sentence in verdict.because
	contains(sentence, words)
}

test_breach_put_in_after if {
	verdict.answer == "breach" with input as town({"installed": "2023-12-22"})
}

# A new one is not saved by isolation.
test_breach_put_in_after_and_isolated if {
	verdict.answer == "breach" with input as town({"installed": "2024-06-01", "connected_to_core": "no"})
}

test_breach_old_and_connected if {
	verdict.answer == "breach" with input as town({"connected_to_core": "yes"})
}

test_breach_connected_without_a_date if {
	verdict.answer == "breach" with input as town({"installed": null, "connected_to_core": "yes"})
}

test_breach_about_to_be_bought if {
	verdict.answer == "breach" with input as town({"purchase": true, "installed": null, "maker": samples.ordered(samples.hikvision)})
}

test_clear_old_and_isolated if {
	verdict.answer == "clear" with input as town({"connected_to_core": "no"})
}

test_clear_other_maker if {
	verdict.answer == "clear" with input as town({"maker": samples.found("confirmed", samples.uniview)})
}

test_not_enough_isolation_not_shown if {
	verdict.answer == "not-enough-evidence" with input as town({})
	said("not a proof") with input as town({})
}

test_not_enough_isolated_without_a_date if {
	verdict.answer == "not-enough-evidence" with input as town({"installed": null, "connected_to_core": "no"})
}

test_not_enough_possible_makers_that_agree if {
	verdict.answer == "not-enough-evidence" with input as town({"connected_to_core": "yes", "maker": samples.left_open(samples.hikvision, [samples.dahua], true)})
}

test_not_bound_police if {
	verdict.answer == "not-bound" with input as town({"organisation": samples.body("police", "CA-QC")})
}

test_not_bound_other_province if {
	verdict.answer == "not-bound" with input as town({"organisation": samples.body("local-authority", "CA-ON")})
}
