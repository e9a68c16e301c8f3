//! What devices tell their switch, in captures: LLDP and CDP have no network layer.

mod support;

use std::io::Cursor;

use intake::{Input, Options, read};

use support::Memory;

const CAMERA: [u8; 6] = [0xb8, 0xa4, 0x4f, 0, 0, 1];
const TO_LLDP: [u8; 6] = [0x01, 0x80, 0xc2, 0, 0, 0x0e];
const TO_CDP: [u8; 6] = [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc];

fn pcap(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for frame in frames {
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        file.extend([0x56, 0x16, 0xe9, 0x6a, 0, 0, 0, 0]);
        file.extend(length);
        file.extend(length);
        file.extend(frame);
    }
    file
}

fn observed(frame: Vec<u8>) -> String {
    let bytes = pcap(&[frame]);
    let mut cursor = Cursor::new(&bytes);
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    read(&mut input, &Options::default(), &mut memory).unwrap();
    memory.observations.iter().map(|one| serde_json::to_string(one).unwrap() + "\n").collect()
}

#[test]
fn lldp_describes_its_sender() {
    let elements: &[&[u8]] = &[
        &[0x02, 7, 4],
        &CAMERA,
        &[0x04, 5, 5],
        b"eth0",
        &[0x06, 2, 0, 120, 0x0a, 5],
        b"cam-1",
        &[0x0c, 12],
        b"Camera X 1.0",
        &[0x10, 12, 5, 1, 10, 0, 0, 7, 2, 0, 0, 0, 1, 0, 0, 0],
    ];
    let frame = [&TO_LLDP[..], &CAMERA, &[0x88, 0xcc], &elements.concat()].concat();
    let text = observed(frame);
    assert!(text.contains(r#"{"kind":"lldp.sysdescr","value":"Camera X 1.0"}"#), "{text}");
    assert!(text.contains(r#""hostname":"cam-1""#) && text.contains("10.0.0.7"), "{text}");
    assert!(text.contains("b8:a4:4f:00:00:01"), "{text}");
}

#[test]
fn cdp_describes_its_sender() {
    let message = [
        &[2, 180, 0, 0, 0, 1, 0, 9][..],
        b"cam-1",
        &[0, 5, 0, 16],
        b"Camera X 1.0",
        &[0, 6, 0, 11],
        b"Model 1",
    ]
    .concat();
    let body = [&[0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x20, 0][..], &message].concat();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let text = observed([&TO_CDP[..], &CAMERA, &length, &body].concat());
    assert!(text.contains(r#"{"kind":"lldp.sysdescr","value":"Camera X 1.0"}"#), "{text}");
    assert!(text.contains(r#"{"kind":"device.model","value":"Model 1"}"#), "{text}");
    assert!(text.contains("b8:a4:4f:00:00:01"), "{text}");
}
