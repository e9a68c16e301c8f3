//! `dhcpd.leases` and `dhcpd6.leases` of ISC DHCP, as `dhcpd.leases(5)` describes them.

use std::io::BufRead;
use std::net::IpAddr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::{MacAddr, SourceKind, Timestamp};

use super::{Lease, mac_of_duid};
use crate::lines::{as_text, as_text_head};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest word or string that is kept; dhcpd writes none beyond a few hundred bytes.
const TOKEN_BYTES_MAX: usize = 16 << 10;
/// Words of one statement that are kept.
const WORDS_MAX: usize = 64;

/// The format.
pub(crate) struct IscLeases;

impl Format for IscLeases {
    fn name(&self) -> &'static str {
        "ISC DHCP leases"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let opens_lease = |line: &[u8]| {
            let Ok(line) = std::str::from_utf8(line) else { return false };
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("lease") => {
                    words.next().is_some_and(|address| address.parse::<IpAddr>().is_ok())
                        && words.next() == Some("{")
                }
                Some("ia-na" | "ia-ta" | "ia-pd") => line.trim_end().ends_with('{'),
                Some("server-duid") => line.trim_end().ends_with(';'),
                _ => line.contains("dhcpd.leases(5)"),
            }
        };
        let mut lines = head.split(|&byte| byte == b'\n');
        if !lines.clone().any(opens_lease) {
            return Recognition::No;
        }
        // Leases behind something else: whoever knows the beginning goes first.
        let said = |line: &&[u8]| !line.trim_ascii().is_empty() && !line.starts_with(b"#");
        let first = lines.find(said).unwrap_or_default().trim_ascii();
        let is_statement = matches!(first.last(), Some(b'{' | b'}' | b';'))
            && !matches!(first.first(), Some(b'{' | b'[' | b'<'));
        if first.is_empty() || is_statement { Recognition::Sure } else { Recognition::Perhaps }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut reader = Reader {
            lexer: Lexer {
                reader: as_text(input)?,
                line: 1,
                offset: 0,
                is_line_start: true,
                cut: None,
            },
            notebook: &mut notebook,
            options,
        };
        reader.file()?;
        let offset = reader.lexer.offset;
        notebook.progress(offset);
        Ok(notebook.finish())
    }
}

/// A piece of the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(Vec<u8>),
    Open,
    Close,
    End,
}

/// The words of a statement that opens a block, and its line.
type Opening = (u64, Vec<Vec<u8>>);

/// A statement up to its semicolon or opening brace, or the end of a block.
enum Step {
    Statement {
        line: u64,
        words: Vec<Vec<u8>>,
        opens: bool,
    },
    Close,
    /// With the line of a statement that has no semicolon yet.
    EndOfFile {
        open: Option<u64>,
    },
}

struct Lexer<R> {
    reader: R,
    line: u64,
    offset: u64,
    /// Whether nothing but blanks stands before the next token on its line.
    is_line_start: bool,
    /// Line of the first word that was cut since the reader asked.
    cut: Option<u64>,
}

impl<R: BufRead> Lexer<R> {
    /// Adds a byte to a word while there is room.
    fn keep(&mut self, word: &mut Vec<u8>, byte: u8) {
        if word.len() < TOKEN_BYTES_MAX {
            word.push(byte);
        } else {
            self.cut = self.cut.or(Some(self.line));
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, IntakeError> {
        loop {
            match self.reader.fill_buf() {
                Ok(chunk) => return Ok(chunk.first().copied()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(IntakeError::Io { offset: self.offset, source }),
            }
        }
    }

    fn bump(&mut self, byte: u8) {
        self.reader.consume(1);
        self.offset += 1;
        self.line += u64::from(byte == b'\n');
        self.is_line_start = byte == b'\n' || self.is_line_start && byte.is_ascii_whitespace();
    }

    /// Passes over blanks and comments.
    fn pass_blanks(&mut self) -> Result<(), IntakeError> {
        while let Some(byte) = self.peek()? {
            match byte {
                b'#' => self.comment()?,
                _ if byte.is_ascii_whitespace() => self.bump(byte),
                _ => break,
            }
        }
        Ok(())
    }

    fn token(&mut self) -> Result<Option<Token>, IntakeError> {
        self.pass_blanks()?;
        let Some(byte) = self.peek()? else { return Ok(None) };
        let token = match byte {
            b'"' => {
                self.bump(byte);
                return self.string().map(Some);
            }
            b'{' => Token::Open,
            b'}' => Token::Close,
            b';' => Token::End,
            _ => return self.word().map(Some),
        };
        self.bump(byte);
        Ok(Some(token))
    }

    fn comment(&mut self) -> Result<(), IntakeError> {
        while let Some(byte) = self.peek()? {
            self.bump(byte);
            if byte == b'\n' {
                break;
            }
        }
        Ok(())
    }

    fn word(&mut self) -> Result<Token, IntakeError> {
        let mut word = Vec::new();
        while let Some(byte) = self.peek()? {
            if byte.is_ascii_whitespace() || matches!(byte, b'{' | b'}' | b';' | b'"' | b'#') {
                break;
            }
            self.bump(byte);
            self.keep(&mut word, byte);
        }
        Ok(Token::Word(word))
    }

    /// A string after its opening quote. dhcpd escapes line ends, so a raw one means that the closing quote
    /// is missing.
    fn string(&mut self) -> Result<Token, IntakeError> {
        let mut text = Vec::new();
        while let Some(byte) = self.peek()? {
            if byte == b'\n' {
                break;
            }
            self.bump(byte);
            let byte = match byte {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => byte,
            };
            self.keep(&mut text, byte);
        }
        Ok(Token::Word(text))
    }

    /// What stands after a backslash: up to three octal digits, or the character itself.
    fn escape(&mut self) -> Result<u8, IntakeError> {
        let mut value = 0u8;
        let mut digits = 0;
        while digits < 3
            && let Some(byte @ b'0'..=b'7') = self.peek()?
        {
            self.bump(byte);
            value = value.wrapping_mul(8).wrapping_add(byte - b'0');
            digits += 1;
        }
        if digits > 0 {
            return Ok(value);
        }
        let Some(byte) = self.peek()? else { return Ok(b'\\') };
        self.bump(byte);
        Ok(match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            other => other,
        })
    }
}

struct Reader<'r, 's, R> {
    lexer: Lexer<R>,
    notebook: &'r mut Notebook<'s>,
    options: &'r Options,
}

impl<R: BufRead> Reader<'_, '_, R> {
    fn step(&mut self) -> Result<Step, IntakeError> {
        let mut words = Vec::new();
        let mut line = self.lexer.line;
        loop {
            self.lexer.pass_blanks()?;
            let (starts_line, word_line) = (self.lexer.is_line_start, self.lexer.line);
            if words.is_empty() {
                line = self.lexer.line;
            }
            let Some(token) = self.lexer.token()? else {
                let open = Some(line).filter(|_| !words.is_empty());
                return Ok(Step::EndOfFile { open });
            };
            if let Some(line) = self.lexer.cut.take() {
                self.bad(line, "a word of more than 16 KiB: its beginning is read");
            }
            match token {
                Token::Word(word) => {
                    if starts_line && ENTRIES.contains(&&*word) && !words.is_empty() {
                        self.bad(line, "a statement without its semicolon");
                        words.clear();
                    }
                    if words.is_empty() {
                        line = word_line;
                    }
                    if words.len() < WORDS_MAX {
                        words.push(word);
                    }
                }
                Token::Open => return Ok(Step::Statement { line, words, opens: true }),
                Token::End => return Ok(Step::Statement { line, words, opens: false }),
                Token::Close => {
                    if !words.is_empty() {
                        self.bad(line, "a statement without its semicolon");
                    }
                    return Ok(Step::Close);
                }
            }
        }
    }

    fn file(&mut self) -> Result<(), IntakeError> {
        let mut last_progress = 0;
        loop {
            match self.step()? {
                Step::EndOfFile { open } => {
                    if let Some(line) = open {
                        self.bad(line, "a statement without its semicolon");
                    }
                    return Ok(());
                }
                Step::Close => self.bad(self.lexer.line, "a closing brace too many"),
                Step::Statement { line, words, opens: true } => self.block(line, words)?,
                Step::Statement { .. } => {}
            }
            if self.lexer.offset - last_progress > 1 << 20 {
                last_progress = self.lexer.offset;
                self.notebook.progress(last_progress);
            }
            if self.notebook.is_stopped() {
                return Ok(());
            }
        }
    }

    /// A block at the top. A lease that opens inside another block, whose own end is missing, is read next.
    fn block(&mut self, mut line: u64, mut words: Vec<Vec<u8>>) -> Result<(), IntakeError> {
        loop {
            let next = match word(&words, 0) {
                "lease" => self.lease(line, &words)?,
                "ia-na" | "ia-ta" => self.association(line, &words)?,
                _ => self.skip_block(line)?,
            };
            match next {
                Some((next_line, next_words)) => (line, words) = (next_line, next_words),
                None => return Ok(()),
            }
        }
    }

    fn lease(&mut self, line: u64, words: &[Vec<u8>]) -> Result<Option<Opening>, IntakeError> {
        self.notebook.record();
        let address = word(words, 1).parse().ok();
        if address.is_none() {
            self.bad(line, "a lease of what is no address");
        }
        let mut lease = Lease { place: format!("line {line}"), address, ..Lease::default() };
        let mut client_uid = None;
        let mut state = String::new();
        loop {
            match self.step()? {
                Step::Close => break,
                Step::EndOfFile { .. } => {
                    self.bad(line, "a lease without its end");
                    return Ok(None);
                }
                Step::Statement { line: inner, words, opens: true } => {
                    if opens_entry(&words) {
                        self.bad(line, "a lease without its end");
                        return Ok(Some((inner, words)));
                    }
                    if let Some(next) = self.skip_block(inner)? {
                        self.bad(line, "a lease without its end");
                        return Ok(Some(next));
                    }
                }
                Step::Statement { line: inner, words, .. } => match word(&words, 0) {
                    "binding" => state = word(&words, 2).to_owned(),
                    "abandoned" => state = "abandoned".into(),
                    "uid" => client_uid = words.get(1).and_then(|uid| mac_of_uid(uid)),
                    _ => self.fact(&mut lease, inner, &words),
                },
            }
        }
        lease.mac = lease.mac.or(client_uid);
        if state == "abandoned" {
            self.notebook.not_understood("abandoned lease", 1);
        } else if address.is_some() {
            lease.give(self.options, self.notebook);
        }
        Ok(None)
    }

    /// An IPv6 identity association: its name is four bytes of number and the client's DUID.
    fn association(
        &mut self,
        line: u64,
        words: &[Vec<u8>],
    ) -> Result<Option<Opening>, IntakeError> {
        let duid = words.get(1).and_then(|name| name.get(4..)).unwrap_or_default();
        let mac = mac_of_duid(duid);
        let mut since = None;
        loop {
            match self.step()? {
                Step::Close => return Ok(None),
                Step::EndOfFile { .. } => {
                    self.bad(self.lexer.line, "an association without its end");
                    return Ok(None);
                }
                Step::Statement { line: inner, words, opens: true } => {
                    let mut next = Some((inner, words));
                    while let Some((inner, words)) = next {
                        if opens_entry(&words) {
                            self.bad(line, "an association without its end");
                            return Ok(Some((inner, words)));
                        }
                        next = if word(&words, 0) == "iaaddr" {
                            self.leased_address(inner, &words, mac, since)?
                        } else {
                            self.skip_block(inner)?
                        };
                    }
                }
                Step::Statement { words, .. } => {
                    if word(&words, 0) == "cltt" {
                        since = time(&words);
                    }
                }
            }
        }
    }

    fn leased_address(
        &mut self,
        line: u64,
        words: &[Vec<u8>],
        mac: Option<MacAddr>,
        from: Option<Timestamp>,
    ) -> Result<Option<Opening>, IntakeError> {
        self.notebook.record();
        let address = word(words, 1).parse().ok();
        if address.is_none() {
            self.bad(line, "a lease of what is no address");
        }
        let mut lease =
            Lease { place: format!("line {line}"), address, mac, from, ..Lease::default() };
        loop {
            match self.step()? {
                Step::Close => break,
                Step::EndOfFile { .. } => {
                    self.bad(line, "a lease without its end");
                    return Ok(None);
                }
                Step::Statement { line: inner, words, opens: true } => {
                    let next = if opens_entry(&words) || word(&words, 0) == "iaaddr" {
                        Some((inner, words))
                    } else {
                        self.skip_block(inner)?
                    };
                    if next.is_some() {
                        self.bad(line, "a lease without its end");
                        return Ok(next);
                    }
                }
                Step::Statement { line: inner, words, .. } => self.fact(&mut lease, inner, &words),
            }
        }
        if address.is_some() {
            lease.give(self.options, self.notebook);
        }
        Ok(None)
    }

    /// One fact of a lease. What is not named here says nothing about a device.
    fn fact(&mut self, lease: &mut Lease, line: u64, words: &[Vec<u8>]) {
        match (word(words, 0), word(words, 1)) {
            ("starts", _) => lease.from = self.time(line, words),
            ("ends", _) => lease.until = self.time(line, words),
            ("cltt", _) => lease.from = lease.from.or_else(|| time(words)),
            ("hardware", "ethernet") => {
                lease.mac = word(words, 2).parse().ok();
                if lease.mac.is_none() {
                    self.bad(line, "a hardware address that is none");
                }
            }
            ("client-hostname", _) => lease.hostname = words.get(1).map(|name| lossy(name)),
            ("set" | "option", "vendor-class-identifier") => {
                let value = words.iter().skip(2).find(|word| word.as_slice() != b"=");
                lease.vendor_class = value.map(|class| lossy(class));
            }
            ("vendor-class-identifier", _) => {
                lease.vendor_class = words.get(1).map(|class| lossy(class));
            }
            _ => {}
        }
    }

    fn time(&mut self, line: u64, words: &[Vec<u8>]) -> Option<Timestamp> {
        let time = time(words);
        if time.is_none() && word(words, 1) != "never" {
            self.bad(line, "a time that is none");
        }
        time
    }

    /// Passes over a block. A lease inside it shows that its end is missing.
    fn skip_block(&mut self, line: u64) -> Result<Option<Opening>, IntakeError> {
        let mut depth = 1u64;
        while depth > 0 {
            match self.step()? {
                Step::Statement { line: inner, words, opens: true } => {
                    if opens_entry(&words) {
                        self.bad(line, "a block without its end");
                        return Ok(Some((inner, words)));
                    }
                    depth += 1;
                }
                Step::Statement { .. } => {}
                Step::Close => depth -= 1,
                Step::EndOfFile { .. } => {
                    self.bad(line, "a block without its end");
                    return Ok(None);
                }
            }
        }
        Ok(None)
    }

    fn bad(&mut self, line: u64, what: &str) {
        self.notebook.error(format!("line {line}"), what, "the other leases are kept");
    }
}

/// The first words of blocks that stand in no other.
const ENTRIES: [&[u8]; 4] = [b"lease", b"ia-na", b"ia-ta", b"ia-pd"];

/// Whether a block is one that stands in no other.
fn opens_entry(words: &[Vec<u8>]) -> bool {
    match word(words, 0) {
        "lease" => word(words, 1).parse::<IpAddr>().is_ok(),
        "ia-na" | "ia-ta" | "ia-pd" => words.len() == 2,
        _ => false,
    }
}

fn word(words: &[Vec<u8>], index: usize) -> &str {
    words.get(index).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default()
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// `2 2026/11/03 09:15:02` with its weekday first, in UTC, or `epoch 1793697302`.
fn time(words: &[Vec<u8>]) -> Option<Timestamp> {
    if word(words, 1) == "epoch" {
        return super::instant(word(words, 2).parse().ok()?);
    }
    let (date, clock) = (word(words, 2), word(words, 3));
    let civil: DateTime = format!("{}T{clock}", date.replace('/', "-")).parse().ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

/// A client identifier of type 1 is the hardware address (RFC 2132 section 9.14); one of type 255 holds a DUID
/// (RFC 4361).
fn mac_of_uid(uid: &[u8]) -> Option<MacAddr> {
    match uid.split_first()? {
        (1, mac) => <[u8; 6]>::try_from(mac).ok().map(MacAddr::new),
        (255, rest) => mac_of_duid(rest.get(4..)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;

    #[test]
    fn leases_of_both_versions_with_their_states_and_times() {
        let text = r#"
# The format of this file is documented in the dhcpd.leases(5) manual page.
server-duid "\000\001\000\001\035f";
lease 10.0.0.1 { # one
  starts 2 2026/11/03 09:15:02; ends never;
  binding state active; next binding state free;
  hardware ethernet 58:03:fb:00:00:01;
  set vendor-class-identifier = "a \"class\"";
  client-hostname "cam-1";
  on expiry { log (debug, "}"); }
}
lease 10.0.0.2 { starts epoch 1793697302; binding state abandoned; hardware ethernet 58:03:fb:00:00:02; }
lease 10.0.0.3 { starts 2 2026/11/03 25:99:02; uid "\001X\003\373\000\000\003"; }
lease 10.0.0.4 { binding state backup; }
ia-na "\001\000\000\000\000\003\000\001X\003\373\000\000\005" {
  cltt 2 2026/11/03 09:15:02;
  iaaddr fd00::5 { binding state active; max-life 600; ends 2 2026/11/03 09:25:02; }
}
lease 10.0.0.6 { hardware ethernet 58:03:fb:00:00:06;
lease 10.0.0.7 { hardware ethernet 58:03:fb:00:00:07; }
lease 10.0.0.8 { hardware ethernet 58:03:fb:00:00:08; starts 2 2026/1"#;
        insta::assert_snapshot!(replay(text.as_bytes()), @r#"
{"place":"line 4","at":"2026-11-03T09:15:02Z","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.1","from":"2026-11-03T09:15:02Z"}],"hostname":"cam-1"},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"},{"kind":"dhcp.hostname","value":"cam-1"},{"kind":"dhcp.vendor-class","value":"a \"class\""}]}
{"place":"line 13","subject":{"macs":["58:03:fb:00:00:03"],"addresses":[{"address":"10.0.0.3"}]},"signals":[{"kind":"mac","value":"58:03:fb:00:00:03"}]}
{"place":"line 17","at":"2026-11-03T09:15:02Z","subject":{"macs":["58:03:fb:00:00:05"],"addresses":[{"address":"fd00::5","from":"2026-11-03T09:15:02Z","until":"2026-11-03T09:25:02Z"}]},"signals":[{"kind":"mac","value":"58:03:fb:00:00:05"}]}
{"place":"line 20","subject":{"macs":["58:03:fb:00:00:07"],"addresses":[{"address":"10.0.0.7"}]},"signals":[{"kind":"mac","value":"58:03:fb:00:00:07"}]}
error line 13: a time that is none
error line 19: a lease without its end
error line 21: a lease without its end
leases (ISC DHCP leases): 8 records, 4 observations; not understood {"abandoned lease": 1, "lease without a hardware address": 1}; lost {}
"#);
    }

    #[test]
    fn a_block_that_never_ends_hides_no_lease() {
        let lease = "lease 10.0.0.1 { hardware ethernet 58:03:fb:00:00:01; }\n";
        for open in [
            "lease 10.0.0.9 {\n on expiry {\n  log(\"x\");\n",
            "failover peer \"x\" state {\n my state",
            "ia-na \"\\001\\000\\000\\000x\" {\n iaaddr fd00::1 {\n",
            "ia-na \"\\001\\000\\000\\000x\" {\n",
        ] {
            let told = replay(format!("{lease}{open}\n{lease}{lease}").as_bytes());
            assert!(told.contains("error line 2: "), "{told}");
            assert!(told.contains(" 3 observations"), "{told}");
        }
        let long = "x".repeat(20_000);
        let told = replay(
            format!("lease 10.0.0.1 {{ uid \"{long}\"; hardware ethernet 58:03:fb:00:00:01; }}")
                .as_bytes(),
        );
        assert!(told.contains("error line 1: a word of more than 16 KiB"), "{told}");
        assert!(told.contains("1 observations"), "{told}");
    }

    #[test]
    fn what_is_cut_off_is_told() {
        let whole = "lease 10.0.0.1 { hardware ethernet 58:03:fb:00:00:01; }\n";
        for (cut, what) in [
            ("{{{{", "error line 2: a block without its end"),
            ("failover peer \"x\" state {\n my state", "error line 2: a block without its end"),
            ("ia-na \"x\" {\n cltt 2", "error line 3: an association without its end"),
        ] {
            let told = replay(format!("{whole}{cut}").as_bytes());
            assert!(told.contains(what), "{told}");
            assert!(told.contains("1 observations"), "{told}");
        }
    }
}
