# CA-QC: Quebec's ministries, schools and municipalities put in no new Hikvision or Dahua and isolate or remove the old.
package custodiet.ca_qc

import rego.v1

import data.custodiet.answers
import data.custodiet.device
import data.custodiet.maker
import data.custodiet.named_makers

since := "2023-12-21"

verdict := answers.not_bound([device.not_surveillance_words]) if {
	device.not_surveillance
} else := answers.not_enough([], [device.organisation_gap]) if {
	not device.organisation_known
} else := answers.not_bound([sprintf("The body is %s: the decree binds ministries, schools and municipalities of Quebec.", [device.body])]) if {
	not quebec_body
} else := answers.clear(named_makers.outside_words) if {
	named_makers.outside
} else := answers.clear([device.by_words(since), "It was there before the decree and is shown to be isolated."]) if {
	not input.purchase
	device.installed_by(since)
	input.connected_to_core == "no"
} else := answers.not_enough(named_makers.known, gaps) if {
	count(gaps) > 0
} else := answers.breach(array.concat(named_makers.known, array.concat(grounds, device.owner_notes)))

quebec_body if {
	input.organisation.jurisdiction == "CA-QC"
	input.organisation.kind in {"state-government", "school", "local-authority"}
}

gaps := array.concat(device.kind_gaps, array.concat(maker_gaps, fact_gaps))

maker_gaps := named_makers.maker_gaps if {
	count(named_makers.maker_gaps) > 0
} else := maker.firm_gaps

# A new device breaks the decree wherever it is connected; an old one if it is not isolated. On the core
# network it breaks the decree either way.
fact_gaps := [] if {
	input.purchase
} else := [] if {
	device.installed_after(since)
} else := [] if {
	input.connected_to_core == "yes"
} else := array.concat(date_gaps, device.connection_gaps)

date_gaps := [] if device.date_known else := device.date_gaps

grounds := ["It is about to be bought; the decree allows no new ones."] if {
	input.purchase
} else := [device.after_words(since), "The decree allows no new ones."] if {
	device.installed_after(since)
} else := ["It is connected to the core network; the decree asks to isolate or remove what was there before, and allows no new ones."]
