# Where the device stands: the sensitive-site tests of the UK answer of 9 April 2024, judged by the body itself.
package place

import rego.v1

sensitive if input.site.sensitive == "yes"

not_sensitive if input.site.sensitive == "no"

test_words := {
	"holds_secret": "routinely holds secret material or above",
	"vetted_staff": "hosts a significant share of officials with developed vetting",
	"ministers": "is routinely used by ministers",
	"socpa": "is covered under the Serious Organised Crime and Police Act 2005",
	"other": "is sensitive for a reason that the body recorded",
}

test_order := ["holds_secret", "vetted_staff", "ministers", "socpa", "other"]

in_state(state) := [test_words[name] | some name in test_order; input.site.tests[name] == state]

sensitive_words := sprintf("It stands in a sensitive part of a site that %s.", [concat(", and ", in_state("yes"))]) if {
	input.site.extent == "parts"
} else := sprintf("It stands on a sensitive site: one that %s.", [concat(", and ", in_state("yes"))])

not_sensitive_words := "It stands on a site of which only other parts are sensitive." if {
	input.site.in_part == "no"
} else := "It stands on a site that is not sensitive: every test of a sensitive site is answered no."

gaps := [] if {
	input.site.sensitive != "unknown"
} else := ["Which site it stands on is not known: the register names one that the estate file does not hold."] if {
	not input.site.known
	input.site.named
} else := ["Which site it stands on is not known: a register or the networks of the estate file's sites would tell."] if {
	not input.site.known
} else := ["Whether it stands in a sensitive part of the site is not known: the register gives no place within the site."] if {
	"yes" in [state | some state in input.site.tests]
} else := [sprintf("Whether the site is sensitive is not settled: nobody has said whether it %s.", [concat(", or whether it ", in_state("unknown"))])]
