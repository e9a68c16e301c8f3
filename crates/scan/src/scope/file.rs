//! The scope file.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use model::{Date, Timestamp};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::limits::{self, Bound, Limits};
use super::space;
use super::window::{Windows, ZoneFinder};
use super::{Hours, Scope, Source};
use crate::addresses::{Range, Ranges};

/// A longer scope file is no scope file: 65,536 networks and a comment on each.
const TEXT_BYTES_MAX: usize = 1 << 23;
/// Networks in each list.
const NETWORKS_MAX: usize = 1 << 16;
/// Characters of owner, authority and contact: one line of a log.
const WORDS_CHARS_MAX: usize = 200;

/// A scope file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ScopeError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1.
    pub column: usize,
    /// The key, what is wrong with it, and what to write.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scope: Option<Spanned<Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    owner: Option<Spanned<String>>,
    authority: Option<Spanned<String>>,
    contact: Option<Spanned<String>>,
    ranges: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    window: Option<Spanned<String>>,
    not_before: Option<Spanned<Datetime>>,
    not_after: Option<Spanned<Datetime>>,
    max_rate: Option<Spanned<i64>>,
    max_rate_per_host: Option<Spanned<i64>>,
    max_connections_per_host: Option<Spanned<i64>>,
    max_packets_per_host: Option<Spanned<i64>>,
    max_packets_per_camera: Option<Spanned<i64>>,
}

pub(super) fn parse(text: &str, zones: ZoneFinder<'_>) -> Result<Scope, ScopeError> {
    let reader = Reader { text, zones };
    if text.len() > TEXT_BYTES_MAX {
        return Err(reader.wrong(0, format!("the file is longer than {TEXT_BYTES_MAX} bytes")));
    }
    let file: File = toml::from_str(text).map_err(|error| reader.syntax(&error))?;
    match file.scope {
        Some(table) => reader.scope(table),
        None => Err(reader.wrong(
            0,
            "there is no [scope]: write it, with owner, authority and ranges below".to_owned(),
        )),
    }
}

struct Reader<'t> {
    text: &'t str,
    zones: ZoneFinder<'t>,
}

impl Reader<'_> {
    fn scope(&self, table: Spanned<Table>) -> Result<Scope, ScopeError> {
        let at = table.span().start;
        let table = table.into_inner();
        let missing =
            |key| self.wrong(at, format!("scope.{key} is missing: write such as {}", example(key)));
        let owner = table.owner.as_ref();
        let owner = owner.ok_or_else(|| missing("owner"))?;
        let authority = table.authority.as_ref();
        let authority = authority.ok_or_else(|| missing("authority"))?;
        let ranges = table.ranges.as_ref();
        let ranges = ranges.ok_or_else(|| missing("ranges"))?;
        let source = Source::File {
            owner: self.words("owner", owner)?,
            authority: self.words("authority", authority)?,
            contact: table.contact.as_ref().map(|text| self.words("contact", text)).transpose()?,
        };
        let networks = self.ranges(ranges)?;
        let excluded = self.excluded(&table.exclude, &networks)?;
        let hours = self.hours(&table)?;
        let limits = self.limits(&table, &networks)?;
        let scope = Scope::new(source, networks, excluded, hours, limits);
        if scope.permitted.is_empty() {
            let problem = "scope.exclude leaves no host of scope.ranges: correct one of them";
            return Err(self.wrong(ranges.span().start, problem.to_owned()));
        }
        Ok(scope)
    }

    /// One line with at least one letter or digit.
    fn words(&self, key: &str, written: &Spanned<String>) -> Result<String, ScopeError> {
        let text = written.get_ref().trim();
        let problem = if !text.contains(char::is_alphanumeric) {
            "is empty: write who or what it is, in words".to_owned()
        } else if text.chars().count() > WORDS_CHARS_MAX {
            format!("is longer than {WORDS_CHARS_MAX} characters: write one line")
        } else if text.contains(char::is_control) {
            "holds control characters: write one line".to_owned()
        } else {
            return Ok(text.to_owned());
        };
        Err(self.wrong(written.span().start, format!("scope.{key} {problem}")))
    }

    // --- networks -----------------------------------------------------------------------------------------

    fn ranges(&self, written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<IpNet>, ScopeError> {
        if written.get_ref().is_empty() {
            let problem = "scope.ranges is empty: write networks such as [\"10.20.0.0/16\"]";
            return Err(self.wrong(written.span().start, problem.to_owned()));
        }
        let networks = self.networks("ranges", written.get_ref())?;
        for (network, written) in networks.iter().zip(written.get_ref()) {
            space::listable(*network).map_err(|reason| self.refused("ranges", written, &reason))?;
        }
        Ok(networks)
    }

    fn excluded(
        &self,
        written: &[Spanned<String>],
        networks: &[IpNet],
    ) -> Result<Vec<IpNet>, ScopeError> {
        let listed = Ranges::of_networks(networks);
        let excluded = self.networks("exclude", written)?;
        for (network, written) in excluded.iter().zip(written) {
            if !Range::of_network(*network).any(|range| listed.overlap(range)) {
                let reason =
                    "excludes nothing, for no range holds any of it: correct it or delete it";
                return Err(self.refused("exclude", written, &reason));
            }
        }
        Ok(excluded)
    }

    fn networks(&self, key: &str, written: &[Spanned<String>]) -> Result<Vec<IpNet>, ScopeError> {
        if let Some(first) = written.first().filter(|_| written.len() > NETWORKS_MAX) {
            let reason =
                format!("scope.{key} has more than {NETWORKS_MAX} networks: bring them together");
            return Err(self.wrong(first.span().start, reason));
        }
        written
            .iter()
            .map(|written| {
                network(written.get_ref()).map_err(|reason| self.refused(key, written, &reason))
            })
            .collect()
    }

    // --- time ---------------------------------------------------------------------------------------------

    fn hours(&self, table: &Table) -> Result<Hours, ScopeError> {
        let not_before = table.not_before.as_ref().map(|day| self.day("not_before", day, 0));
        let ends = table.not_after.as_ref().map(|day| self.day("not_after", day, 1));
        let window = table.window.as_ref().map(|text| self.window(text));
        let hours = Hours {
            not_before: not_before.transpose()?,
            ends: ends.transpose()?,
            windows: window.transpose()?,
        };
        if let (Some(day), Some(from), Some(ends)) =
            (&table.not_after, hours.not_before, hours.ends)
            && ends <= from
        {
            let problem = "scope.not_after lies before scope.not_before: correct one of them";
            return Err(self.wrong(day.span().start, problem.to_owned()));
        }
        if let Some((window, from)) = table.window.as_ref().zip(hours.not_before)
            && hours.opens(from).is_none()
        {
            let problem = "scope.window does not open between scope.not_before and scope.not_after: correct one of them";
            return Err(self.wrong(window.span().start, problem.to_owned()));
        }
        Ok(hours)
    }

    /// The moment that a date-time names, or midnight in UTC at the beginning of a day, some days later.
    fn day(
        &self,
        key: &str,
        written: &Spanned<Datetime>,
        later: i32,
    ) -> Result<Timestamp, ScopeError> {
        let value = written.get_ref();
        let midnight = |value: &Datetime| {
            let day: Date = value.to_string().parse().ok()?;
            let day = day.checked_add(later.days()).ok()?;
            TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
        };
        let moment = match (value.date, value.time, value.offset) {
            (Some(_), None, None) => midnight(value),
            (Some(_), Some(_), Some(_)) => value.to_string().parse().ok(),
            _ => None,
        };
        moment.ok_or_else(|| {
            let problem = format!(
                "scope.{key} `{value}` is no moment: write a day such as 2026-03-31, or a time with its offset such as \
                 2026-03-31T18:00:00+01:00"
            );
            self.wrong(written.span().start, problem)
        })
    }

    fn window(&self, written: &Spanned<String>) -> Result<(String, Windows), ScopeError> {
        let text = written.get_ref().trim();
        match Windows::parse(text, self.zones) {
            Ok(windows) => Ok((text.to_owned(), windows)),
            Err(error) => Err(self.wrong(written.span().start, format!("scope.window: {error}"))),
        }
    }

    // --- limits -------------------------------------------------------------------------------------------

    fn limits(&self, table: &Table, networks: &[IpNet]) -> Result<Limits, ScopeError> {
        let loopback = networks.iter().all(|network| network.network().is_loopback());
        let rate = if loopback { limits::LOOPBACK_RATE } else { limits::RATE };
        let max_packets_per_camera = self.limit(
            "max_packets_per_camera",
            table.max_packets_per_camera.as_ref(),
            limits::PACKETS_PER_CAMERA,
        )?;
        let max_packets_per_host = self.limit(
            "max_packets_per_host",
            table.max_packets_per_host.as_ref(),
            limits::PACKETS_PER_HOST,
        )?;
        Ok(Limits {
            max_rate: self.limit("max_rate", table.max_rate.as_ref(), rate)?,
            max_rate_per_host: self.limit(
                "max_rate_per_host",
                table.max_rate_per_host.as_ref(),
                limits::RATE_PER_HOST,
            )?,
            max_connections_per_host: self.limit(
                "max_connections_per_host",
                table.max_connections_per_host.as_ref(),
                limits::CONNECTIONS_PER_HOST,
            )?,
            // What may be a camera yet is not asked more than a camera.
            max_packets_per_host: max_packets_per_host.min(max_packets_per_camera),
            max_packets_per_camera,
        })
    }

    fn limit(
        &self,
        key: &str,
        written: Option<&Spanned<i64>>,
        bound: Bound,
    ) -> Result<u32, ScopeError> {
        let Some(written) = written else { return Ok(bound.default) };
        let value = *written.get_ref();
        match u32::try_from(value) {
            Ok(value) if (1..=bound.ceiling).contains(&value) => Ok(value),
            _ => {
                let ceiling = bound.ceiling;
                let problem = format!("scope.{key} is {value}: write a number from 1 to {ceiling}");
                Err(self.wrong(written.span().start, problem))
            }
        }
    }

    // --- errors -------------------------------------------------------------------------------------------

    fn refused(
        &self,
        key: &str,
        written: &Spanned<String>,
        reason: &dyn fmt::Display,
    ) -> ScopeError {
        let text: String = written.get_ref().chars().take(60).collect();
        let problem = format!("scope.{key} `{}` {reason}", text.escape_debug());
        self.wrong(written.span().start, problem)
    }

    fn syntax(&self, error: &toml::de::Error) -> ScopeError {
        let span = error.span().unwrap_or_default();
        let message = error.message().trim();
        let problem = match key_before(self.text, span.start) {
            Some(key) if message.starts_with("invalid type") => {
                format!("scope.{key}: {message}: write such as {}", example(key))
            }
            Some(key) => format!("scope.{key}: {message}"),
            None if message == "duplicate key" => {
                let key = self.text.get(span.clone()).unwrap_or_default();
                format!("`{key}` is given a second time: delete one of them")
            }
            None => message.to_owned(),
        };
        self.wrong(span.start, problem)
    }

    fn wrong(&self, at: usize, problem: String) -> ScopeError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        ScopeError { line, column, problem }
    }
}

/// What may be written for a key.
fn example(key: &str) -> &'static str {
    match key {
        "owner" => "owner = \"Example Council\"",
        "authority" => "authority = \"change CHG-0001\"",
        "contact" => "contact = \"network operations, extension 1234\"",
        "ranges" => "ranges = [\"10.20.0.0/16\"]",
        "exclude" => "exclude = [\"10.20.99.0/24\"]",
        "window" => "window = \"Mon-Fri 19:00-06:00 UTC\"",
        "not_before" => "not_before = 2026-01-01, without quotes",
        "not_after" => "not_after = 2026-03-31, without quotes",
        _ => "5, without quotes",
    }
}

/// The key whose value begins at `at`, if both stand in one line.
fn key_before(text: &str, at: usize) -> Option<&str> {
    let line = text.get(..at)?.rsplit('\n').next()?;
    let key = line.split_once('=')?.0.trim();
    let is_key = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    (!key.is_empty() && key.bytes().all(is_key)).then_some(key)
}

/// Why a word is no network.
#[derive(Debug, thiserror::Error)]
enum NoNetwork {
    #[error("is no network: write one such as \"10.20.0.0/16\", or one address")]
    Shape,
    #[error("has bits behind its prefix: write \"{0}\" for the network, or the address alone")]
    Bits(IpNet),
}

fn network(text: &str) -> Result<IpNet, NoNetwork> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.into());
    }
    let network: IpNet = text.parse().map_err(|_| NoNetwork::Shape)?;
    if network.addr() == network.network() {
        Ok(network)
    } else {
        Err(NoNetwork::Bits(network.trunc()))
    }
}
