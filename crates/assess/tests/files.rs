//! The files that people write and the facts that rules are encoded from.

use assess::parse_estate_with_notes;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn the_shipped_estates_read_without_notes() {
    for name in ["townhall", "department"] {
        let file = format!("{ROOT}/examples/{name}/estate.toml");
        let text = std::fs::read_to_string(file).unwrap();
        let (estate, notes) = parse_estate_with_notes(&text).unwrap();
        assert_eq!(notes, Vec::<String>::new(), "{name}");
        assert!(estate.organisation.is_some() && estate.entity_test.is_some());
        assert_eq!(estate.sites.len(), 3);
        assert_eq!(estate.sites[2].lease_end, Some(jiff::civil::date(2028, 9, 30)));
    }
}

/// The fields of a row of comma-separated values, quotes taken off.
fn fields(row: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in row.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

/// Rules that name companies need to know who belongs to them: each maker that the facts call named or a
/// subsidiary stands in a group, unless it was sold and no longer stands under PRC law.
#[test]
fn companies_of_named_groups_are_in_the_groups_of_the_rules() {
    let Ok(makers) = std::fs::read_to_string(format!("{ROOT}/../shared/facts/makers.csv")) else {
        eprintln!("skipped: ../shared is not here");
        return;
    };
    let rules = std::fs::read_to_string(format!("{ROOT}/policies/rego/maker.rego")).unwrap();
    let mut rows = makers.lines().map(fields);
    let head = rows.next().unwrap();
    let column = |name: &str| head.iter().position(|field| field == name).unwrap();
    let (id, nil, ndaa) = (column("maker_id"), column("subject_to_prc_nil"), column("us_ndaa_889"));
    let mut named = 0;
    for row in rows.filter(|row| row[ndaa] != "no" && row[nil] != "no") {
        named += 1;
        assert!(rules.contains(&format!("\"{}\"", row[id])), "{} is in no group", row[id]);
    }
    assert!(named >= 10, "only {named} makers were read");
}
