//! How many lines of five signals `identify_line` reads per second, on one core.

use std::hint::black_box;

use attribute::{Attributor, Priors, identify_line};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use knowledge::Knowledge;

/// Lines of an estate: banners repeat, addresses and serial numbers never do.
fn lines(count: u32) -> Vec<String> {
    const SERVERS: [&str; 6] =
        ["App-webs/", "DNVRS-Webs", "Cross Web Server", "nginx", "VVTK-HTTP-Server", "Boa/0.94.13"];
    const TITLES: [&str; 5] =
        ["index", "WEB SERVICE", "NETSurveillance WEB", "Network Camera", "Login"];
    const MODELS: [&str; 7] = [
        "DS-2CD0000-I",
        "IPC-HDW0000T",
        "IPC3000SR",
        "P0000-LE",
        "NBE-0000-AL",
        "XNV-0000R",
        "TD-0000",
    ];
    const MAKES: [&str; 5] = ["Hikvision", "Dahua", "Axis", "Bosch", "Exampledome"];
    (0..count)
        .map(|number| {
            let pick = |list: &[&'static str], salt: u32| list[(number / salt) as usize % list.len()];
            let (a, b) = (number >> 8 & 0xff, number & 0xff);
            format!(
                concat!(
                    r#"{{"id":"device-{n}","signals":[{{"kind":"mac","value":"58:03:fb:00:{a:02x}:{b:02x}"}},"#,
                    r#"{{"kind":"http.server","value":"{server}"}},{{"kind":"http.title","value":"{title}"}},"#,
                    r#"{{"kind":"onvif.manufacturer","value":"{make}"}},"#,
                    r#"{{"kind":"onvif.model","value":"{model}-{variant}"}}]}}"#
                ),
                n = number,
                a = a,
                b = b,
                server = pick(&SERVERS, 1),
                title = pick(&TITLES, 3),
                make = pick(&MAKES, 7),
                model = pick(&MODELS, 2),
                variant = number % 400,
            )
        })
        .collect()
}

fn identify(c: &mut Criterion) {
    let attributor = Attributor::new(Knowledge::embedded(), Priors::default());
    let lines = lines(20_000);
    let mut group = c.benchmark_group("identify");
    group.sample_size(10);
    group.throughput(Throughput::Elements(lines.len().try_into().unwrap_or(u64::MAX)));
    group.bench_function("lines of five signals", |bencher| {
        bencher.iter_batched(
            Vec::new,
            |mut notes| {
                for line in &lines {
                    let found = identify_line(&attributor, black_box(line.as_bytes()), &mut notes);
                    black_box(found).ok();
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("the same, written as JSON", |bencher| {
        let mut notes = Vec::new();
        let mut json = Vec::new();
        bencher.iter(|| {
            for line in &lines {
                json.clear();
                let found = identify_line(&attributor, black_box(line.as_bytes()), &mut notes);
                let written = found.map(|found| serde_json::to_writer(&mut json, &found));
                black_box((written.is_ok(), json.len()));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, identify);
criterion_main!(benches);
