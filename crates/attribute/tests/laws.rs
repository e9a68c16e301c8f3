//! Laws of the inference: they hold for all evidence, not for examples.

use attribute::{Attributor, Priors, are_related};
use knowledge::Knowledge;
use model::{MakerId, Signal, SignalKind};
use proptest::prelude::*;

/// Signals of many makers and of none, some of them contradictory.
fn pool() -> Vec<Signal> {
    use SignalKind as K;
    [
        (K::HttpServer, "App-webs/"),
        (K::HttpServer, "VVTK-HTTP-Server"),
        (K::HttpServer, "nginx"),
        (K::HttpTitle, "NETSurveillance WEB"),
        (K::RtspServer, "Dahua Rtsp Server"),
        (K::RtspServer, "H264DVR 1.0"),
        (K::Mac, "58:03:fb:00:00:01"),
        (K::Mac, "00:40:8c:00:00:01"),
        (K::DeviceFirmware, "V5.5.0 build 190101"),
        (K::DeviceFirmware, "2.800.0000000.1.R, Build Date 2020-01-01"),
        (K::DeviceFirmware, "GIPC-B6000.1.2.C00000.NB.220101"),
        (K::DeviceSerial, "0A00000PAA00000"),
        (K::DeviceSerial, "ED-00020190101AAWRC00000000"),
        (K::OnvifManufacturer, "Bosch"),
        (K::OnvifManufacturer, "Exampledome"),
        (K::OnvifManufacturer, "Swann"),
        (K::OnvifManufacturer, "Grundig"),
        (K::OnvifModel, "GCI-M0000F"),
        (K::OnvifModel, "DS-2CD0000-I"),
        (K::OnvifModel, "IPC-HDW0000T"),
        (K::OnvifModel, "IPC3000SR"),
        (K::RegisterMake, "Axis"),
        (K::RegisterMake, "Hikvision"),
        (K::RegisterModel, "P0000-LE"),
        (K::TlsSubject, "O=Axis Communications AB"),
        (K::DnsQuery, "www.easy4ip.com"),
        (K::PortOpen, "37777/tcp"),
        (K::SnmpSysdescr, "Cisco IOS Software"),
    ]
    .into_iter()
    .map(|(kind, value)| Signal::text(kind, value))
    .collect()
}

fn attributor() -> Attributor<'static> {
    Attributor::new(Knowledge::embedded(), Priors::default())
}

fn probability(signals: &[Signal], maker: &MakerId) -> f64 {
    let found = attributor().probabilities(signals);
    found.iter().find(|(id, _)| id == maker).map_or(0.0, |(_, p)| *p)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The same evidence in another order gives the same verdict, byte for byte.
    #[test]
    fn order_does_not_matter(
        chosen in proptest::sample::subsequence(pool(), 0..8).prop_shuffle(),
    ) {
        let mut sorted = chosen.clone();
        sorted.sort();
        prop_assert_eq!(attributor().attribute(&chosen), attributor().attribute(&sorted));
    }

    /// A signal said twice is said once.
    #[test]
    fn repetition_adds_nothing(chosen in proptest::sample::subsequence(pool(), 1..8)) {
        let twice: Vec<Signal> = chosen.iter().chain(&chosen).cloned().collect();
        prop_assert_eq!(attributor().attribute(&chosen).maker, attributor().attribute(&twice).maker);
    }

    /// Evidence that speaks for other makers only never makes a maker more probable.
    #[test]
    fn contrary_evidence_never_raises(
        chosen in proptest::sample::subsequence(pool(), 1..7),
        extra in proptest::sample::select(pool()),
    ) {
        let alone = attributor().probabilities(std::slice::from_ref(&extra));
        let before = attributor().probabilities(&chosen);
        let with: Vec<Signal> = chosen.iter().cloned().chain([extra.clone()]).collect();
        for (maker, probability_before) in before {
            let is_contrary = alone.iter().all(|(other, _)| !are_related(other, &maker));
            if is_contrary && !alone.is_empty() {
                let after = probability(&with, &maker);
                prop_assert!(
                    after <= probability_before + 1e-12,
                    "{maker}: {probability_before} became {after} by {extra:?}"
                );
            }
        }
    }

    /// Nor is it said with more confidence.
    #[test]
    fn contrary_evidence_makes_no_answer_surer(
        chosen in proptest::sample::subsequence(pool(), 1..7),
        extra in proptest::sample::select(pool()),
    ) {
        let alone = attributor().probabilities(std::slice::from_ref(&extra));
        let before = attributor().attribute(&chosen).maker;
        let with: Vec<Signal> = chosen.iter().cloned().chain([extra.clone()]).collect();
        let after = attributor().attribute(&with).maker;
        let is_contrary = alone.iter().all(|(other, _)| !are_related(other, &before.id));
        // A device that nobody took for a camera before may be named now.
        if is_contrary && !alone.is_empty() && !before.id.is_unknown() && before.id == after.id {
            prop_assert!(after.probability <= before.probability + 1e-12, "{extra:?}");
        }
    }

    /// Nothing a peer sends is too much.
    #[test]
    fn any_text_is_survived(kind in proptest::sample::select(SignalKind::ALL), text in ".{0,200}") {
        attributor().attribute(&[Signal::text(kind, text.as_str()), Signal::bytes(kind, text.as_bytes())]);
    }
}
