//! What a network monitor wrote down of hosts: the part that Zeek and Suricata share.
//!
//! A log gives a few observations per host, not one per line. Who is who is decided by the same table as for a
//! capture, since a hardware address in a log may be a router's there too.

use std::collections::HashMap;
use std::net::IpAddr;

use model::{MacAddr, Signal, SignalKind, Timestamp};
use wire::Keys;

use crate::capture::hosts::{HostKey, Hosts, Moment, Tie, Unit, is_inside, unicast};
use crate::lines::{Line, Lines, as_text};
use crate::notebook::Notebook;
use crate::{Input, IntakeError, Options, Summary};

/// The longest line; certificates and answers of DNS make honest ones some kilobytes long.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Lines between two reports of progress.
const PROGRESS_LINES: u64 = 4_096;

/// Names learnt from DNS answers, by who asked and what address they stand for.
const NAMES_MAX: usize = 65_536;
/// Ports from here on are taken at random by clients (RFC 6335 section 6): an answer from one opens no service.
const DYNAMIC_PORTS: u16 = 49_152;
/// Longest value of a signal; what a device says of itself in one field is shorter.
const VALUE_BYTES_MAX: usize = 8 << 10;

/// Whether the last line of a file may be without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastLine {
    /// A line shows by itself whether it is whole.
    Open,
    /// A line without an end is a part: its last value may be cut.
    Ended,
}

/// Gives line after line, with its place, to `take`; at the end, however it comes, writes down what was found.
pub(crate) fn read_lines(
    input: &mut Input<'_>,
    options: &Options,
    last_line: LastLine,
    mut notebook: Notebook<'_>,
    mut take: impl FnMut(&mut Logbook, &mut Notebook<'_>, &str, &str),
) -> Result<Summary, IntakeError> {
    let mut logbook = Logbook::default();
    let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
    let mut line = Vec::new();
    let outcome = loop {
        let state = match lines.next(&mut line) {
            Ok(Some(state)) => state,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        logbook.moment = Moment { frame: lines.number, micros: None };
        let place = format!("line {}", lines.number);
        let text = String::from_utf8_lossy(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line));
        if state == Line::TooLong {
            notebook.record();
            notebook.error(
                place,
                format!("longer than {LINE_BYTES_MAX} bytes"),
                "the other lines are kept",
            );
        } else if !lines.has_end && last_line == LastLine::Ended {
            notebook.record();
            notebook.left_out(place);
        } else if !text.trim().is_empty() {
            take(&mut logbook, &mut notebook, &text, &place);
        }
        if lines.number.is_multiple_of(PROGRESS_LINES) {
            notebook.progress(lines.offset);
            if notebook.is_stopped() {
                return Ok(notebook.finish());
            }
        }
    };
    notebook.progress(lines.offset);
    logbook.finish(options, &mut notebook);
    outcome.map(|()| notebook.finish())
}

/// Who is heard and when, line after line.
pub(crate) struct Logbook {
    hosts: Hosts,
    names: HashMap<(IpAddr, IpAddr), Box<str>>,
    lost_names: u64,
    span: Option<(i64, i64)>,
    moment: Moment,
}

/// A conversation of two hosts.
pub(crate) struct Conversation {
    pub(crate) client: HostKey,
    pub(crate) server: HostKey,
    pub(crate) port: u16,
    pub(crate) transport: Transport,
    /// The server sent something back.
    pub(crate) is_answered: bool,
    /// The server took the connection: it listens there.
    pub(crate) is_open: bool,
    /// When it ended, where the log says.
    pub(crate) until_micros: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    Udp,
    Other,
}

impl Transport {
    pub(crate) fn of(name: &str) -> Self {
        if name.eq_ignore_ascii_case("tcp") {
            Self::Tcp
        } else if name.eq_ignore_ascii_case("udp") {
            Self::Udp
        } else {
            Self::Other
        }
    }
}

impl Default for Logbook {
    fn default() -> Self {
        Self {
            hosts: Hosts::counted_in(Unit::Line),
            names: HashMap::new(),
            lost_names: 0,
            span: None,
            moment: Moment { frame: 0, micros: None },
        }
    }
}

impl Logbook {
    /// What follows was seen at this time.
    pub(crate) fn at(&mut self, micros: Option<i64>) {
        self.moment.micros = micros;
        self.clock(micros);
    }

    fn clock(&mut self, micros: Option<i64>) {
        if let Some(micros) = micros {
            let (first, last) = self.span.unwrap_or((micros, micros));
            self.span = Some((first.min(micros), last.max(micros)));
        }
    }

    /// A host that says of itself that both addresses are its own.
    pub(crate) fn own(&mut self, host: HostKey) {
        self.hosts.see(host, Tie::Own, self.moment);
    }

    /// A host was there.
    pub(crate) fn see(&mut self, host: HostKey) {
        self.hosts.see(host, Tie::Unclear, self.moment);
    }

    /// A host showed `value`, on its `port` where it is a server.
    pub(crate) fn show(&mut self, host: HostKey, kind: SignalKind, value: &str, port: Option<u16>) {
        let value = value.trim();
        if value.is_empty() || value.len() > VALUE_BYTES_MAX {
            return;
        }
        let mut signal = Signal::text(kind, value);
        signal.port = port;
        self.hosts.credit(host, Keys::default(), wire::sanitise(signal), self.moment);
    }

    /// A client of DHCP named itself.
    pub(crate) fn name(&mut self, host: HostKey, name: &str) {
        let name = name.trim().trim_end_matches('.');
        if !name.is_empty() && name.len() <= VALUE_BYTES_MAX {
            let keys = Keys { hostname: Some(name.into()), ..Keys::default() };
            let signal = Signal::text(SignalKind::DhcpHostname, name);
            self.hosts.credit(host, keys, vec![signal], self.moment);
        }
    }

    /// Two hosts spoke.
    pub(crate) fn conversation(&mut self, talk: &Conversation) {
        let Conversation { client, server, port, transport, until_micros, .. } = *talk;
        let ended = Moment { micros: until_micros.or(self.moment.micros), ..self.moment };
        self.clock(until_micros);
        for moment in [self.moment, ended] {
            self.hosts.see(client, Tie::Unclear, moment);
            if talk.is_answered {
                self.hosts.see(server, Tie::Unclear, moment);
            }
        }
        self.gateway(client, server);
        if talk.is_open {
            match transport {
                Transport::Tcp => self.open(server, port, "tcp"),
                Transport::Udp if port < DYNAMIC_PORTS => self.open(server, port, "udp"),
                Transport::Udp | Transport::Other => {}
            }
        }
        if talk.is_answered {
            self.contact(client, server.address, None);
        }
    }

    /// A host listens on a port.
    pub(crate) fn open(&mut self, host: HostKey, port: u16, transport: &str) {
        self.show(host, SignalKind::PortOpen, &format!("{port}/{transport}"), None);
    }

    /// A host inside reached one outside, by `name` where it is known.
    pub(crate) fn contact(&mut self, client: HostKey, server: Option<IpAddr>, name: Option<&str>) {
        let (Some(inside), Some(outside)) = (client.address, server.and_then(unicast)) else {
            return;
        };
        if !is_inside(inside) || is_inside(outside) || outside.is_loopback() {
            return;
        }
        let name = name.filter(|name| is_name(name)).map(str::to_ascii_lowercase);
        let value = match (name, self.names.get(&(inside, outside))) {
            (Some(name), _) => name,
            (None, Some(name)) => name.to_string(),
            (None, None) => outside.to_string(),
        };
        self.show(client, SignalKind::CloudContact, &value, None);
    }

    /// A host asked DNS for a name.
    pub(crate) fn asked(&mut self, client: HostKey, name: &str) {
        let name = name.trim_end_matches('.');
        if is_name(name) && !name.ends_with(".arpa") {
            self.show(client, SignalKind::DnsQuery, name, None);
        }
    }

    /// DNS answered a host that `name` has this address.
    pub(crate) fn learn(&mut self, client: HostKey, name: &str, address: IpAddr) {
        let name = name.trim_end_matches('.');
        let Some(client) = client.address else { return };
        if is_inside(address) || !is_name(name) || name.len() > VALUE_BYTES_MAX {
            return;
        }
        if self.names.len() >= NAMES_MAX && !self.names.contains_key(&(client, address)) {
            self.lost_names += 1;
        } else {
            self.names.insert((client, address), name.to_ascii_lowercase().into());
        }
    }

    /// A hardware address at the other end of a conversation with the world outside is the gateway's.
    fn gateway(&mut self, client: HostKey, server: HostKey) {
        let (Some(from), Some(to)) = (client.address, server.address) else { return };
        let gateway = match (is_inside(from), is_inside(to)) {
            (true, false) => server.mac,
            (false, true) => client.mac,
            _ => None,
        };
        if let Some(mac) = gateway {
            self.hosts.gateway(mac);
        }
    }

    /// Writes down what the log held.
    pub(crate) fn finish(self, options: &Options, notebook: &mut Notebook<'_>) {
        let instant = |micros: i64| Timestamp::from_microsecond(micros).ok();
        notebook.seen(self.span.and_then(|(first, _)| instant(first)));
        notebook.seen(self.span.and_then(|(_, last)| instant(last)));
        notebook.lost("names of DNS answers over the limit", self.lost_names);
        self.hosts.finish(options, notebook);
    }
}

/// A host by what a log says of it; addresses that stand for many are none.
pub(crate) fn host(mac: Option<&str>, address: Option<&str>) -> HostKey {
    HostKey {
        mac: mac.and_then(|text| text.parse().ok()).filter(|mac: &MacAddr| mac.is_identity()),
        address: address.and_then(|text| text.parse().ok()).and_then(unicast),
    }
}

/// Whether a host is called by a name of the DNS: labels with a dot between, no address.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.contains('.') && text.parse::<IpAddr>().is_err() && text.split('.').all(is_label)
}

/// Microseconds since 1970 of `text`: seconds with a fraction, milliseconds as a whole number, or a calendar
/// time with its zone.
pub(crate) fn micros(text: &str) -> Option<i64> {
    /// More seconds than any date that is meant: the number counts milliseconds (it is the year 5138).
    const SECONDS_MAX: i64 = 100_000_000_000;
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_microsecond());
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    if whole.abs() >= SECONDS_MAX {
        return whole.checked_mul(1_000);
    }
    let digits = fraction.get(..fraction.len().min(6))?;
    let scale = 10_i64.checked_pow(6 - u32::try_from(digits.len()).ok()?)?;
    let fraction = if digits.is_empty() { 0 } else { digits.parse::<u32>().ok()?.into() };
    Some(whole * 1_000_000 + fraction * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_that_logs_have() {
        let expected = Some(1_793_697_302_500_000);
        assert_eq!(micros("1793697302.5"), expected);
        assert_eq!(micros("1793697302.5000009"), expected);
        assert_eq!(micros("1793697302500"), expected);
        assert_eq!(micros("2026-11-03T09:15:02.500000Z"), expected);
        assert_eq!(micros("2026-11-03T10:15:02.500000+0100"), expected);
        assert_eq!(micros("1793697302"), Some(1_793_697_302_000_000));
        assert_eq!(micros("-"), None);
        assert_eq!(micros("1.é"), None);
    }
}
