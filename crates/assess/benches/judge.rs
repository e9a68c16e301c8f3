//! How many devices one core judges by all cards in a second.
//!
//! `distinct classes`: every device has facts of its own, so nothing is remembered. `install dates`: only
//! the dates differ, as in the register of one building. `same class`: all facts are equal.

use std::hint::black_box;

use assess::{Basis, Facts, Judge, MakerFacts, OneMaker, OrganisationFacts, SiteFacts, TestFacts};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use model::{Date, Ternary};

const DEVICES: usize = 1_000;

fn device(maker: usize, day: i32) -> Facts {
    let first: Date = jiff::civil::date(2015, 1, 1);
    Facts {
        as_of: jiff::civil::date(2026, 6, 1),
        purchase: false,
        kind: "camera",
        surveillance: Ternary::Yes,
        installed: first.checked_add(jiff::Span::new().days(day)).ok(),
        installed_unclear: false,
        maker: MakerFacts {
            basis: Basis::Observed,
            level: "probable",
            leading: Some(OneMaker {
                id: format!("maker{maker}").parse().expect("a slug"),
                name: format!("Maker {maker}"),
                prc_seat: Ternary::Yes,
                subject_to_prc_nil: Ternary::Yes,
                ndaa_889: "named",
                fcc_covered: Ternary::Yes,
            }),
            others: Vec::new(),
            complete: true,
        },
        declared_conflict: false,
        rebranded: false,
        chip: None,
        site: SiteFacts {
            known: true,
            named: true,
            sensitive: Ternary::Yes,
            tests: TestFacts { holds_secret: Ternary::Yes, ..TestFacts::default() },
            extent: "whole",
            in_part: Ternary::Yes,
            landlord: false,
        },
        zone: Some("surveillance"),
        connected_to_core: Ternary::Unknown,
        organisation: Some(OrganisationFacts {
            kind: "central-government",
            jurisdiction: "GB".to_owned(),
            government_contractor: Ternary::Unknown,
        }),
        entity_test: Some("prc_oem"),
        purpose: "not-stated",
        owner: "unknown",
    }
}

fn judging(c: &mut Criterion) {
    let mut group = c.benchmark_group("judge by all cards");
    group.throughput(Throughput::Elements(DEVICES as u64));
    type Devices = fn(usize) -> Facts;
    let cases: [(&str, Devices); 3] = [
        ("distinct classes", |n| device(n, 3_000)),
        ("install dates", |n| device(0, i32::try_from(n * 4).expect("small"))),
        ("same class", |_| device(0, 3_000)),
    ];
    for (name, facts) in cases {
        let devices: Vec<Facts> = (0..DEVICES).map(facts).collect();
        group.bench_function(name, |b| {
            b.iter_batched_ref(
                || Judge::new(&[]).expect("built-in rules"),
                |judge| {
                    for facts in &devices {
                        black_box(judge.judge(facts).expect("a verdict"));
                    }
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
    c.bench_function("make a judge", |b| b.iter(|| Judge::new(&[]).expect("built-in rules")));
}

criterion_group!(benches, judging);
criterion_main!(benches);
