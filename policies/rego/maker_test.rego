package maker_test

import rego.v1

import data.maker
import data.samples_test as samples

# A maker is bound to a name before a test replaces the input: the engine does not follow references to rules
# in the arguments of an expression with `with`.
answers(one) := [maker.passes(tier, one) |
	some tier in ["named", "prc_parent", "prc_controlled", "prc_oem", "prc_component", "made_in_prc"]
]

test_every_tier_takes_in_a_named_firm if {
	one := samples.hikvision
	answers(one) == ["yes", "yes", "yes", "yes", "yes", "yes"] with input as samples.base
}

test_a_listed_subsidiary_is_named if {
	one := samples.ezviz
	maker.named(one) == "yes" with input as samples.base
}

test_a_list_counts_from_its_day if {
	one := samples.uniview
	answers(one) == ["yes", "yes", "yes", "yes", "yes", "yes"] with input as samples.base
	answers(one) == ["no", "yes", "yes", "yes", "yes", "yes"] with input as samples.but({"as_of": "2026-01-25"})
	maker.named(one) == "yes" with input as samples.but({"as_of": "2026-01-26"})
}

test_a_prc_firm_on_no_list if {
	one := samples.tiandy
	answers(one) == ["no", "yes", "yes", "yes", "yes", "yes"] with input as samples.base
}

test_controlled_from_abroad if {
	one := samples.abroad
	answers(one) == ["no", "unknown", "yes", "yes", "yes", "yes"] with input as samples.base
}

test_ownership_not_settled if {
	one := samples.turing
	answers(one) == ["no", "unknown", "unknown", "unknown", "unknown", "unknown"] with input as samples.base
}

test_sold_by_a_named_company_is_not_settled if {
	one := samples.lorex
	maker.section_889(one) == "unknown"
	maker.named(one) == "unknown" with input as samples.base
}

# The chip is not known, and where it was assembled cannot be seen.
test_outside_but_for_the_last_tiers if {
	one := samples.axis
	answers(one) == ["no", "no", "no", "no", "unknown", "unknown"] with input as samples.base
}

test_a_chip_of_the_prc if {
	one := samples.axis
	answers(one) == ["no", "no", "no", "no", "yes", "yes"] with input as samples.but({"chip": {"maker": "HiSilicon (Huawei)", "prc": "yes"}})
}

test_a_chip_from_elsewhere if {
	one := samples.axis
	answers(one) == ["no", "no", "no", "no", "no", "unknown"] with input as samples.but({"chip": {"maker": "Ambarella", "prc": "no"}})
}

test_probable_is_firm if {
	maker.test("named") == "yes" with input as samples.but({"maker": samples.found("probable", samples.hikvision)})
	maker.firm with input as samples.but({"maker": samples.found("probable", samples.hikvision)})
}

test_possible_is_not_firm if {
	not maker.firm with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.ezviz], true)})
}

test_makers_left_open_agree if {
	maker.test("named") == "yes" with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.ezviz, samples.dahua], true)})
	maker.test("named") == "no" with input as samples.but({"maker": samples.left_open(samples.axis, [samples.bosch], true)})
}

test_makers_left_open_differ if {
	maker.test("named") == "unknown" with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.axis], true)})
}

test_agreement_of_some_is_none if {
	maker.test("named") == "unknown" with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.ezviz], false)})
}

test_conflicting_evidence_has_no_answer if {
	conflicting := object.union(samples.left_open(samples.hikvision, [samples.dahua], true), {"level": "conflicting"})
	maker.test("named") == "unknown" with input as samples.but({"maker": conflicting})
}

test_a_declaration_has_no_answer if {
	maker.test("named") == "unknown" with input as samples.but({"maker": samples.declared(samples.hikvision)})
}

test_an_order_has if {
	maker.test("named") == "yes" with input as samples.but({"purchase": true, "maker": samples.ordered(samples.hikvision)})
}

test_nobody_known if {
	maker.test("made_in_prc") == "unknown" with input as samples.but({"maker": samples.nobody})
}

test_only_a_confirmed_maker_is_called_so if {
	maker.finding == "Evidence consistent with Hikvision as the maker, confirmed by independent items." with input as samples.base
	contains(maker.finding, "consistent with Hikvision") with input as samples.but({"maker": samples.found("probable", samples.hikvision)})
	contains(maker.finding, "only as a possibility") with input as samples.but({"maker": samples.left_open(samples.hikvision, [samples.axis], true)})
	contains(maker.finding, "declares") with input as samples.but({"maker": samples.declared(samples.hikvision)})
	maker.finding == "Nothing says who made it." with input as samples.but({"maker": samples.nobody})
}

test_a_rebrand_is_beyond_the_narrow_tiers if {
	some tier in ["named", "prc_parent", "prc_controlled"]
	maker.beyond_tier(tier) with input as samples.but({"rebranded": true})
}

test_a_rebrand_is_within_the_wide_tiers if {
	not maker.beyond_tier("prc_oem") with input as samples.but({"rebranded": true})
	not maker.beyond_tier("named") with input as samples.base
}
