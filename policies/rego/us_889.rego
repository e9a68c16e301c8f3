# What the two halves of section 889 have in common: whose equipment is covered.
package us_889

import rego.v1

telecoms := {"huawei", "zte"}

federal_agency if {
	input.organisation.jurisdiction == "US"
	input.organisation.kind in {"central-government", "defence"}
}

# --- entity -------------------------------------------------------------------------------------------

covered := data.maker.agreed([data.maker.section_889(one) | some one in data.maker.open_makers])

# Huawei and ZTE are named for telecommunications equipment of any kind.
telecoms_maker if data.maker.in_groups(input.maker.leading, telecoms)

hisilicon if contains(lower(input.chip.maker), "hisilicon")

hisilicon_words := "Its chip is made by HiSilicon, a company of Huawei. One reading of section 889 covers such a device as holding an essential component; that reading is contested."

known := array.concat(data.maker.words, [sprintf("Section 889 covers it: %s.", [reasons])]) if {
	covered == "yes"
} else := data.maker.words

reasons := concat("; ", [reason(one) | some one in data.maker.open_makers])

reason(one) := sprintf("%s is named in it", [one.name]) if {
	one.ndaa_889 == "named"
} else := sprintf("%s is a subsidiary or affiliate of a company named in it", [one.name])

maker_gaps := [] if {
	covered == "yes"
	data.maker.firm
} else := [sprintf("Whether %s still is a subsidiary or affiliate of a company named in section 889 is not settled in the sources.", [data.maker.name])] if {
	data.maker.firm
} else := [data.maker.gap]

# --- purpose ------------------------------------------------------------------------------------------

# Hytera, Hikvision and Dahua are covered for purposes that the statute names; Huawei and ZTE for any.
purpose_matters if not telecoms_maker

purpose_outside if {
	purpose_matters
	input.purpose == "other"
}

purpose_notes := [] if {
	not purpose_matters
} else := ["The purpose given for it is one that the statute names."] if {
	input.purpose == "security"
} else := ["No purpose is given for it: surveillance equipment is taken to serve the security purposes that the statute names."]

purpose_outside_words := "The purpose given for it is none that the statute names (public safety, security of government facilities, surveillance of critical infrastructure, other national security purposes): it bites if the device serves one of them too."

# --- the first rungs ----------------------------------------------------------------------------------

# A device that is no surveillance equipment can still be telecommunications equipment of Huawei or ZTE.
outside_equipment if {
	data.device.not_surveillance
	not telecoms_device
}

telecoms_device if {
	input.kind == "other-device"
	data.maker.firm
	telecoms_maker
}

kind_gaps := ["Whether it is telecommunications equipment is not known."] if {
	telecoms_device
} else := data.device.kind_gaps

outside := data.answers.candidate(array.concat(data.maker.words, [hisilicon_words])) if {
	data.maker.firm
	covered == "no"
	hisilicon
} else := data.answers.clear(array.concat(data.maker.words, [sprintf("Section 889 does not cover %s.", [data.maker.name])])) if {
	data.maker.firm
	covered == "no"
}

gaps := array.concat(kind_gaps, maker_gaps)
