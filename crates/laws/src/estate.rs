//! Laws of the estate file: what is refused is refused with a place, what is taken does not hang on blanks.

use assess::parse_estate_with_notes;

use crate::Seed;

/// An `estate.toml`.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match parse_estate_with_notes(&text) {
        Ok(estate) => {
            let longer = format!("{text}\n\n# an end\n");
            assert_eq!(
                parse_estate_with_notes(&longer).as_ref(),
                Ok(&estate),
                "a remark adds nothing"
            );
        }
        Err(error) => {
            let lines = text.split('\n').count();
            assert!((1..=lines + 1).contains(&error.line), "{error} of {lines} lines");
            assert!(error.column >= 1 && error.column <= text.len() + 1, "{error}");
            assert!(!error.problem.is_empty(), "{error} says nothing");
        }
    }
}

pub(crate) fn seeds() -> Vec<Seed> {
    vec![
        Seed::new("estate", &[ESTATE.as_bytes()]),
        Seed::new("organisation", &[ORGANISATION.as_bytes()]),
    ]
}

const ORGANISATION: &str = "[organisation]\nname = \"Example Council\"\nkind = \"local-authority\"\njurisdiction = \"GB\"\n";
const ESTATE: &str = "[organisation]
name = \"Example Department\"
kind = \"central-government\"
jurisdiction = \"GB\"
government_contractor = \"no\"

[entity_test]
tier = \"prc_oem\"
author = \"Head of Security\"
date = 2024-03-01
reason = \"made up\"

[[sites]]
id = \"hall\"
name = \"Hall\"
aliases = [\"H\", \"The Hall\"]
sensitive = { holds_secret = \"no\", vetted_staff = \"unknown\", ministers = \"no\", socpa = \"no\", other = \"yes\" }
extent = \"parts\"
parts = [\"Control room\"]
reason = \"made up\"
landlord = \"Estates\"
lease_end = 2028-09-30
networks = [\"10.20.0.0/16\", \"2001:db8::/32\"]

[[zones]]
id = \"cctv\"
class = \"surveillance\"
networks = [\"10.20.30.0/24\"]
vlans = [30]
";
