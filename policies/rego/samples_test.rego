# Facts for the tests of the rules: a base to change one thing at a time, and makers of every sort.
package samples_test

import rego.v1

hikvision := {
	"id": "hikvision", "name": "Hikvision", "prc_seat": "yes",
	"subject_to_prc_nil": "yes", "ndaa_889": "named", "fcc_covered": "yes",
}

ezviz := object.union(hikvision, {"id": "ezviz", "name": "EZVIZ", "ndaa_889": "subsidiary"})

dahua := object.union(hikvision, {"id": "dahua", "name": "Dahua"})

huawei := object.union(hikvision, {"id": "huawei", "name": "Huawei"})

# On Texas's list alone.
uniview := object.union(hikvision, {
	"id": "uniview", "name": "Uniview",
	"ndaa_889": "no", "fcc_covered": "no",
})

# A firm of the PRC that no list read names.
tiandy := object.union(uniview, {"id": "tiandy", "name": "Tiandy"})

# Seat elsewhere, under PRC law by the knowledge base.
abroad := object.union(uniview, {"id": "abroad", "name": "Abroad", "prc_seat": "no"})

axis := {
	"id": "axis", "name": "Axis", "prc_seat": "no",
	"subject_to_prc_nil": "no", "ndaa_889": "no", "fcc_covered": "no",
}

bosch := object.union(axis, {"id": "bosch", "name": "Bosch"})

# Ownership not settled.
turing := object.union(axis, {"id": "turing", "name": "Turing", "subject_to_prc_nil": "unknown"})

# Sold by a company that section 889 names.
lorex := object.union(axis, {
	"id": "lorex", "name": "Lorex",
	"ndaa_889": "subsidiary", "fcc_covered": "unknown",
})

found(level, one) := {"basis": "observed", "level": level, "leading": one, "others": [], "complete": true}

left_open(one, others, complete) := {
	"basis": "observed", "level": "possible",
	"leading": one, "others": others, "complete": complete,
}

nobody := {"basis": "none", "level": "unknown", "leading": null, "others": [], "complete": false}

declared(one) := {"basis": "declared", "level": "unknown", "leading": one, "others": [], "complete": false}

ordered(one) := {"basis": "ordered", "level": "unknown", "leading": one, "others": [], "complete": true}

no_tests := {
	"holds_secret": "no", "vetted_staff": "no", "ministers": "no",
	"socpa": "no", "other": "no",
}

sensitive_site := {
	"known": true, "named": true, "sensitive": "yes",
	"tests": object.union(no_tests, {"holds_secret": "yes"}),
	"extent": "whole", "in_part": "yes", "landlord": false,
}

other_site := object.union(sensitive_site, {"sensitive": "no", "tests": no_tests})

unknown_site := {
	"known": false, "named": false, "sensitive": "unknown",
	"tests": {
		"holds_secret": "unknown", "vetted_staff": "unknown", "ministers": "unknown",
		"socpa": "unknown", "other": "unknown",
	},
	"extent": "whole", "in_part": "yes", "landlord": false,
}

body(kind, jurisdiction) := {
	"kind": kind, "jurisdiction": jurisdiction,
	"government_contractor": "unknown",
}

department := body("central-government", "GB")

# A confirmed Hikvision camera of a department on a sensitive site, put in after the statement.
base := {
	"as_of": "2026-06-01",
	"purchase": false,
	"kind": "camera",
	"surveillance": "yes",
	"installed": "2023-05-02",
	"installed_unclear": false,
	"maker": found("confirmed", hikvision),
	"declared_conflict": false,
	"rebranded": false,
	"chip": null,
	"site": sensitive_site,
	"zone": "surveillance",
	"connected_to_core": "unknown",
	"organisation": department,
	"entity_test": "prc_oem",
	"purpose": "not-stated",
	"owner": "unknown",
}

# The base with other values in the place of whole fields.
but(changes) := {field: value | some field, old in base; value := object.get(changes, field, old)}

printer := {"kind": "other-device", "surveillance": "no"}

unknown_kind := {"kind": "unknown", "surveillance": "unknown"}
