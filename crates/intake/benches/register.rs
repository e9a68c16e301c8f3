//! Rows of a CSV register per second, from bytes to observations.

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use intake::{Flow, Input, Note, Options, Sink};
use model::Observation;

const ROWS: u32 = 50_000;

/// Takes observations as a store does, and drops them.
struct Drain;

impl Sink for Drain {
    fn observation(&mut self, observation: Observation) -> Flow {
        black_box(observation);
        Flow::Continue
    }

    fn note(&mut self, _: Note) {}

    fn progress(&mut self, _: u64) -> Flow {
        Flow::Continue
    }
}

/// A register of 150 bytes a row.
fn register() -> Vec<u8> {
    let mut text = String::from(
        "Asset No,Make,Model,Serial,MAC addr,IP,Site,Where,Fitted,Owner,Qty,Notes,Cost centre\n",
    );
    for n in 0..ROWS {
        let (a, b, c) = (n >> 16, n >> 8 & 255, n & 255);
        text.push_str(&format!(
            "TH-{n:07},Hikvision,DS-2CD2143G2-I,F0{n:07},44-19-B6-{a:02X}-{b:02X}-{c:02X},10.{a}.{b}.{c},Town Hall,\"Room {n}, first floor\",2{}/05/2021,,,ceiling mounted,CC-{}\n",
            n % 9,
            n % 100,
        ));
    }
    text.into_bytes()
}

fn rows_per_second(c: &mut Criterion) {
    let bytes = register();
    let mut group = c.benchmark_group("register");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    group.sample_size(10);
    group.bench_function("csv", |bencher| {
        bencher.iter(|| {
            let mut source = Cursor::new(&bytes);
            let mut input =
                Input { name: "register.csv", size_bytes: bytes.len() as u64, bytes: &mut source };
            let (_, summary) =
                intake::read(&mut input, &Options::default(), &mut Drain).expect("a register");
            assert_eq!(summary.observations, u64::from(ROWS));
        });
    });
    group.finish();
}

criterion_group!(benches, rows_per_second);
criterion_main!(benches);
