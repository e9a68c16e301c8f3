//! UUIDs in questions.

/// Random octets as a UUID of version 4 (RFC 9562 section 5.4), in small letters.
pub(crate) fn version_4(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random);
    let number = number & !(0xf << 76 | 0b11 << 62) | 0x4 << 76 | 0b10 << 62;
    let text = format!("{number:032x}");
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_stand_whatever_the_octets() {
        assert_eq!(version_4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(version_4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
