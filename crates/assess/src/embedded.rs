//! The files of `policies/`, built into the program: a rule that an auditor reads is the rule that ran.

/// A file of `policies/`: its name below that folder, and its text.
pub(crate) type PolicyFile = (&'static str, &'static str);

macro_rules! policy_files {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$((
            concat!($folder, "/", $name),
            include_str!(concat!("../../../policies/", $folder, "/", $name)),
        )),*]
    };
}

/// Cards, in the order they are listed and judged.
pub(crate) const CARDS: &[PolicyFile] = policy_files!("cards":
    "UK-386-A.toml",
    "UK-386-B.toml",
    "UK-386-C.toml",
    "UK-386-D.toml",
    "UK-TIME-1.toml",
    "UK-LA-0.toml",
    "US-889-A.toml",
    "US-889-B.toml",
    "US-TX.toml",
    "AU-CW.toml",
    "CA-QC.toml",
    "TW-GOV.toml",
);

/// Rules: one module a card, and the modules they share.
pub(crate) const RULES: &[PolicyFile] = policy_files!("rego":
    "answers.rego",
    "au_cw.rego",
    "ca_qc.rego",
    "device.rego",
    "maker.rego",
    "named_makers.rego",
    "place.rego",
    "tw_gov.rego",
    "uk_386.rego",
    "uk_386_a.rego",
    "uk_386_b.rego",
    "uk_386_c.rego",
    "uk_386_d.rego",
    "uk_la_0.rego",
    "uk_time_1.rego",
    "us_889.rego",
    "us_889_a.rego",
    "us_889_b.rego",
    "us_tx.rego",
);

/// Tests of the rules, in Rego.
pub(crate) const RULE_TESTS: &[PolicyFile] = policy_files!("rego":
    "au_cw_test.rego",
    "ca_qc_test.rego",
    "maker_test.rego",
    "samples_test.rego",
    "tw_gov_test.rego",
    "uk_386_a_test.rego",
    "uk_386_b_test.rego",
    "uk_386_c_test.rego",
    "uk_386_d_test.rego",
    "uk_la_0_test.rego",
    "uk_time_1_test.rego",
    "us_889_a_test.rego",
    "us_889_b_test.rego",
    "us_tx_test.rego",
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CARDS, RULE_TESTS, RULES};

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies"));
        let on_disk: BTreeSet<String> = ["cards", "rego"]
            .into_iter()
            .flat_map(|folder| {
                std::fs::read_dir(root.join(folder)).unwrap().map(move |entry| {
                    format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap())
                })
            })
            .collect();
        let built_in: BTreeSet<String> = [CARDS, RULES, RULE_TESTS]
            .concat()
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(on_disk, built_in);
    }
}
