//! A register of any size, the same bytes for the same size: what a large body's spreadsheet export looks like.

use std::io::{self, Write};

use crate::chance::Chance;

/// Makes and models as registers spell them, in about the mix of a British estate.
const PRODUCTS: &[(&str, &str)] = &[
    ("Hikvision", "DS-2CD2143G2-I"),
    ("HIKVISION", "DS-2CD2385G1-I"),
    ("Hik Vision", "DS-7616NI-K2"),
    ("Dahua", "IPC-HDW5442TM-AS"),
    ("DAHUA", "NVR5216-16P-4KS2E"),
    ("Axis", "P3245-LVE"),
    ("AXIS", "M3106-L Mk II"),
    ("Hanwha", "XNV-6080R"),
    ("Samsung", "SND-6084R"),
    ("Bosch", "FLEXIDOME IP 5000i"),
    ("Uniview", "IPC3614SB-ADF28KM"),
    ("Avigilon", "3.0C-H4A-BO1-IR"),
    ("Vivotek", "FD9187-HT"),
    ("Panasonic", "WV-S2531LN"),
    ("Annke", "C800"),
    ("Honeywell", "HD45IP"),
    ("Provision-ISR", "NVR5-8200"),
    ("unknown", "4MP dome"),
    ("", "bullet camera"),
    ("Mobotix", "M26B"),
];

const SITES: u64 = 20_000;

/// Writes a CSV register of `rows` cameras. Every fourth row has no hardware address, every third no serial.
///
/// # Errors
/// When `out` refuses the bytes.
pub fn write_register(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut chances = Chance::new(1);
    writeln!(
        out,
        "Asset No,Make,Model,Serial,MAC,IP address,Site,Location,Install date,Status,Notes"
    )?;
    for row in 0..rows {
        let chance = chances.next();
        let product = PRODUCTS.get(usize::try_from(chance % PRODUCTS.len() as u64).unwrap_or(0));
        let (make, model) = product.copied().unwrap_or(("", ""));
        let serial =
            if row % 3 == 0 { String::new() } else { format!("T{:04X}{row:08}", chance >> 48) };
        let mac = if row % 4 == 0 { String::new() } else { mac(row) };
        let address = format!("10.{}.{}.{}", row >> 16 & 255, row >> 8 & 255, row & 255);
        let year = 2012 + (chance >> 8) % 14;
        let (month, day) = (1 + (chance >> 16) % 12, 1 + (chance >> 24) % 28);
        writeln!(
            out,
            "A{row:07},{make},{model},{serial},{mac},{address},S{:05},Floor {} corridor {},{year}-{month:02}-{day:02},live,",
            row * SITES / rows.max(1),
            chance >> 32 & 7,
            chance >> 40 & 63,
        )?;
    }
    Ok(())
}

fn mac(row: u64) -> String {
    const PREFIXES: [&str; 5] = ["44:19:b6", "3c:ef:8c", "ac:cc:8e", "00:09:18", "48:ea:63"];
    let prefix = PREFIXES.get(usize::try_from(row % 5).unwrap_or(0)).copied().unwrap_or("");
    format!("{prefix}:{:02x}:{:02x}:{:02x}", row >> 16 & 255, row >> 8 & 255, row & 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_size_gives_the_same_bytes() {
        let write = |rows| {
            let mut bytes = Vec::new();
            write_register(rows, &mut bytes).unwrap();
            bytes
        };
        assert_eq!(write(500), write(500));
        assert_eq!(write(500).iter().filter(|byte| **byte == b'\n').count(), 501);
    }
}
