use std::net::IpAddr;

use model::{Alternative, Conflict, MakerFinding, OrganisationKind, Zone};

use super::*;
use crate::samples::{attribution, maker_record, parse};
use crate::{parse_estate, place};

fn facts_of(attribution: &Attribution, estate: &Estate, declared: Option<&Declared>) -> Facts {
    let placement = place(estate, declared.and_then(|words| words.site.as_deref()), &[]);
    let device = DeviceInput {
        attribution,
        declared,
        declared_maker: None,
        placement,
        soc: None,
        purchase: false,
    };
    facts(device, estate, &maker_record, jiff::civil::date(2026, 6, 1))
}

fn alternative(id: &str, probability: f64) -> Alternative {
    MakerFinding { id: parse(id), name: id.to_owned(), probability }
}

fn declared(change: impl FnOnce(&mut Declared)) -> Declared {
    let mut words = Declared::default();
    change(&mut words);
    words
}

fn estate(text: &str) -> Estate {
    parse_estate(text).unwrap()
}

#[test]
fn an_established_maker_closes_the_question() {
    let mut found = attribution("hikvision", 0.97, Level::Probable);
    found.alternatives = vec![alternative("axis", 0.03)];
    let maker = facts_of(&found, &Estate::default(), None).maker;
    assert_eq!(maker.basis, Basis::Observed);
    assert!(maker.others.is_empty() && maker.complete);
}

#[test]
fn makers_left_open_are_listed_and_counted() {
    let mut found = attribution("hikvision", 0.6, Level::Possible);
    found.alternatives = vec![alternative("ezviz", 0.35), alternative("axis", 0.01)];
    let maker = facts_of(&found, &Estate::default(), None).maker;
    assert_eq!(maker.others.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["ezviz"]);
    assert!(maker.complete);
    found.alternatives = vec![alternative("ezviz", 0.2), alternative("unknown", 0.2)];
    assert!(!facts_of(&found, &Estate::default(), None).maker.complete);
}

#[test]
fn facts_hold_no_probabilities_and_no_order_of_alternatives() {
    let mut one = attribution("hikvision", 0.6, Level::Possible);
    one.alternatives = vec![alternative("ezviz", 0.2), alternative("dahua", 0.15)];
    let mut two = attribution("hikvision", 0.61, Level::Possible);
    two.alternatives = vec![alternative("dahua", 0.19), alternative("ezviz", 0.16)];
    assert_eq!(facts_of(&one, &Estate::default(), None), facts_of(&two, &Estate::default(), None));
}

#[test]
fn a_level_without_a_maker_is_none() {
    let found = attribution("unknown", 0.0, Level::Conflicting);
    let maker = facts_of(&found, &Estate::default(), None).maker;
    assert_eq!((maker.basis, maker.level), (Basis::None, "unknown"));
}

#[test]
fn a_maker_that_the_knowledge_base_lacks_is_unknown_in_every_respect() {
    let found = attribution("nobody-knows-it", 0.99, Level::Confirmed);
    let leading = facts_of(&found, &Estate::default(), None).maker.leading.unwrap();
    assert_eq!(leading.ndaa_889, "unknown");
    assert_eq!(leading.prc_seat, Ternary::Unknown);
}

fn with_declared_maker(found: &Attribution, id: &str, purchase: bool) -> MakerFacts {
    let declared_maker =
        DeclaredMaker { make: None, model: None, brand: None, maker: Some(parse(id)) };
    let device = DeviceInput {
        attribution: found,
        declared: None,
        declared_maker: Some(&declared_maker),
        placement: Placement::default(),
        soc: None,
        purchase,
    };
    facts(device, &Estate::default(), &maker_record, jiff::civil::date(2026, 6, 1)).maker
}

#[test]
fn a_declaration_counts_where_nothing_was_observed_and_never_as_an_observation() {
    let nothing = attribution("unknown", 0.0, Level::Unknown);
    assert_eq!(with_declared_maker(&nothing, "hikvision", false).basis, Basis::Declared);
    let weak = attribution("axis", 0.6, Level::Possible);
    let maker = with_declared_maker(&weak, "hikvision", false);
    assert_eq!((maker.basis, maker.leading.unwrap().id.as_str()), (Basis::Observed, "axis"));
}

#[test]
fn an_order_is_for_what_it_names_unless_evidence_says_otherwise() {
    let nothing = attribution("unknown", 0.0, Level::Unknown);
    assert_eq!(with_declared_maker(&nothing, "hikvision", true).basis, Basis::Ordered);
    let same = attribution("hikvision", 0.6, Level::Possible);
    assert_eq!(with_declared_maker(&same, "hikvision", true).basis, Basis::Ordered);
    let other = attribution("dahua", 0.6, Level::Possible);
    assert_eq!(with_declared_maker(&other, "axis", true).basis, Basis::Observed);
    let established = attribution("dahua", 0.95, Level::Probable);
    let maker = with_declared_maker(&established, "axis", true);
    assert_eq!((maker.basis, maker.level), (Basis::Observed, "probable"));
}

const PARTS: &str = r#"
[[sites]]
id = "hall"
name = "Hall"
sensitive = { holds_secret = "no", vetted_staff = "no", ministers = "no", socpa = "no", other = "yes" }
extent = "parts"
parts = ["Control room"]
"#;

fn sensitivity(text: &str, location: Option<&str>) -> Ternary {
    let words = declared(|words| {
        words.site = Some("HALL".into());
        words.location = location.map(Into::into);
    });
    let found = attribution("hikvision", 0.99, Level::Confirmed);
    facts_of(&found, &estate(text), Some(&words)).site.sensitive
}

#[test]
fn the_place_within_the_site_decides_where_parts_are_sensitive() {
    assert_eq!(sensitivity(PARTS, Some("CONTROL ROOM, east door")), Ternary::Yes);
    assert_eq!(sensitivity(PARTS, Some("Car park")), Ternary::No);
    assert_eq!(sensitivity(PARTS, Some(" - ")), Ternary::Unknown);
    assert_eq!(sensitivity(PARTS, None), Ternary::Unknown);
    // Whatever the tests say: a device outside the parts is outside.
    let open = PARTS.replace("other = \"yes\"", "other = \"unknown\"");
    assert_eq!(sensitivity(&open, Some("Car park")), Ternary::No);
    assert_eq!(sensitivity(&open, Some("Control room")), Ternary::Unknown);
}

#[test]
fn one_test_makes_a_site_sensitive_and_only_all_five_make_it_not() {
    let site = |tests: &str| {
        format!("[[sites]]\nid = \"hall\"\nname = \"Hall\"\nsensitive = {{ {tests} }}\n")
    };
    assert_eq!(sensitivity(&site("ministers = \"yes\""), None), Ternary::Yes);
    assert_eq!(sensitivity(&site("ministers = \"no\""), None), Ternary::Unknown);
    let all_no = "holds_secret = \"no\", vetted_staff = \"no\", ministers = \"no\", socpa = \"no\", other = \"no\"";
    assert_eq!(sensitivity(&site(all_no), None), Ternary::No);
}

#[test]
fn only_the_core_zone_settles_the_connection() {
    let zone = |class| Zone { id: "z".into(), class, networks: vec![], vlans: vec![] };
    let connected = |zone: &Zone| {
        let found = attribution("hikvision", 0.99, Level::Confirmed);
        let device = DeviceInput {
            attribution: &found,
            declared: None,
            declared_maker: None,
            placement: Placement { site: None, zone: Some(zone) },
            soc: None,
            purchase: false,
        };
        facts(device, &Estate::default(), &maker_record, jiff::civil::date(2026, 6, 1))
            .connected_to_core
    };
    assert_eq!(connected(&zone(ZoneClass::Core)), Ternary::Yes);
    for class in
        [ZoneClass::Surveillance, ZoneClass::Guest, ZoneClass::Management, ZoneClass::Internet]
    {
        assert_eq!(connected(&zone(class)), Ternary::Unknown);
    }
}

#[test]
fn an_install_date_that_can_be_read_in_two_ways_is_none() {
    let words = declared(|words| words.installed_unclear = Some("03/04/2023".into()));
    let found = attribution("hikvision", 0.99, Level::Confirmed);
    let facts = facts_of(&found, &Estate::default(), Some(&words));
    assert_eq!((facts.installed, facts.installed_unclear), (None, true));
}

fn owned(owner: Option<&str>, landlord: &str) -> &'static str {
    let text = format!(
        "[organisation]\nname = \"Example Council\"\nkind = \"local-authority\"\njurisdiction = \"GB\"\n\
         [[sites]]\nid = \"hall\"\nname = \"Hall\"\n{landlord}"
    );
    let words = declared(|words| {
        words.site = Some("hall".into());
        words.owner = owner.map(Into::into);
    });
    facts_of(&attribution("hikvision", 0.99, Level::Confirmed), &estate(&text), Some(&words)).owner
}

#[test]
fn the_landlord_owns_what_nobody_else_is_said_to_own() {
    let leased = "landlord = \"Market Square Estates\"\n";
    assert_eq!(owned(None, leased), "landlord");
    assert_eq!(owned(Some("Example Council"), leased), "body");
    assert_eq!(owned(Some("Market Square Estates Ltd"), leased), "landlord");
    assert_eq!(owned(Some("Landlord"), ""), "landlord");
    assert_eq!(owned(Some("Facilities"), ""), "unknown");
    assert_eq!(owned(None, ""), "unknown");
}

#[test]
fn a_purpose_is_read_by_its_words() {
    let of = |purpose: Option<&str>| {
        super::purpose(Some(&declared(|words| words.purpose = purpose.map(Into::into))))
    };
    assert_eq!(of(None), "not-stated");
    assert_eq!(of(Some("Perimeter security")), "security");
    assert_eq!(of(Some("Traffic counting")), "other");
    assert_eq!(of(Some(" ")), "not-stated");
}

#[test]
fn addresses_and_names_stay_out_of_the_facts() {
    let estate = estate(PARTS);
    let found = attribution("hikvision", 0.99, Level::Confirmed);
    let address: IpAddr = "10.0.0.1".parse().unwrap();
    let at = |addresses: &[IpAddr]| {
        let device = DeviceInput {
            attribution: &found,
            declared: None,
            declared_maker: None,
            placement: place(&estate, None, addresses),
            soc: None,
            purchase: false,
        };
        facts(device, &estate, &maker_record, jiff::civil::date(2026, 6, 1))
    };
    assert_eq!(at(&[]), at(&[address]));
}

#[test]
fn kinds_and_bodies_have_the_words_that_rules_know() {
    let rules =
        crate::embedded::RULES.iter().find(|(name, _)| *name == "rego/device.rego").unwrap().1;
    for kind in DeviceKind::ALL {
        assert!(rules.contains(&format!("\t\"{}\": ", kind.as_str())), "{}", kind.as_str());
    }
    use OrganisationKind::*;
    for kind in [
        CentralGovernment,
        LocalAuthority,
        Police,
        Defence,
        Health,
        School,
        University,
        StateGovernment,
        GovernmentContractor,
        Company,
        Other,
    ] {
        assert!(rules.contains(&format!("\t\"{}\": ", kind.as_str())), "{}", kind.as_str());
    }
}

#[test]
fn a_conflict_with_the_register_is_a_fact() {
    let mut found = attribution("hikvision", 0.99, Level::Confirmed);
    found.conflicts.push(Conflict {
        kind: ConflictKind::DeclaredMaker,
        one: "declared".into(),
        other: "observed".into(),
    });
    assert!(facts_of(&found, &Estate::default(), None).declared_conflict);
}
