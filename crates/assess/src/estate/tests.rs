use super::*;

fn problem(text: &str) -> String {
    parse_estate(text).unwrap_err().to_string()
}

const HALL: &str = "[[sites]]\nid = \"hall\"\nname = \"Town Hall\"\n";

#[test]
fn errors_name_line_column_field_and_what_is_allowed() {
    insta::assert_snapshot!(problem("[organisation]\nname = \"X\"\nkind = \"ministry\"\njurisdiction = \"GB\"\n"), @"line 3, column 8: kind: unknown variant `ministry`, expected one of `central-government`, `local-authority`, `police`, `defence`, `health`, `school`, `university`, `state-government`, `government-contractor`, `company`, `other`");
    insta::assert_snapshot!(problem("[[sites]]\nid = \"hall\"\nname = \"Hall\"\nsensitive = { ministers = true }\n"), @r#"line 4, column 27: ministers: write a word in quotes, such as "yes", "no" or "unknown""#);
    insta::assert_snapshot!(problem("[[sites]]\nid = \"hall\"\nname = \"Hall\"\nsensitive = { ministers = \"maybe\" }\n"), @"line 4, column 27: ministers: unknown variant `maybe`, expected one of `yes`, `no`, `unknown`");
    insta::assert_snapshot!(problem("[[sites]]\nid = \"hall\"\nname = \"Hall\"\nlandlords = \"X\"\n"), @"line 4, column 1: unknown field `landlords`, expected one of `id`, `name`, `aliases`, `sensitive`, `extent`, `parts`, `reason`, `landlord`, `lease_end`, `networks`");
    insta::assert_snapshot!(problem("[[zones]]\nid = \"a\"\nclass = \"core\"\nnetworks = [\"10.0.0.0/33\"]\n"), @r#"line 4, column 13: zones.networks `10.0.0.0/33` is no network: write one such as "10.20.0.0/16""#);
    insta::assert_snapshot!(problem("[[zones]]\nid = \"a\"\nclass = \"core\"\nvlans = [4095]\n"), @"line 4, column 10: zones.vlans 4095 is no VLAN id: 1 to 4094 are");
    insta::assert_snapshot!(problem("[entity_test]\ntier = \"prc\"\nauthor = \"X\"\ndate = 2024-01-01\n"), @"line 2, column 8: tier: unknown variant `prc`, expected one of `named`, `prc_parent`, `prc_controlled`, `prc_oem`, `prc_component`, `made_in_prc`");
    insta::assert_snapshot!(problem("[entity_test]\ntier = \"named\"\nauthor = \"X\"\ndate = \"last year\"\n"), @"line 4, column 8: date: `last year` is not a day such as 2024-03-01");
    insta::assert_snapshot!(problem("[entity_test]\ntier = \"named\"\nauthor = \" \"\ndate = 2024-01-01\n"), @"line 3, column 10: entity_test.author is empty");
    insta::assert_snapshot!(problem("[organisation]\nname = \"X\"\nkind = \"other\"\njurisdiction = \"Britain\"\n"), @r#"line 4, column 16: organisation.jurisdiction `Britain` is no ISO 3166 code: write a country such as "GB", with a part of it where the law is that part's, such as "US-TX""#);
    insta::assert_snapshot!(problem("[organisation]\nname = \"X\"\nkind = \"other\"\n"), @"line 1, column 1: missing field `jurisdiction`");
    insta::assert_snapshot!(problem("[[sites]\n"), @"line 1, column 9: unclosed array table, expected `]`");
    insta::assert_snapshot!(problem(&format!("{HALL}extent = \"parts\"\n")), @r#"line 1, column 1: site `hall` has extent = "parts" and no parts: list the words of the register's location column that are sensitive, as parts = ["…"]"#);
}

#[test]
fn a_word_or_network_that_means_two_places_is_an_error() {
    insta::assert_snapshot!(problem(&format!("{HALL}{HALL}")), @"line 5, column 6: sites.id `hall` is given already, as `hall`");
    insta::assert_snapshot!(problem(&format!("{HALL}[[sites]]\nid = \"x\"\nname = \"X\"\naliases = [\"TOWN-HALL\"]\n")), @"line 7, column 12: `TOWN-HALL` names the sites `hall` and `x`");
    insta::assert_snapshot!(problem(&format!("{HALL}networks = [\"10.1.0.0/16\"]\n[[sites]]\nid = \"x\"\nname = \"X\"\nnetworks = [\"10.1.2.3/16\"]\n")), @"line 8, column 13: `10.1.2.3/16` is a network of the sites `hall` and `x`");
    let zones = "[[zones]]\nid = \"a\"\nclass = \"core\"\nnetworks = [\"10.0.0.0/24\"]\n[[zones]]\nid = \"b\"\nclass = \"surveillance\"\nnetworks = [\"10.0.0.0/24\"]\n";
    insta::assert_snapshot!(problem(zones), @"line 8, column 13: `10.0.0.0/24` is a network of the zones `a` and `b`");
    insta::assert_snapshot!(problem("[[zones]]\nid = \"a\"\nclass = \"core\"\n[[zones]]\nid = \"a\"\nclass = \"guest\"\n"), @"line 5, column 6: zones.id `a` is given already, as `a`");
}

#[test]
fn what_is_odd_and_allowed_is_noted() {
    let text = r#"
[organisation]
name = "X"
kind = "central-government"
jurisdiction = "uk"

[[sites]]
id = "hall"
name = "Hall"
parts = ["Cellar"]
networks = ["10.1.2.3/16", "192.0.2.7"]

[[zones]]
id = "all"
class = "core"
networks = ["10.0.0.0/8"]

[[zones]]
id = "cctv"
class = "surveillance"
networks = ["10.20.30.0/24"]
"#;
    let (estate, notes) = parse_estate_with_notes(text).unwrap();
    assert_eq!(estate.organisation.unwrap().jurisdiction.0, "GB");
    assert_eq!(estate.sites[0].networks[1].to_string(), "192.0.2.7/32");
    insta::assert_snapshot!(notes.join("\n"), @r"
    there is no [entity_test]: rules that name no company cannot be applied
    organisation.jurisdiction `uk` is read as `GB`
    sites.networks `10.1.2.3/16` is read as 10.1.0.0/16
    site `hall` lists parts, and its extent is `whole`: the parts have no effect
    10.0.0.0/8 of zone `all` (core) and 10.20.30.0/24 of zone `cctv` (surveillance) overlap: the narrower counts
    ");
}

#[test]
fn a_site_may_repeat_its_own_words() {
    let text = format!("{HALL}aliases = [\"town hall\", \"TH\", \"HALL\"]\n");
    assert_eq!(parse_estate(&text).unwrap().sites[0].aliases.len(), 3);
}

const PLACES: &str = r#"
[[sites]]
id = "th"
name = "Town Hall"
aliases = ["Town Hall, Market Square"]
networks = ["10.20.0.0/16", "2001:db8:20::/48"]

[[sites]]
id = "annex"
name = "Annex"
networks = ["10.20.99.0/24"]

[[zones]]
id = "office"
class = "core"
networks = ["10.0.0.0/8"]

[[zones]]
id = "cctv"
class = "surveillance"
networks = ["10.20.30.0/24"]
"#;

fn placed(word: Option<&str>, addresses: &[&str]) -> (Option<String>, Option<String>) {
    let estate = parse_estate(PLACES).unwrap();
    let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let placement = place(&estate, word, &addresses);
    (placement.site.map(|site| site.id.clone()), placement.zone.map(|zone| zone.id.clone()))
}

#[test]
fn a_register_word_places_without_case_and_punctuation() {
    for word in ["TH", "town-hall", "TOWN HALL  Market Square"] {
        assert_eq!(placed(Some(word), &["10.20.99.1"]).0.as_deref(), Some("th"), "{word}");
    }
    assert_eq!(placed(Some("Town"), &[]).0, None);
    assert_eq!(placed(Some("-"), &[]).0, None);
}

#[test]
fn the_longest_network_places_where_no_word_does() {
    assert_eq!(
        placed(Some("nowhere"), &["10.20.99.1"]),
        (Some("annex".into()), Some("office".into()))
    );
    assert_eq!(placed(None, &["10.20.30.4"]), (Some("th".into()), Some("cctv".into())));
    assert_eq!(placed(None, &["2001:db8:20::1"]), (Some("th".into()), None));
    assert_eq!(placed(None, &["192.0.2.1"]), (None, None));
}

#[test]
fn the_first_address_in_a_known_network_counts() {
    assert_eq!(
        placed(None, &["192.0.2.1", "10.20.30.4", "10.20.99.1"]),
        (Some("th".into()), Some("cctv".into()))
    );
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(\\[\\[?(sites|zones|organisation|entity_test)\\]?\\]|[a-z_]{1,12} = [\"0-9a-z.{}=\\[\\]-]{0,16}|é|\n){0,20}") {
        let _ = parse_estate(&text);
    }
}
