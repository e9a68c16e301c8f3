//! What SSH, FTP and telnet servers say before any input. Fact file `protocols.md` section 5.5.

use std::net::IpAddr;

use model::SignalKind;

use crate::message::lossy;
use crate::{DecodeError, Message};

const PROTOCOL: &str = "banner";
/// A banner ends well before.
const BANNER_BYTES_MAX: usize = 1024;
/// Questions of a telnet server that greets without negotiating.
const GREETINGS: [&str; 3] = ["login:", "username:", "password:"];
/// Interpret as command (RFC 854).
const IAC: u8 = 255;

/// Whether these bytes look like a banner by what they say.
pub fn claims(bytes: &[u8]) -> bool {
    kind_of(head(bytes)).is_some()
}

/// Whether these bytes can be a telnet banner where the port already says so: printable text.
pub fn claims_at_home(bytes: &[u8]) -> bool {
    let text = without_negotiation(head(bytes));
    let is_text =
        |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace() || *byte == 0x1b;
    !text.trim_ascii().is_empty() && text.iter().all(is_text)
}

/// Reads the first bytes a server sends.
///
/// # Errors
/// [`DecodeError`] when they are no text.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let head = head(bytes);
    let kind = kind_of(head).or_else(|| claims_at_home(head).then_some(SignalKind::TelnetBanner));
    let kind = kind.ok_or(DecodeError::Malformed { production: "banner", offset: 0 })?;
    let mut message = Message::new(PROTOCOL);
    match kind {
        SignalKind::TelnetBanner => {
            let text = without_negotiation(head);
            let text = lossy(&text);
            message.say_value(kind, &text);
            expand_telnet(&text, &mut message);
        }
        // One line; what follows it in SSH is the key exchange.
        _ => {
            let line =
                lossy(head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default());
            message.say_value(kind, &line);
            if kind == SignalKind::FtpBanner {
                expand_ftp(&line, &mut message);
            }
        }
    }
    Ok(message)
}

fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..BANNER_BYTES_MAX).unwrap_or(bytes)
}

fn kind_of(head: &[u8]) -> Option<SignalKind> {
    match head {
        [b'S', b'S', b'H', b'-', b'1' | b'2', ..] => Some(SignalKind::SshBanner),
        // Mail servers greet with the same number and say so.
        [b'2', b'2', b'0', b' ' | b'-', ..] => {
            (!has_word(head, "smtp")).then_some(SignalKind::FtpBanner)
        }
        [IAC, 251..=254, _, ..] => Some(SignalKind::TelnetBanner),
        _ => is_prompt(head).then_some(SignalKind::TelnetBanner),
    }
}

/// Whether this is ASCII text that ends in the question of a login.
fn is_prompt(head: &[u8]) -> bool {
    let ends_in = |word: &str| {
        let text = head.trim_ascii_end();
        text.len() >= word.len()
            && text
                .iter()
                .rev()
                .zip(word.bytes().rev())
                .all(|(one, other)| one.eq_ignore_ascii_case(&other))
    };
    head.is_ascii() && claims_at_home(head) && GREETINGS.iter().any(|word| ends_in(word))
}

fn has_word(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// The text between the option commands of RFC 854; subnegotiations go too.
fn without_negotiation(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = bytes;
    loop {
        match rest {
            [] => return text,
            [IAC, IAC, tail @ ..] => {
                text.push(IAC);
                rest = tail;
            }
            [IAC, 250, tail @ ..] => {
                let end = tail.windows(2).position(|pair| pair == [IAC, 240]);
                rest = end.and_then(|end| tail.get(end + 2..)).unwrap_or_default();
            }
            [IAC, 251..=254, _, tail @ ..] | [IAC, _, tail @ ..] => rest = tail,
            [IAC] => return text,
            [0, tail @ ..] => rest = tail,
            [byte, tail @ ..] => {
                text.push(*byte);
                rest = tail;
            }
        }
    }
}

/// `Welcome to FLEXIDOME 10.0.0.1 from 10.0.0.2`: how cameras and domes of Bosch greet. Between the words stands the
/// model, then the addresses of both ends.
pub fn expand_telnet(text: &str, message: &mut Message) {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let Some((product, from)) =
        line.strip_prefix("Welcome to ").and_then(|rest| rest.split_once(" from "))
    else {
        return;
    };
    if let Some((model, own)) = product.rsplit_once(' ')
        && let (Ok(own), Ok(_)) = (own.parse::<IpAddr>(), from.trim().parse::<IpAddr>())
    {
        message.claim_model(model);
        message.claim_address(own);
    }
}

/// `220 AXIS 000 Network Camera 4.00 (Jan 01 2008) ready.`: model and firmware.
pub fn expand_ftp(line: &str, message: &mut Message) {
    let Some(rest) = line.get(4..).filter(|rest| rest.to_ascii_uppercase().starts_with("AXIS "))
    else {
        return;
    };
    let words: Vec<&str> = rest.split_whitespace().skip(1).collect();
    let model: Vec<&str> = words.iter().copied().take_while(|word| *word != "Network").collect();
    let is_version =
        |word: &&str| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit());
    message.claim_brand("AXIS");
    if model.len() < words.len() {
        message.claim_model(&model.join(" "));
    }
    if let Some(version) = words.iter().copied().find(is_version) {
        message.claim_firmware(version);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn banners_by_what_they_say() {
        let cases: [&[u8]; 5] = [
            b"SSH-2.0-dropbear_2000.00\r\n\0\0\x01\x02",
            b"220 AXIS 000FD Network Fixed Dome Camera 4.00 (Jan 01 2008) ready.\r\n",
            b"\xff\xfd\x01\xff\xfa\x18\x01\xff\xf0\r\n\x00192.0.0.64 login: ",
            b"Welcome to FLEXIDOME 1.2.3.4 from 5.6.7.8\r\nUsername:",
            b"\xff\xfd\x01",
        ];
        let said: String = cases.iter().map(|case| values(&decode(case).unwrap())).collect();
        insta::assert_snapshot!(said, @"
        ssh.banner=SSH-2.0-dropbear_2000.00
        ftp.banner=220 AXIS 000FD Network Fixed Dome Camera 4.00 (Jan 01 2008) ready.
        device.brand=AXIS
        device.model=000FD
        device.firmware=4.00
        telnet.banner=192.0.0.64 login:
        telnet.banner=Welcome to FLEXIDOME 1.2.3.4 from 5.6.7.8
        Username:
        device.model=FLEXIDOME
        ");
    }

    #[test]
    fn what_is_no_banner_by_itself() {
        assert!(!claims(b"the words login: and more") && claims(b"cam LOGIN: "));
        assert!(!claims(b"220 mail.example.org ESMTP ready\r\n"));
        assert!(
            !claims(b"Welcome to something\r\n") && claims_at_home(b"Welcome to something\r\n")
        );
        assert!(
            !claims_at_home(b"\x01\x02\x03") && !claims_at_home(b"") && decode(&[0, 1]).is_err()
        );
    }
}
