//! Start-up of the embedded knowledge base, and how fast values are matched.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use knowledge::Knowledge;
use model::SignalKind;

/// Loading all that is built in, as a command does when it starts, and with every pattern checked, as
/// `kb lint` does.
fn start_up(criterion: &mut Criterion) {
    let texts = Knowledge::embedded_texts();
    let mut group = criterion.benchmark_group("start-up");
    group.sample_size(20);
    group.bench_function("embedded", |bencher| bencher.iter(Knowledge::load_embedded));
    group.bench_function("checked", |bencher| bencher.iter(|| Knowledge::load(black_box(&texts))));
    group.finish();
}

/// Values of every kind: those that fit, and ordinary ones that do not.
fn matching(criterion: &mut Criterion) {
    let knowledge = Knowledge::embedded();
    let fitting: Vec<(SignalKind, &str)> = knowledge
        .fingerprints()
        .iter()
        .flat_map(|f| f.examples.iter().map(|(input, _)| (f.kind, &**input)))
        .collect();
    let ordinary = [
        (SignalKind::HttpServer, "nginx/1.18.0 (Ubuntu)"),
        (SignalKind::HttpTitle, "Welcome to our intranet"),
        (SignalKind::SshBanner, "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6"),
        (SignalKind::DhcpVendorClass, "MSFT 5.0"),
        (SignalKind::TlsSubject, "CN=mail.example.org, O=Example, C=GB"),
    ];
    let mut group = criterion.benchmark_group("matching");
    let values = [("fitting", fitting.as_slice()), ("ordinary", ordinary.as_slice())];
    for (name, values) in values {
        group.throughput(Throughput::Elements(values.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                values
                    .iter()
                    .map(|(kind, value)| knowledge.matches(*kind, value).len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

/// What a register asks of each row.
fn reading(criterion: &mut Criterion) {
    let knowledge = Knowledge::embedded();
    let mut group = criterion.benchmark_group("reading");
    let makes = ["Hikvision", "Hikvison", "Axis Communications AB", "Some Unheard-of Firm Ltd"];
    let models = ["DS-2CD2143G2-I", "DS2CD2143", "P3245-LV", "Reception dome 4"];
    group.throughput(Throughput::Elements(4));
    group.bench_function("makes", |bencher| {
        bencher.iter(|| {
            black_box(makes).iter().filter(|make| knowledge.read_make(make).is_some()).count()
        });
    });
    group.bench_function("models", |bencher| {
        bencher.iter(|| {
            black_box(models).iter().map(|model| knowledge.models(model).len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, start_up, matching, reading);
criterion_main!(benches);
