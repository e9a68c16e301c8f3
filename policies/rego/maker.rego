# Who made it, how far that is established, and the entity tests over it.
#
# A test answers "yes", "no" or "unknown". It is asked of every maker that the evidence leaves open and
# has an answer only where all of them agree; conflicting evidence and a bare declaration have none.
package maker

import rego.v1

# --- the finding --------------------------------------------------------------------------------------

open_makers := array.concat([input.maker.leading], input.maker.others) if {
	is_object(input.maker.leading)
} else := input.maker.others

# Established well enough to hold against somebody.
firm if {
	input.maker.basis == "observed"
	input.maker.level in {"confirmed", "probable"}
}

# A purchase is of what the order names.
firm if input.maker.basis == "ordered"

confirmed if {
	input.maker.basis == "observed"
	input.maker.level == "confirmed"
}

confirmed if input.maker.basis == "ordered"

# One answer out of the answers for each open maker.
agreed(answers) := answers[0] if {
	answerable
	count({answer | some answer in answers}) == 1
} else := "unknown"

answerable if firm

answerable if {
	input.maker.basis == "observed"
	input.maker.level in {"possible", "unknown"}
	input.maker.complete
}

name := input.maker.leading.name if {
	is_object(input.maker.leading)
} else := "an unknown maker"

names := concat(", ", [maker.name | some maker in open_makers])

finding := sprintf("The order names %s as the maker.", [name]) if {
	input.maker.basis == "ordered"
} else := sprintf("A register declares %s as the maker; nothing that the device shows supports or refutes it.", [name]) if {
	input.maker.basis == "declared"
} else := "Nothing says who made it." if {
	input.maker.basis == "none"
} else := sprintf("Evidence consistent with %s as the maker, confirmed by independent items.", [name]) if {
	input.maker.level == "confirmed"
} else := sprintf("Evidence consistent with %s as the maker (probable).", [name]) if {
	input.maker.level == "probable"
} else := sprintf("The evidence for the maker is conflicting: it speaks for %s.", [names]) if {
	input.maker.level == "conflicting"
} else := sprintf("Evidence consistent with %s as the maker, but only as a possibility; it leaves open: %s.", [name, names]) if {
	input.maker.level == "possible"
} else := sprintf("The evidence does not settle the maker; it leaves open: %s.", [names])

# What the device is called elsewhere, in words.
labels := array.concat(brand_notes, declared_notes)

brand_notes := ["It is sold under another brand than its maker's."] if input.rebranded else := []

declared_notes := ["A register declares another maker; what the device itself shows counts."] if {
	input.declared_conflict
	input.maker.basis == "observed"
} else := []

words := array.concat([finding], labels)

gap := "Only evidence from the device itself, such as its own answer to a discovery message or its label, would settle who made it."

# Whoever the makers left open are, a mere possibility is never held against anybody.
firm_gaps := [] if firm else := [gap]

# --- one maker ----------------------------------------------------------------------------------------

# Companies that rules name, with the companies below them, by maker id.
groups := {
	"hikvision": {"hikvision", "ezviz", "hikmicro", "hikrobot", "pyronix", "prama"},
	"dahua": {"dahua", "imou", "huaray", "dahua_zhilian"},
	"huawei": {"huawei", "hisilicon"},
	"zte": {"zte"},
	"hytera": {"hytera"},
	"uniview": {"uniview"},
	"tp-link": {"tplink_cn", "mercury_cn"},
}

in_groups(maker, wanted) if {
	some group in wanted
	maker.id in groups[group]
}

# Section 889 names five companies and takes in their subsidiaries and affiliates. A "subsidiary" that
# is said not to stand under PRC law is one that was sold: whether it still counts is not settled.
section_889(maker) := "yes" if {
	maker.ndaa_889 == "named"
} else := "yes" if {
	maker.ndaa_889 == "subsidiary"
	maker.subject_to_prc_nil != "no"
} else := "no" if {
	maker.ndaa_889 == "no"
} else := "unknown"

texas_since := "2026-01-26"

texas_groups := {"hikvision", "dahua", "hytera", "uniview", "tp-link", "huawei", "zte"}

# Whose listing counts for the tier `named`, on the day the rules are applied for.
listed(maker) := "named in section 889 of the US NDAA for 2019" if {
	maker.ndaa_889 == "named"
} else := "a subsidiary or affiliate of a company named in section 889 of the US NDAA for 2019" if {
	section_889(maker) == "yes"
} else := "on the FCC Covered List" if {
	maker.fcc_covered == "yes"
} else := "on the list of the State of Texas" if {
	input.as_of >= texas_since
	in_groups(maker, texas_groups)
}

named(maker) := "yes" if {
	listed(maker)
} else := "unknown" if {
	"unknown" in {section_889(maker), maker.fcc_covered}
} else := "no"

# A company of the PRC by its seat, or by the record of the knowledge base.
prc_firm(maker) := "yes" if {
	maker.subject_to_prc_nil == "yes"
} else := "no" if {
	maker.subject_to_prc_nil == "no"
	maker.prc_seat == "no"
} else := "unknown"

parent(maker) := "yes" if {
	named(maker) == "yes"
} else := "yes" if {
	prc_firm(maker) == "yes"
	maker.prc_seat == "yes"
} else := "no" if {
	prc_firm(maker) == "no"
	named(maker) == "no"
} else := "unknown"

controlled(maker) := "yes" if {
	parent(maker) == "yes"
} else := "yes" if {
	prc_firm(maker) == "yes"
} else := parent(maker)

# A chip of the PRC is a fact of the device, not of the maker. Without one the chip has to be known.
component(maker) := "yes" if {
	controlled(maker) == "yes"
} else := "yes" if {
	input.chip.prc == "yes"
} else := controlled(maker) if {
	input.chip.prc == "no"
} else := "unknown"

# Where a device was assembled cannot be observed, except that a PRC maker counts in any case.
made_in(maker) := "yes" if {
	component(maker) == "yes"
} else := "unknown"

passes("named", maker) := named(maker)

passes("prc_parent", maker) := parent(maker)

passes("prc_controlled", maker) := controlled(maker)

passes("prc_oem", maker) := controlled(maker)

passes("prc_component", maker) := component(maker)

passes("made_in_prc", maker) := made_in(maker)

# --- the finding under a tier -------------------------------------------------------------------------

test(tier) := agreed([passes(tier, maker) | some maker in open_makers])

# The tiers before `prc_oem` speak of the makers' own devices; one built for another brand comes in with
# `prc_oem`. The chip tiers take in all before them.
beyond_tier(tier) if {
	tier in {"named", "prc_parent", "prc_controlled"}
	input.rebranded
}

reason(maker) := sprintf("%s is %s", [maker.name, listed(maker)]) if {
	listed(maker)
} else := sprintf("%s is a company of the PRC", [maker.name]) if {
	parent(maker) == "yes"
} else := sprintf("%s is controlled from the PRC", [maker.name]) if {
	controlled(maker) == "yes"
} else := sprintf("its chip is made by %s, a company of the PRC", [input.chip.maker]) if {
	input.chip.prc == "yes"
} else := sprintf("%s is not taken in", [maker.name])

reasons := concat("; ", [reason(maker) | some maker in open_makers])
