# What the device is, when it came and whose it is, as far as the facts say; and each in words.
package device

import rego.v1

kind_words := {
	"camera": "camera",
	"recorder": "recorder",
	"encoder": "encoder",
	"intercom": "intercom",
	"access-control": "access-control device",
	"body-worn": "body-worn camera",
	"other-device": "device that is not surveillance equipment",
	"not-a-device": "no device",
	"unknown": "device of a kind that is not known",
}

# --- kind ---------------------------------------------------------------------------------------------

not_surveillance if input.surveillance == "no"

not_surveillance_words := "It is not a device: no rule about equipment speaks of it." if {
	input.kind == "not-a-device"
} else := "It is not surveillance equipment: this rule does not speak of it."

kind_gaps := ["What kind of device it is is not known: a model number or a look at it would settle that."] if {
	input.surveillance == "unknown"
} else := []

# --- organisation -------------------------------------------------------------------------------------

organisation_known if is_object(input.organisation)

organisation_gap := "Who the body is is not known: give its estate file with --estate."

in_country(code) if input.organisation.jurisdiction == code

in_country(code) if startswith(input.organisation.jurisdiction, sprintf("%s-", [code]))

body_words := {
	"central-government": "a body of a central government",
	"local-authority": "a local authority",
	"police": "a police force",
	"defence": "a defence body",
	"health": "a health body",
	"school": "a school or college",
	"university": "a university",
	"state-government": "a body of a state or province",
	"government-contractor": "a contractor of a government",
	"company": "a company",
	"other": "a body of another kind",
}

# "a local authority (GB)"
body := sprintf("%s (%s)", [
	body_words[input.organisation.kind],
	input.organisation.jurisdiction,
])

# --- date ---------------------------------------------------------------------------------------------

# The judge writes the real day in place of `{installed}`: see policies/README.md, "Dates".
date_known if is_string(input.installed)

installed_after(day) if {
	is_string(input.installed)
	input.installed > day
}

installed_by(day) if {
	is_string(input.installed)
	input.installed <= day
}

after_words(day) := sprintf("It was installed on {installed}, after %s.", [day])

by_words(day) := sprintf("It was installed on {installed}, no later than %s.", [day])

date_gaps := [] if {
	date_known
} else := ["The register gives an install date that can be read in two ways or not at all: a works order or a manufacture date would settle it."] if {
	input.installed_unclear
} else := ["When it was installed is not known: a works order, a lease or a manufacture date would settle it."]

# --- owner --------------------------------------------------------------------------------------------

landlords if input.owner == "landlord"

owner_notes := ["It belongs to the landlord of the site: the body cannot take it out by itself, and has to raise it under the lease."] if {
	landlords
} else := []

# --- connection ---------------------------------------------------------------------------------------

connection_gaps := ["Whether it can reach the core network is not shown: a zone apart is a plan, not a proof."] if {
	input.connected_to_core == "unknown"
	input.zone == "surveillance"
} else := ["Whether it is connected to the core network is not known: its address and the zones of the estate file would tell."] if {
	input.connected_to_core == "unknown"
} else := []
