use model::{Attribution, Declared, DeclaredMaker, DeviceKind, Estate, Force, Level, Ternary};
use proptest::prelude::*;

use super::*;
use crate::engine::Interpreter;
use crate::facts::{
    Basis, ChipFacts, DeviceInput, MakerFacts, OneMaker, OrganisationFacts, SiteFacts, TestFacts,
    facts,
};
use crate::samples::{attribution, maker_record, parse};
use crate::{parse_estate, place};

// --- whole scenarios --------------------------------------------------------------------------------------

/// A device, the estate it stands in, and what registers say of it.
struct Scene {
    estate: &'static str,
    device: Attribution,
    words: Declared,
    declared_maker: Option<&'static str>,
    purchase: bool,
    as_of: &'static str,
}

const DEPARTMENT: &str = r#"
[organisation]
name = "Department for Examples"
kind = "central-government"
jurisdiction = "GB"

[entity_test]
tier = "prc_oem"
author = "Departmental Security Officer"
date = 2023-01-16

[[sites]]
id = "hq"
name = "Headquarters"
sensitive = { holds_secret = "yes", vetted_staff = "no", ministers = "yes", socpa = "no", other = "no" }

[[sites]]
id = "depot"
name = "Depot"
sensitive = { holds_secret = "no", vetted_staff = "no", ministers = "no", socpa = "no", other = "no" }

[[sites]]
id = "let"
name = "Let Building"
landlord = "Market Square Estates"
sensitive = { socpa = "yes" }
"#;

const COUNCIL: &str = r#"
[organisation]
name = "Example Borough Council"
kind = "local-authority"
jurisdiction = "GB"

[entity_test]
tier = "prc_oem"
author = "Head of Information Security"
date = 2024-03-01
"#;

const AGENCY: &str =
    "[organisation]\nname = \"Agency\"\nkind = \"central-government\"\njurisdiction = \"US\"\n";
const TEXAS: &str = "[organisation]\nname = \"State Body\"\nkind = \"state-government\"\njurisdiction = \"US-TX\"\n";

fn scene(estate: &'static str) -> Scene {
    Scene {
        estate,
        device: attribution("hikvision", 0.999, Level::Confirmed),
        words: Declared {
            site: Some("HQ".into()),
            installed: Some(jiff::civil::date(2023, 5, 2)),
            ..Declared::default()
        },
        declared_maker: None,
        purchase: false,
        as_of: "2026-06-01",
    }
}

fn verdicts(scene: &Scene) -> Vec<Verdict> {
    let estate: Estate = parse_estate(scene.estate).unwrap();
    let declared_maker = scene.declared_maker.map(|id| DeclaredMaker {
        make: None,
        model: None,
        brand: None,
        maker: Some(parse(id)),
    });
    let device = DeviceInput {
        attribution: &scene.device,
        declared: Some(&scene.words),
        declared_maker: declared_maker.as_ref(),
        placement: place(&estate, scene.words.site.as_deref(), &[]),
        soc: None,
        purchase: scene.purchase,
    };
    let facts = facts(device, &estate, &maker_record, scene.as_of.parse().unwrap());
    Judge::new(&[]).unwrap().judge(&facts).unwrap()
}

/// The verdicts that say more than that the rule is for somebody else, and the count of those others.
fn told(scene: &Scene) -> String {
    let verdicts = verdicts(scene);
    let (others, telling): (Vec<_>, Vec<_>) =
        verdicts.iter().partition(|verdict| verdict.answer == Answer::NotBound);
    let mut lines: Vec<String> = telling
        .iter()
        .map(|verdict| {
            format!(
                "{}: {} ({})\n    {}",
                verdict.policy,
                verdict.answer.as_str(),
                verdict.force.as_str(),
                verdict.because.join("\n    ")
            )
        })
        .collect();
    let others: Vec<&str> = others.iter().map(|verdict| verdict.policy.as_str()).collect();
    lines.push(format!("not bound: {}", others.join(" ")));
    lines.join("\n")
}

#[test]
fn a_department_put_one_on_a_sensitive_site_after_the_day() {
    insta::assert_snapshot!(told(&scene(DEPARTMENT)), @r"
    UK-386-A: breach (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It was installed on 2023-05-02, after 2022-11-24.
    UK-386-B: not-enough-evidence (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        Whether it is connected to the core network is not known: its address and the zones of the estate file would tell.
    UK-TIME-1: breach (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It was to be replaced by the end of April 2025; on 2026-06-01 it is still there.
    not bound: UK-386-C UK-386-D UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_department_had_one_on_a_sensitive_site_before_the_day() {
    let mut scene = scene(DEPARTMENT);
    scene.words.installed = Some(jiff::civil::date(2019, 7, 1));
    insta::assert_snapshot!(told(&scene), @r"
    UK-386-A: clear (instruction)
        It was installed on 2019-07-01, no later than 2022-11-24.
        The instruction to stop deploying does not reach back; UK-386-C speaks of what was there already.
    UK-386-B: not-enough-evidence (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        Whether it is connected to the core network is not known: its address and the zones of the estate file would tell.
    UK-386-C: candidate (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It was installed on 2019-07-01, no later than 2022-11-24.
    UK-TIME-1: breach (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It was to be replaced by the end of April 2025; on 2026-06-01 it is still there.
    not bound: UK-386-D UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_department_does_not_know_when_it_came() {
    let mut scene = scene(DEPARTMENT);
    scene.words.installed = None;
    scene.words.installed_unclear = Some("03/04/23".into());
    insta::assert_snapshot!(told(&scene), @r"
    UK-386-A: not-enough-evidence (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        The register gives an install date that can be read in two ways or not at all: a works order or a manufacture date would settle it.
    UK-386-B: not-enough-evidence (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        Whether it is connected to the core network is not known: its address and the zones of the estate file would tell.
    UK-386-C: candidate (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        The register gives an install date that can be read in two ways or not at all: a works order or a manufacture date would settle it.
    UK-TIME-1: breach (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It was to be replaced by the end of April 2025; on 2026-06-01 it is still there.
    not bound: UK-386-D UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_department_has_a_rebrand_by_a_probable_maker_at_a_depot() {
    let mut scene = scene(DEPARTMENT);
    scene.device = attribution("dahua", 0.95, Level::Probable);
    scene.device.rebranded = true;
    scene.words.site = Some("Depot".into());
    insta::assert_snapshot!(told(&scene), @r"
    UK-386-B: not-enough-evidence (advice)
        Evidence consistent with Dahua as the maker (probable).
        It is sold under another brand than its maker's.
        The chosen entity test `prc_oem` takes it in: Dahua is named in section 889 of the US NDAA for 2019.
        Whether it is connected to the core network is not known: its address and the zones of the estate file would tell.
    UK-386-D: candidate (advice)
        Evidence consistent with Dahua as the maker (probable).
        It is sold under another brand than its maker's.
        The chosen entity test `prc_oem` takes it in: Dahua is named in section 889 of the US NDAA for 2019.
        It stands on a site that is not sensitive: every test of a sensitive site is answered no.
    not bound: UK-386-A UK-386-C UK-TIME-1 UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_department_rents_a_building_with_the_landlords_camera() {
    let mut scene = scene(DEPARTMENT);
    scene.words.site = Some("Let Building".into());
    insta::assert_snapshot!(told(&scene), @r"
    UK-386-A: candidate (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that is covered under the Serious Organised Crime and Police Act 2005.
        It was installed on 2023-05-02, after 2022-11-24.
        It belongs to the landlord of the site: the body cannot take it out by itself, and has to raise it under the lease.
        The instruction is to stop deploying: it bites if the body had this device installed.
    UK-386-B: not-enough-evidence (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        Whether it is connected to the core network is not known: its address and the zones of the estate file would tell.
    UK-TIME-1: breach (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that is covered under the Serious Organised Crime and Police Act 2005.
        It was to be replaced by the end of April 2025; on 2026-06-01 it is still there.
        It belongs to the landlord of the site: the body cannot take it out by itself, and has to raise it under the lease.
    not bound: UK-386-C UK-386-D UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_department_wants_to_buy_one() {
    let mut scene = scene(DEPARTMENT);
    scene.device = attribution("unknown", 0.0, Level::Unknown);
    scene.device.kind = DeviceKind::Camera;
    scene.declared_maker = Some("hikvision");
    scene.words.installed = None;
    scene.purchase = true;
    insta::assert_snapshot!(told(&scene), @r"
    UK-386-A: breach (instruction)
        The order names Hikvision as the maker.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It would be installed after 2022-11-24.
    UK-386-B: candidate (advice)
        The order names Hikvision as the maker.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It may be bought only on condition that it is never connected to the core network.
    not bound: UK-386-C UK-386-D UK-TIME-1 UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_council_is_told_that_it_is_not_bound() {
    let scene = scene(COUNCIL);
    insta::assert_snapshot!(told(&scene), @r"
    UK-LA-0: candidate (voluntary)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        A local authority has no duty here: it may follow central government of its own will.
    not bound: UK-386-A UK-386-B UK-386-C UK-386-D UK-TIME-1 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
    let first = &verdicts(&scene)[0];
    insta::assert_snapshot!(first.because.join("\n"), @"A local authority is not bound by the statement of 24 November 2022, which speaks to UK government departments; UK-LA-0 says what is expected of it.");
    insta::assert_snapshot!(first.citation, @"Written statement HCWS386 of 24 November 2022, instruction to cease deployment onto sensitive sites: https://ftlsecuresolutions.co.uk/author/grace-vincent/page/5 and https://www.pressreader.com/uk/the-scotsman/20221125/281857237545564 (reports of the statement); definition of a sensitive site: https://parallelparliament.co.uk/writtenanswers/search?search_term=Hikvision+China&order_field=datenew");
}

#[test]
fn a_federal_agency() {
    insta::assert_snapshot!(told(&scene(AGENCY)), @r"
    US-889-A: breach (binding)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        Section 889 covers it: Hikvision is named in it.
        It was installed on 2023-05-02, after 2019-08-13. It is taken to have been bought under the rule.
        No purpose is given for it: surveillance equipment is taken to serve the security purposes that the statute names.
    not bound: UK-386-A UK-386-B UK-386-C UK-386-D UK-TIME-1 UK-LA-0 US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn a_state_body_of_texas() {
    insta::assert_snapshot!(told(&scene(TEXAS)), @r"
    US-TX: breach (binding)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        Texas lists it: Hikvision.
    not bound: UK-386-A UK-386-B UK-386-C UK-386-D UK-TIME-1 UK-LA-0 US-889-A US-889-B AU-CW CA-QC TW-GOV
    ");
}

#[test]
fn without_an_estate_file_the_missing_context_is_named() {
    let verdicts = verdicts(&scene(""));
    for verdict in &verdicts {
        assert_eq!(verdict.answer, Answer::NotEnoughEvidence, "{}", verdict.policy);
        assert_eq!(
            verdict.because,
            ["Who the body is is not known: give its estate file with --estate."]
        );
    }
}

#[test]
fn without_an_estate_file_a_printer_is_nobodys_business() {
    let mut scene = scene("");
    scene.device = attribution("unknown", 0.0, Level::Unknown);
    scene.device.kind = DeviceKind::OtherDevice;
    assert!(verdicts(&scene).iter().all(|verdict| verdict.answer == Answer::NotBound));
}

#[test]
fn another_day_another_law() {
    let mut scene = scene(DEPARTMENT);
    scene.as_of = "2022-11-23";
    insta::assert_snapshot!(verdicts(&scene)[0].because.join("\n"), @"The rule has effect from 2022-11-24; on 2022-11-23 it did not stand yet.");
    scene.as_of = "2024-06-01";
    insta::assert_snapshot!(told(&scene), @r"
    UK-386-A: breach (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It was installed on 2023-05-02, after 2022-11-24.
    UK-386-B: not-enough-evidence (advice)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        Whether it is connected to the core network is not known: its address and the zones of the estate file would tell.
    UK-TIME-1: candidate (instruction)
        Evidence consistent with Hikvision as the maker, confirmed by independent items.
        The chosen entity test `prc_oem` takes it in: Hikvision is named in section 889 of the US NDAA for 2019.
        It stands on a sensitive site: one that routinely holds secret material or above, and is routinely used by ministers.
        It is to be replaced by the end of April 2025.
    not bound: UK-386-C UK-386-D UK-LA-0 US-889-A US-889-B US-TX AU-CW CA-QC TW-GOV
    ");
}

// --- the judge --------------------------------------------------------------------------------------------

#[test]
fn cards_are_judged_in_card_order_whatever_the_order_asked_for() {
    let ids = |ids: &[&str]| ids.iter().map(|id| id.parse().unwrap()).collect::<Vec<PolicyId>>();
    let judge = Judge::new(&ids(&["US-TX", "UK-386-A", "US-TX"])).unwrap();
    let order: Vec<_> = judge.cards().iter().map(|card| card.id.as_str()).collect();
    assert_eq!(order, ["UK-386-A", "US-TX"]);
    let unknown = Judge::new(&ids(&["UK-386-A", "UK-386-Z"])).err().unwrap();
    assert_eq!(unknown.to_string(), "no rule card `UK-386-Z`: `custodiet policies` lists them");
}

#[test]
fn a_judge_of_one_card_agrees_with_a_judge_of_all() {
    let id: PolicyId = "UK-386-A".parse().unwrap();
    let estate = parse_estate(DEPARTMENT).unwrap();
    let found = attribution("hikvision", 0.999, Level::Confirmed);
    let device = DeviceInput {
        attribution: &found,
        declared: None,
        declared_maker: None,
        placement: place(&estate, Some("HQ"), &[]),
        soc: None,
        purchase: false,
    };
    let facts = facts(device, &estate, &maker_record, jiff::civil::date(2026, 6, 1));
    let one = Judge::new(&[id]).unwrap().judge(&facts).unwrap();
    assert_eq!(one[..], Judge::new(&[]).unwrap().judge(&facts).unwrap()[..1]);
}

#[test]
fn a_day_stands_for_its_span() {
    let as_of = jiff::civil::date(2024, 6, 1);
    let start = |day: &str| span_start(day.parse().unwrap(), as_of).to_string();
    assert_eq!(start("1999-01-01"), "0001-01-01");
    assert_eq!(start("2022-11-23"), "2019-08-14");
    assert_eq!(start("2022-11-24"), "2022-11-24");
    assert_eq!(start("2022-11-25"), "2022-11-25");
    assert_eq!(start("2023-05-02"), "2022-11-25");
    assert_eq!(start("2024-06-01"), "2024-06-01");
    assert_eq!(start("2024-06-02"), "2024-06-02");
}

// --- laws -------------------------------------------------------------------------------------------------

fn ternary() -> impl Strategy<Value = Ternary> {
    prop::sample::select(vec![Ternary::Yes, Ternary::No, Ternary::Unknown])
}

fn one_maker() -> impl Strategy<Value = OneMaker> {
    let ids = [
        "hikvision",
        "ezviz",
        "dahua",
        "huawei",
        "uniview",
        "tiandy",
        "tplink_us",
        "lorex",
        "axis",
        "stranger",
    ];
    (prop::sample::select(ids.to_vec()), ternary(), ternary(), ternary()).prop_map(
        |(id, prc_seat, subject_to_prc_nil, fcc_covered)| match maker_record(&parse(id)) {
            Some(record) => OneMaker {
                id: record.id,
                name: record.name,
                prc_seat: record.country.contains("CN").into(),
                subject_to_prc_nil: record.subject_to_prc_nil,
                ndaa_889: record.ndaa_889,
                fcc_covered: record.fcc_covered,
            },
            None => OneMaker {
                id: parse(id),
                name: id.to_owned(),
                prc_seat,
                subject_to_prc_nil,
                ndaa_889: "unknown",
                fcc_covered,
            },
        },
    )
}

fn maker() -> impl Strategy<Value = MakerFacts> {
    let bases =
        vec![Basis::Observed, Basis::Observed, Basis::Ordered, Basis::Declared, Basis::None];
    let levels = ["confirmed", "probable", "possible", "conflicting", "unknown"];
    (
        prop::sample::select(bases),
        prop::sample::select(levels.to_vec()),
        one_maker(),
        prop::collection::btree_set(one_maker(), 0..3),
        any::<bool>(),
    )
        .prop_map(|(basis, level, leading, others, complete)| {
            let open = basis == Basis::Observed && !matches!(level, "confirmed" | "probable");
            MakerFacts {
                basis,
                level: if basis == Basis::Observed { level } else { "unknown" },
                leading: (basis != Basis::None && !(open && level == "unknown")).then_some(leading),
                others: if open { others.into_iter().collect() } else { Vec::new() },
                complete: !open || complete,
            }
        })
}

fn site() -> impl Strategy<Value = SiteFacts> {
    let tests = (ternary(), ternary(), ternary(), ternary(), ternary()).prop_map(
        |(holds_secret, vetted_staff, ministers, socpa, other)| TestFacts {
            holds_secret,
            vetted_staff,
            ministers,
            socpa,
            other,
        },
    );
    (
        any::<bool>(),
        any::<bool>(),
        ternary(),
        tests,
        prop::sample::select(vec!["whole", "parts"]),
        ternary(),
        any::<bool>(),
    )
        .prop_map(|(known, named, sensitive, tests, extent, in_part, landlord)| SiteFacts {
            known,
            named,
            sensitive: if known { sensitive } else { Ternary::Unknown },
            tests,
            extent,
            in_part,
            landlord,
        })
}

fn organisation() -> impl Strategy<Value = Option<OrganisationFacts>> {
    let kinds = [
        "central-government",
        "central-government",
        "local-authority",
        "police",
        "defence",
        "health",
        "school",
        "university",
        "state-government",
        "government-contractor",
        "company",
        "other",
    ];
    let places = ["GB", "GB-SCT", "US", "US-TX", "AU", "CA-QC", "TW", "FR"];
    prop::option::weighted(
        0.9,
        (prop::sample::select(kinds.to_vec()), prop::sample::select(places.to_vec()), ternary())
            .prop_map(|(kind, jurisdiction, government_contractor)| OrganisationFacts {
                kind,
                jurisdiction: jurisdiction.to_owned(),
                government_contractor,
            }),
    )
}

/// Days around those that rules name.
fn day() -> impl Strategy<Value = Date> {
    (prop::sample::select(turning_days().to_vec()), -800..800i32).prop_map(|(turn, days)| {
        turn.saturating_add(jiff::Span::new().days(days.signum() * (days.abs() / 5)))
    })
}

prop_compose! {
    fn any_facts()(
        dates in (day(), prop::option::of(day()), any::<bool>()),
        purchase in prop::bool::weighted(0.2),
        kind in prop::sample::select(vec![
            ("camera", Ternary::Yes), ("camera", Ternary::Yes), ("recorder", Ternary::Yes),
            ("unknown", Ternary::Unknown), ("other-device", Ternary::No), ("not-a-device", Ternary::No),
        ]),
        maker in maker(),
        flags in (any::<bool>(), any::<bool>()),
        chip in prop::option::of((prop::sample::select(vec!["HiSilicon (Huawei)", "Ambarella"]), ternary())),
        site in site(),
        zone in prop::option::of(prop::sample::select(vec!["core", "surveillance", "guest"])),
        connected_to_core in ternary(),
        organisation in organisation(),
        entity_test in prop::option::of(prop::sample::select(model::EntityTier::ALL.to_vec())),
        purpose in prop::sample::select(vec!["security", "other", "not-stated"]),
        owner in prop::sample::select(vec!["body", "landlord", "unknown"]),
    ) -> Facts {
        Facts {
            as_of: dates.0,
            purchase,
            kind: kind.0,
            surveillance: kind.1,
            installed: dates.1,
            installed_unclear: dates.1.is_none() && dates.2,
            maker,
            declared_conflict: flags.0,
            rebranded: flags.1,
            chip: chip.map(|(maker, prc)| ChipFacts { maker: maker.to_owned(), prc }),
            site,
            zone,
            connected_to_core,
            organisation,
            entity_test: entity_test.map(model::EntityTier::as_str),
            purpose,
            owner,
        }
    }
}

fn all_cards() -> Vec<&'static Card> {
    cards().iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The machine says what the interpreter says, and a span of days says what each of its days says.
    #[test]
    fn the_machine_agrees_with_the_interpreter(facts in any_facts()) {
        thread_local! {
            static ENGINES: std::cell::RefCell<(Judge, Interpreter)> = std::cell::RefCell::new((
                Judge::new(&[]).unwrap(),
                Interpreter::new(&all_cards()).unwrap(),
            ));
        }
        ENGINES.with_borrow_mut(|(judge, interpreter)| {
            let judged = judge.judge(&facts).unwrap();
            let mut interpreted = evaluate(&all_cards(), interpreter, &facts).unwrap();
            write_install_day(&mut interpreted, &facts);
            prop_assert_eq!(&judged, &interpreted);
            obeys_the_laws(&facts, &judged)
        })?;
    }
}

/// What holds of every verdict, whatever the facts.
fn obeys_the_laws(facts: &Facts, verdicts: &[Verdict]) -> Result<(), TestCaseError> {
    let established = facts.maker.basis == Basis::Ordered
        || (facts.maker.basis == Basis::Observed
            && matches!(facts.maker.level, "confirmed" | "probable"));
    for verdict in verdicts {
        let policy = verdict.policy.as_str();
        prop_assert!(!verdict.because.is_empty(), "{} says nothing", policy);
        prop_assert!(
            verdict.because.iter().all(|words| !words.contains(['{', '}'])),
            "{:?}",
            verdict
        );
        match verdict.answer {
            Answer::Breach => {
                prop_assert!(established, "{}: a possibility is held against somebody", policy);
                prop_assert!(facts.organisation.is_some());
                prop_assert!(verdict.force != Force::Voluntary);
                prop_assert!(!matches!(policy, "UK-386-C" | "UK-386-D" | "UK-LA-0"), "{}", policy);
            }
            Answer::Clear => {
                // Clear by its maker, its date or its isolation: never by what is not known.
                let dated = facts.installed.is_some();
                let isolated = facts.connected_to_core == Ternary::No;
                prop_assert!(
                    established || dated || isolated,
                    "{} is clear of the unknown",
                    policy
                );
                prop_assert!(facts.organisation.is_some());
            }
            Answer::Candidate => prop_assert!(facts.surveillance != Ternary::No),
            Answer::NotEnoughEvidence | Answer::NotBound => {}
        }
    }
    Ok(())
}
