# CA-QC: Quebec: no new Hikvision or Dahua in ministries, schools and municipalities; the old isolated or removed.
package cards.ca_qc

import rego.v1

since := "2023-12-21"

verdict := data.answers.not_bound([data.device.not_surveillance_words]) if {
	data.device.not_surveillance
} else := data.answers.not_enough([], [data.device.organisation_gap]) if {
	not data.device.organisation_known
} else := data.answers.not_bound([sprintf("The body is %s: the decree binds ministries, schools and municipalities of Quebec.", [data.device.body])]) if {
	not quebec_body
} else := data.answers.clear(data.named_makers.outside_words) if {
	data.named_makers.outside
} else := data.answers.clear([data.device.by_words(since), "It was there before the decree and is shown to be isolated."]) if {
	not input.purchase
	data.device.installed_by(since)
	input.connected_to_core == "no"
} else := data.answers.not_enough(data.named_makers.known, gaps) if {
	count(gaps) > 0
} else := data.answers.breach(array.concat(data.named_makers.known, array.concat(grounds, data.device.owner_notes)))

quebec_body if {
	input.organisation.jurisdiction == "CA-QC"
	input.organisation.kind in {"state-government", "school", "local-authority"}
}

gaps := array.concat(data.device.kind_gaps, array.concat(maker_gaps, fact_gaps))

maker_gaps := data.named_makers.maker_gaps if {
	count(data.named_makers.maker_gaps) > 0
} else := data.maker.firm_gaps

# A new device breaks the decree wherever it is connected; an old one if it is not isolated. On the core
# network it breaks the decree either way.
fact_gaps := [] if {
	input.purchase
} else := [] if {
	data.device.installed_after(since)
} else := [] if {
	input.connected_to_core == "yes"
} else := array.concat(date_gaps, data.device.connection_gaps)

date_gaps := [] if data.device.date_known else := data.device.date_gaps

grounds := ["It is about to be bought; the decree allows no new ones."] if {
	input.purchase
} else := [data.device.after_words(since), "The decree allows no new ones."] if {
	data.device.installed_after(since)
} else := ["It is connected to the core network; the decree asks to isolate or remove what was there before, and allows no new ones."]
