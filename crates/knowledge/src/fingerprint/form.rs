//! The TOML form of fingerprints, and how it becomes [`Fingerprint`].

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Claim, Date, DeviceKind, MakerId, SignalKind};
use serde::Deserialize;
use toml::Spanned;

use super::{Captured, DISPUTED_SHARE};
use crate::base::Problems;
use crate::place::SourceFile;
use crate::standing::{Dispute, Support};
use crate::text::line_of;
use crate::{Assertion, Confidence, Fingerprint, FingerprintSource, LoadError, Place};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    #[serde(default)]
    fingerprint: Vec<Spanned<FingerprintForm>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FingerprintForm {
    id: Spanned<String>,
    kind: Spanned<String>,
    pattern: String,
    rank: Spanned<i64>,
    family: Option<String>,
    #[serde(default)]
    asserts: Vec<Spanned<AssertionForm>>,
    because: String,
    source: Spanned<SourceForm>,
    no_literal: Option<String>,
    #[serde(default)]
    example: Vec<ExampleForm>,
    #[serde(default)]
    non_example: Vec<NonExampleForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssertionForm {
    claim: String,
    value: String,
    weight_bits: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceForm {
    what: String,
    url: Option<String>,
    seen_on: Option<toml::value::Datetime>,
    confidence: String,
    dispute: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleForm {
    input: String,
    #[serde(default)]
    captures: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NonExampleForm {
    input: String,
    because: String,
}

/// Reads one file. What is wrong goes to `problems`, the rest is kept.
pub(crate) fn read(
    file: &Arc<SourceFile>,
    text: &str,
    fingerprints: &mut Vec<Fingerprint>,
    problems: &mut Problems,
) {
    let form: FileForm = match toml::from_str(text) {
        Ok(form) => form,
        Err(error) => {
            let offset = error.span().map(|span| span.start);
            let line = offset.map_or(0, |offset| line_of(text, offset));
            let entry = offset.map_or("", |offset| entry_before(text, offset));
            let problem = error.message().trim().replace('\n', ", ");
            return problems.push(file.wrong(line, entry, problem));
        }
    };
    let mut lines = Lines { text, offset: 0, line: 1 };
    for form in form.fingerprint {
        if problems.is_full() {
            return;
        }
        let line = lines.of(form.get_ref().id.span().start);
        match fingerprint(file, text, line, form) {
            Ok(fingerprint) => fingerprints.push(fingerprint),
            Err(wrong) => problems.push(wrong),
        }
    }
}

/// Counts lines onwards from the last place that was asked for: a file may hold many records.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, offset: usize) -> u64 {
        if let Some(between) = self.text.get(self.offset..offset) {
            self.line += line_of(between, between.len()) - 1;
            self.offset = offset;
            self.line
        } else {
            line_of(self.text, offset)
        }
    }
}

/// The id of the record that holds `offset`: the last one that is written before it.
fn entry_before(text: &str, offset: usize) -> &str {
    let before = text.get(..text.floor_char_boundary(offset)).unwrap_or(text);
    let record = before.rsplit("[[fingerprint]]").next().unwrap_or(before);
    let ids = record.lines().filter_map(|line| line.trim_start().strip_prefix("id"));
    let id = ids.filter_map(|rest| rest.trim_start().strip_prefix('=')).next_back().unwrap_or("");
    id.trim().trim_matches(['"', '\''])
}

fn fingerprint(
    file: &Arc<SourceFile>,
    text: &str,
    line: u64,
    form: Spanned<FingerprintForm>,
) -> Result<Fingerprint, LoadError> {
    let form = form.into_inner();
    let id = form.id.get_ref().as_str();
    let at = |offset: usize, problem: String| file.wrong(line_of(text, offset), id, problem);

    let kind: SignalKind = form
        .kind
        .get_ref()
        .parse()
        .map_err(|error: model::UnknownKind| at(form.kind.span().start, error.to_string()))?;
    let rank = u8::try_from(*form.rank.get_ref()).ok().filter(|rank| (1..=6).contains(rank));
    let rank = rank.ok_or_else(|| {
        let problem = format!("rank `{}` is not one of 1 to 6", form.rank.get_ref());
        at(form.rank.span().start, problem)
    })?;
    let asserts = form.asserts.into_iter().map(|assertion_form| {
        let offset = assertion_form.span().start;
        assertion(assertion_form.into_inner()).map_err(|problem| at(offset, problem))
    });
    let mut asserts = asserts.collect::<Result<Vec<Assertion>, _>>()?;
    let source_offset = form.source.span().start;
    let source = source(form.source.into_inner()).map_err(|problem| at(source_offset, problem))?;
    if source.standing.is_disputed() {
        asserts.iter_mut().for_each(|assertion| assertion.weight_bits *= DISPUTED_SHARE);
    }

    Ok(Fingerprint {
        id: form.id.into_inner().into(),
        kind,
        pattern: form.pattern.into(),
        rank,
        family: form.family.unwrap_or_else(|| family_of(kind).into()).into(),
        asserts,
        because: form.because.into(),
        source,
        examples: form.example.into_iter().map(example).collect(),
        non_examples: form
            .non_example
            .into_iter()
            .map(|form| (form.input.into(), form.because.into()))
            .collect(),
        no_literal: form.no_literal.map(Into::into),
        place: Place::new(file, line),
    })
}

fn assertion(form: AssertionForm) -> Result<Assertion, String> {
    if form.value.trim().is_empty() {
        return Err(format!("claim `{}` has no value", form.claim));
    }
    Ok(Assertion { claim: claim(&form.claim, &form.value)?, weight_bits: form.weight_bits })
}

fn claim(claim: &str, value: &str) -> Result<Claim, String> {
    let maker = |text: &str| text.trim().parse::<MakerId>().map_err(|error| error.to_string());
    Ok(match claim {
        "maker" if value.contains('|') => {
            Claim::MakerOneOf(value.split('|').map(maker).collect::<Result<_, _>>()?)
        }
        "maker" => Claim::Maker(maker(value)?),
        "brand" => Claim::Brand(value.into()),
        "kind" => Claim::Kind(
            DeviceKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == value)
                .ok_or_else(|| format!("`{value}` is not a kind of device"))?,
        ),
        "platform" => Claim::Platform(value.into()),
        "soc" => Claim::Soc(value.into()),
        "model" => Claim::Model(value.into()),
        "firmware" => Claim::Firmware(value.into()),
        other => {
            return Err(format!(
                "claim `{other}` is not one of maker, brand, kind, platform, soc, model, firmware"
            ));
        }
    })
}

fn source(form: SourceForm) -> Result<FingerprintSource, String> {
    let Support { source, confidence, standing } = Support::new(
        form.what.into(),
        Confidence::parse(&form.confidence)?,
        form.seen_on.map(date).transpose()?,
        Dispute::parse(form.dispute.as_deref().unwrap_or_default())?,
    );
    Ok(FingerprintSource { what: source, url: form.url.map(Into::into), confidence, standing })
}

fn date(form: toml::value::Datetime) -> Result<Date, String> {
    let wrong = || format!("`{form}` is not a date");
    let date = form.date.ok_or_else(wrong)?;
    let part = |part: u8| i8::try_from(part).map_err(|_| wrong());
    let year = i16::try_from(date.year).map_err(|_| wrong())?;
    Date::new(year, part(date.month)?, part(date.day)?).map_err(|_| wrong())
}

fn example(form: ExampleForm) -> (Box<str>, Captured) {
    let captures = form.captures.into_iter().map(|(name, value)| (name.into(), value.into()));
    (form.input.into(), captures.collect())
}

/// The family of a fingerprint that names none: strings of one server are one piece of evidence.
pub(crate) const fn family_of(kind: SignalKind) -> &'static str {
    use SignalKind as K;
    match kind {
        K::Mac => "oui",
        K::DhcpVendorClass | K::DhcpHostname | K::DhcpParams => "dhcp",
        K::LldpSysdescr => "lldp",
        K::SnmpSysdescr | K::SnmpSysobjectid => "snmp",
        K::MdnsService => "mdns",
        K::HttpServer
        | K::HttpTitle
        | K::HttpWwwAuthenticate
        | K::HttpCookie
        | K::HttpBody
        | K::HttpFaviconMmh3
        | K::HttpFaviconMd5
        | K::HttpPath => "web",
        K::RtspServer | K::RtspWwwAuthenticate | K::RtspSdp => "rtsp",
        K::SipServer | K::SipUserAgent => "sip",
        K::SshBanner => "ssh",
        K::TelnetBanner => "telnet",
        K::FtpBanner => "ftp",
        K::TlsSubject | K::TlsIssuer => "tls",
        K::TlsJa4 => "tls-client",
        K::TlsSni | K::DnsQuery | K::CloudContact => "cloud",
        K::PortOpen => "ports",
        K::FirmwareContainer => "container",
        K::SadpReply => "sadp",
        K::DhipReply => "dhip",
        K::DvripReply => "dvrip",
        K::OnvifProbeMatch
        | K::OnvifScopes
        | K::OnvifReply
        | K::OnvifManufacturer
        | K::OnvifModel
        | K::OnvifFirmware
        | K::OnvifSerial => "onvif",
        K::SsdpResponse | K::UpnpDescription => "upnp",
        K::UdpReply | K::TcpReply => "raw",
        K::NmapService => "nmap",
        K::NmapOs => "nmap-os",
        K::RegisterMake | K::RegisterModel | K::RegisterText | K::RegisterSerial => "register",
        K::DeviceBrand => "brand",
        K::DeviceModel => "model",
        K::DeviceFirmware => "firmware-version",
        K::DeviceSerial => "serial",
        K::DeviceUuid => "uuid",
        K::DeviceQuirk => "quirk",
        K::DeviceProtocol => "protocol",
    }
}
