//! `dnsmasq.leases`: one line a lease, `<expiry> <hardware address> <address> <name|*> <client id|*>`; after a
//! `duid` line IPv6 leases, whose second word is a number and whose last is the client's DUID.

use std::net::IpAddr;

use model::SourceKind;

use super::{Lease, hex, instant, mac_of_duid};
use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line; dnsmasq writes none beyond a few hundred bytes.
const LINE_BYTES_MAX: usize = 16 << 10;

/// The format.
pub(crate) struct Dnsmasq;

impl Format for Dnsmasq {
    fn name(&self) -> &'static str {
        "dnsmasq leases"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
        match std::str::from_utf8(first) {
            Ok(line) if lease(line, 1).is_some() || line.starts_with("duid ") => Recognition::Sure,
            _ => Recognition::No,
        }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
        let mut line = Vec::new();
        while let Some(state) = lines.next(&mut line)? {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim();
            if text.is_empty() || text.starts_with("duid ") {
                continue;
            }
            notebook.record();
            match lease(text, lines.number).filter(|_| state == Line::Whole) {
                Some(lease) => lease.give(options, &mut notebook),
                None => notebook.error(
                    format!("line {}", lines.number),
                    "not a lease of five words",
                    "the other leases are kept",
                ),
            }
            if notebook.is_stopped() {
                break;
            }
        }
        notebook.progress(lines.offset);
        Ok(notebook.finish())
    }
}

fn lease(line: &str, number: u64) -> Option<Lease> {
    let words: Vec<&str> = line.split_ascii_whitespace().take(6).collect();
    let &[expiry, key, address, name, client] = words.as_slice() else { return None };
    let until = instant(expiry.parse().ok()?);
    let address: IpAddr = address.parse().ok()?;
    // A hardware type other than Ethernet stands before the address: `06-58:03:…`.
    let mac = match address {
        IpAddr::V4(_) => key.rsplit_once('-').map_or(key, |(_, mac)| mac).parse().ok(),
        IpAddr::V6(_) => hex(client).and_then(|duid| mac_of_duid(&duid)),
    };
    Some(Lease {
        place: format!("line {number}"),
        address: Some(address),
        mac,
        until,
        hostname: Some(name.to_owned()).filter(|name| name != "*"),
        ..Lease::default()
    })
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;

    #[test]
    fn both_address_families() {
        let text = "1793697302 58:03:fb:00:00:01 10.0.0.1 cam-1 01:58:03:fb:00:00:01\n\
                    0 58:03:fb:00:00:02 10.0.0.2 * *\n\
                    broken\n\
                    duid 00:01:00:01:2a:00:00:00:58:03:fb:00:00:09\n\
                    1793697302 1234 fd00::3 * 00:03:00:01:58:03:fb:00:00:03\n";
        insta::assert_snapshot!(replay(text.as_bytes()), @r#"
{"place":"line 1","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.1","until":"2026-11-03T09:15:02Z"}],"hostname":"cam-1"},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"},{"kind":"dhcp.hostname","value":"cam-1"}]}
{"place":"line 2","subject":{"macs":["58:03:fb:00:00:02"],"addresses":[{"address":"10.0.0.2"}]},"signals":[{"kind":"mac","value":"58:03:fb:00:00:02"}]}
{"place":"line 5","subject":{"macs":["58:03:fb:00:00:03"],"addresses":[{"address":"fd00::3","until":"2026-11-03T09:15:02Z"}]},"signals":[{"kind":"mac","value":"58:03:fb:00:00:03"}]}
error line 3: not a lease of five words
leases (dnsmasq leases): 4 records, 3 observations; not understood {}; lost {}
"#);
    }
}
