//! What we ask is what was published, but for what has to be fresh.

use std::net::Ipv4Addr;

use wire::ask::{DATAGRAMS, Salt};

use crate::corpus::shared;

/// A question of the table and the file that holds it as published.
const PUBLISHED: &[(&str, &str)] = &[
    ("sadp", "sadp/probe-request-1.xml"),
    ("dhip", "dhip/probe-request-1.bin"),
    ("dahua5050", "dahua5050/probe-request-1.bin"),
    ("dvrip", "dvrip34569/probe-request-1.bin"),
    ("tvt", "tvt23456/probe-request-1.bin"),
    ("topsee", "topsee3001/probe-request-1.xml"),
    ("v380", "v38010008/probe-request-1.bin"),
];

/// The UUID of a published SADP request is zeros; ours is one of version 4.
fn without_uuid(bytes: &[u8]) -> Vec<u8> {
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) => match text
            .split_once("<Uuid>")
            .and_then(|(head, rest)| Some(format!("{head}<Uuid>{}", rest.get(36..)?)))
        {
            Some(text) => text.trim_end().into(),
            None => bytes.to_vec(),
        },
        Err(_) => bytes.to_vec(),
    }
}

#[test]
fn requests_are_as_published() {
    let Some(shared) = shared() else { return };
    let salt = Salt { to: Ipv4Addr::new(192, 0, 2, 1).into(), unique: [9; 16] };
    for (id, file) in PUBLISHED {
        let question = DATAGRAMS.iter().find(|question| question.id == *id).expect(id);
        let published = std::fs::read(shared.join("samples").join(file)).expect(file);
        assert_eq!(
            without_uuid(&(question.bytes)(&salt)),
            without_uuid(&published),
            "{file}: {}",
            String::from_utf8_lossy(&published)
        );
    }
}
