//! Hours of the week in which may be asked: `Mon-Fri 19:00-06:00 Europe/London; Sat,Sun 00:00-24:00 Europe/London`.
//!
//! A window is read from the clock on the wall of its zone: it is open at an instant if that clock then shows a day and time
//! within it. So nothing has to be decided when clocks are changed. An hour that they skip is not there, and with it the part of
//! a window that lies in it; an hour that they show twice is open twice.

use std::ops::Range;

use jiff::tz::{Offset, TimeZone};
use model::Timestamp;

/// Finds the rules of a time zone by its IANA name (`Europe/London`). Nothing is read here: whoever calls holds the files.
///
/// The name is one or more parts of letters, digits, `_`, `-` and `+` with `/` between them, nothing else: it leads to no other
/// folder. Where the system has the files of the IANA, this finds all of them:
///
/// ```no_run
/// let zones = |name: &str| {
///     let rules = std::fs::read(format!("/usr/share/zoneinfo/{name}")).ok()?;
///     jiff::tz::TimeZone::tzif(name, &rules).ok()
/// };
/// let text = std::fs::read_to_string("scope.toml")?;
/// let scope = scan::Scope::parse(&text, &zones)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type ZoneFinder<'f> = &'f dyn Fn(&str) -> Option<TimeZone>;

/// More than that no week has use for.
const WINDOWS_MAX: usize = 64;
/// Zones change their offset a few times a year; a window that lies in a skipped hour opens a week later.
const TRANSITIONS_MAX: usize = 16;

const DAY_S: u32 = 86_400;
const WEEK_S: u32 = 7 * DAY_S;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Why a window is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum WindowError {
    #[error("`{0}` is not days, times and zone: write such as \"Mon-Fri 19:00-06:00 UTC\"")]
    Shape(String),
    #[error("`{0}` are not days: write such as Mon-Fri, or Sat,Sun, or daily")]
    Days(String),
    #[error("`{0}` are not times: write two from 00:00 to 24:00 such as 19:00-06:00")]
    Times(String),
    #[error("`{0}` begins and ends at the same time: write 00:00-24:00 for the whole day")]
    Empty(String),
    #[error(
        "`{0}` is no time zone: write UTC, an offset such as +01:00, or a name such as Europe/London"
    )]
    Zone(String),
    #[error(
        "the rules of the time zone `{0}` are not to be had here: check its spelling, or write UTC or \
         an offset such as +01:00"
    )]
    UnknownZone(String),
    #[error("there are more than {WINDOWS_MAX} windows: bring them together")]
    Many,
}

/// Hours of the week in one or more zones.
#[derive(Debug, Clone)]
pub(super) struct Windows {
    windows: Vec<Window>,
}

#[derive(Debug, Clone)]
struct Window {
    zone: TimeZone,
    /// Seconds from Monday 00:00 on the wall's clock, in order, each within the week.
    open: Vec<Range<u32>>,
}

impl Windows {
    pub(super) fn parse(text: &str, zones: ZoneFinder<'_>) -> Result<Self, WindowError> {
        if text.split(';').count() > WINDOWS_MAX {
            return Err(WindowError::Many);
        }
        let windows = text.split(';').map(|text| Window::parse(text.trim(), zones));
        Ok(Self { windows: windows.collect::<Result<_, _>>()? })
    }

    pub(super) fn is_open(&self, at: Timestamp) -> bool {
        self.windows.iter().any(|window| window.is_open(at))
    }

    /// The first moment from `at` on at which one of them is open.
    pub(super) fn opens(&self, at: Timestamp) -> Option<Timestamp> {
        self.windows.iter().filter_map(|window| window.opens(at)).min()
    }
}

impl Window {
    fn parse(text: &str, zones: ZoneFinder<'_>) -> Result<Self, WindowError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [days, times, name] = words.as_slice() else {
            return Err(WindowError::Shape(shortened(text)));
        };
        let (start, end) = parse_times(times)?;
        let mut open: Vec<_> = (0..)
            .zip(parse_days(days)?)
            .filter(|(_, named)| *named)
            .map(|(day, _): (u32, _)| day * DAY_S)
            .flat_map(|midnight| within_week(midnight + start, midnight + end))
            .collect();
        open.sort_unstable_by_key(|range| range.start);
        Ok(Self { zone: parse_zone(name, zones)?, open })
    }

    fn is_open(&self, at: Timestamp) -> bool {
        self.wait_s(at) == Some(0)
    }

    /// Between two changes of the offset the clock on the wall runs like any other.
    fn opens(&self, mut at: Timestamp) -> Option<Timestamp> {
        for _ in 0..TRANSITIONS_MAX {
            let opens = match self.wait_s(at)? {
                0 => at,
                wait => Timestamp::from_second(at.as_second() + i64::from(wait)).ok()?,
            };
            match self.zone.following(at).next() {
                Some(change) if change.timestamp() <= opens => at = change.timestamp(),
                _ => return Some(opens),
            }
        }
        None
    }

    /// How long until the clock on the wall shows a time within the window, if nobody changes it.
    fn wait_s(&self, at: Timestamp) -> Option<u32> {
        let now = second_of_week(at, self.zone.to_offset(at));
        let place = self.open.partition_point(|range| range.start <= now);
        let began = place.checked_sub(1).and_then(|place| self.open.get(place));
        if began.is_some_and(|range| now < range.end) {
            return Some(0);
        }
        match self.open.get(place) {
            Some(next) => Some(next.start - now),
            None => self.open.first().map(|next| next.start + WEEK_S - now),
        }
    }
}

/// Seconds since Monday 00:00 on the wall.
fn second_of_week(at: Timestamp, offset: Offset) -> u32 {
    /// 1970-01-01 was a Thursday.
    const EPOCH_S: i64 = 3 * DAY_S as i64;
    // A moment before the epoch has its fraction counted backwards.
    let floor = at.as_second() - i64::from(at.subsec_nanosecond() < 0);
    let local = floor + i64::from(offset.seconds()) + EPOCH_S;
    u32::try_from(local.rem_euclid(WEEK_S.into())).unwrap_or(0)
}

/// What ends on Monday, after it began on Sunday, is open at both ends of the week.
fn within_week(start: u32, end: u32) -> impl Iterator<Item = Range<u32>> {
    let rest = end.saturating_sub(WEEK_S);
    [start..end - rest, 0..rest].into_iter().filter(|range| !range.is_empty())
}

// --- the words --------------------------------------------------------------------------------------------

/// `Mon-Fri`, `Sat,Sun`, `Fri-Mon`, `daily`
fn parse_days(text: &str) -> Result<[bool; 7], WindowError> {
    let wrong = || WindowError::Days(shortened(text));
    if text.eq_ignore_ascii_case("daily") {
        return Ok([true; 7]);
    }
    let day = |name: &str| DAYS.iter().position(|day| name.eq_ignore_ascii_case(day));
    let mut named = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?);
        let count = (last + 7 - first) % 7 + 1;
        // The days named are those whose distance from the first is below the count.
        for (day, named) in named.iter_mut().enumerate() {
            *named |= (day + 7 - first) % 7 < count;
        }
    }
    Ok(named)
}

/// Seconds since midnight of the day named; the end may lie on the day after.
fn parse_times(text: &str) -> Result<(u32, u32), WindowError> {
    let wrong = || WindowError::Times(shortened(text));
    let (start, end) = text.split_once('-').ok_or_else(wrong)?;
    let start = parse_time(start).filter(|start| *start < DAY_S).ok_or_else(wrong)?;
    let end = parse_time(end).ok_or_else(wrong)?;
    match start.cmp(&end) {
        std::cmp::Ordering::Less => Ok((start, end)),
        std::cmp::Ordering::Equal => Err(WindowError::Empty(shortened(text))),
        std::cmp::Ordering::Greater => Ok((start, end + DAY_S)),
    }
}

fn parse_time(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let seconds = (hours * 60 + minutes) * 60;
    (minutes < 60 && seconds <= DAY_S).then_some(seconds)
}

fn two_digits(text: &str) -> Option<u32> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn parse_zone(text: &str, zones: ZoneFinder<'_>) -> Result<TimeZone, WindowError> {
    if matches!(text, "UTC" | "Z") {
        return Ok(TimeZone::UTC);
    }
    if let Some(offset) = parse_offset(text) {
        return Ok(TimeZone::fixed(offset));
    }
    let word = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte))
    };
    let is_name = text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.split('/').all(word);
    if !is_name {
        return Err(WindowError::Zone(shortened(text)));
    }
    zones(text).ok_or_else(|| WindowError::UnknownZone(text.to_owned()))
}

/// `+01:00`, `-09:30`: no clock is more than fourteen hours from UTC.
fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let seconds = parse_time(rest).filter(|seconds| *seconds <= 14 * 3600)?;
    Offset::from_seconds(sign * i32::try_from(seconds).ok()?).ok()
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the files of the system would say it, in the form that says the rules alone.
    fn zone(name: &str) -> Option<TimeZone> {
        match name {
            "Europe/London" => TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").ok(),
            "America/New_York" => TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").ok(),
            _ => None,
        }
    }

    fn windows(text: &str) -> Windows {
        Windows::parse(text, &zone).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn opens(text: &str, from: &str) -> String {
        windows(text).opens(at(from)).unwrap().to_string()
    }

    #[test]
    fn nights_belong_to_the_day_on_which_they_begin() {
        let nights = windows("Mon-Fri 19:00-06:00 UTC");
        // 2 January 2026 is a Friday.
        for (moment, open) in [
            ("2026-01-02T18:59:59.999Z", false),
            ("2026-01-02T19:00:00Z", true),
            ("2026-01-03T05:59:59.999Z", true),
            ("2026-01-03T06:00:00Z", false),
            ("2026-01-03T20:00:00Z", false),
            ("2026-01-05T05:00:00Z", false),
            ("2026-01-05T19:00:00Z", true),
            ("2026-01-06T05:00:00Z", true),
        ] {
            assert_eq!(nights.is_open(at(moment)), open, "{moment}");
        }
        let sunday = windows("Sun 22:00-02:00 UTC");
        assert!(sunday.is_open(at("2026-01-04T23:00:00Z")));
        assert!(sunday.is_open(at("2026-01-05T01:59:00Z")));
        assert!(!sunday.is_open(at("2026-01-05T02:00:00Z")));
        assert!(!sunday.is_open(at("2026-01-04T01:00:00Z")));
    }

    #[test]
    fn days_offsets_and_several_windows() {
        let weekend = windows("Fri-Mon 08:00-09:00 +01:00; wed 00:00-24:00 -09:30");
        assert!(weekend.is_open(at("2026-01-05T07:00:00Z")));
        assert!(!weekend.is_open(at("2026-01-06T07:00:00Z")));
        assert!(weekend.is_open(at("2026-01-07T09:30:00Z")));
        assert!(weekend.is_open(at("2026-01-08T09:29:59Z")));
        assert!(!weekend.is_open(at("2026-01-08T09:30:00Z")));
        assert_eq!(
            opens("Sat,Sun 00:00-24:00 UTC", "2026-01-05T12:00:00.5Z"),
            "2026-01-10T00:00:00Z"
        );
        assert_eq!(opens("daily 12:00-13:00 UTC", "2026-01-05T12:30:00Z"), "2026-01-05T12:30:00Z");
        assert_eq!(opens("daily 12:00-13:00 UTC", "2026-01-05T13:00:00Z"), "2026-01-06T12:00:00Z");
    }

    /// London's clocks went from 01:00 to 02:00 on 29 March 2026, and from 02:00 back to 01:00 on 25 October.
    #[test]
    fn a_window_follows_the_clock_on_the_wall() {
        let evening = "daily 19:00-20:00 Europe/London";
        assert_eq!(opens(evening, "2026-03-28T12:00:00Z"), "2026-03-28T19:00:00Z");
        assert_eq!(opens(evening, "2026-03-28T20:00:00Z"), "2026-03-29T18:00:00Z");
        assert_eq!(opens(evening, "2026-10-24T20:00:00Z"), "2026-10-25T19:00:00Z");

        // The part that is skipped is not there.
        assert_eq!(
            opens("Sun 01:30-03:00 Europe/London", "2026-03-28T12:00:00Z"),
            "2026-03-29T01:00:00Z"
        );
        // All of it is skipped: a week later.
        assert_eq!(
            opens("Sun 01:15-01:45 Europe/London", "2026-03-28T12:00:00Z"),
            "2026-04-05T00:15:00Z"
        );

        // What is shown twice is open twice.
        let twice = windows("Sun 01:15-01:45 Europe/London");
        for (moment, open) in [
            ("2026-10-25T00:30:00Z", true),
            ("2026-10-25T01:00:00Z", false),
            ("2026-10-25T01:30:00Z", true),
        ] {
            assert_eq!(twice.is_open(at(moment)), open, "{moment}");
        }
        assert_eq!(
            opens("Sun 01:15-01:45 Europe/London", "2026-10-25T00:45:00Z"),
            "2026-10-25T01:15:00Z"
        );
    }

    #[test]
    fn errors_say_what_to_write() {
        let wrong = [
            "",
            "Mon-Fri 19:00-06:00",
            "Mo-Fr 19:00-06:00 UTC",
            "Mon- 19:00-06:00 UTC",
            "Mon 19-06 UTC",
            "Mon 24:00-06:00 UTC",
            "Mon 19:60-20:00 UTC",
            "Mon 19:00-24:01 UTC",
            "Mon 06:00-06:00 UTC",
            "Mon 06:00-07:00 +15:00",
            "Mon 06:00-07:00 ../../etc/passwd",
            "Mon 06:00-07:00 Europe/Lundon",
            "daily 06:00-07:00 UTC;",
        ];
        let say = |text: &str| Windows::parse(text, &zone).unwrap_err().to_string();
        insta::assert_snapshot!(wrong.map(say).join("\n"), @r#"
    `` is not days, times and zone: write such as "Mon-Fri 19:00-06:00 UTC"
    `Mon-Fri 19:00-06:00` is not days, times and zone: write such as "Mon-Fri 19:00-06:00 UTC"
    `Mo-Fr` are not days: write such as Mon-Fri, or Sat,Sun, or daily
    `Mon-` are not days: write such as Mon-Fri, or Sat,Sun, or daily
    `19-06` are not times: write two from 00:00 to 24:00 such as 19:00-06:00
    `24:00-06:00` are not times: write two from 00:00 to 24:00 such as 19:00-06:00
    `19:60-20:00` are not times: write two from 00:00 to 24:00 such as 19:00-06:00
    `19:00-24:01` are not times: write two from 00:00 to 24:00 such as 19:00-06:00
    `06:00-06:00` begins and ends at the same time: write 00:00-24:00 for the whole day
    `+15:00` is no time zone: write UTC, an offset such as +01:00, or a name such as Europe/London
    `../../etc/passwd` is no time zone: write UTC, an offset such as +01:00, or a name such as Europe/London
    the rules of the time zone `Europe/Lundon` are not to be had here: check its spelling, or write UTC or an offset such as +01:00
    `` is not days, times and zone: write such as "Mon-Fri 19:00-06:00 UTC"
    "#);
    }

    proptest! {
        /// The promised moment is open, and no minute before it is.
        #[test]
        fn it_opens_when_it_says(
            from in 1_767_000_000_i64..1_799_000_000,
            start in 0_u32..48,
            length in 1_u32..48,
            days in proptest::sample::select(vec!["Mon-Fri", "Sun", "daily", "Sat-Mon", "Wed,Sun"]),
            place in proptest::sample::select(vec!["UTC", "+05:45", "Europe/London", "America/New_York"]),
        ) {
            let time = |half: u32| format!("{:02}:{:02}", half / 2, half % 2 * 30);
            let windows = windows(&format!("{days} {}-{} {place}", time(start), time((start + length) % 48)));
            let from = Timestamp::from_second(from - from % 900).unwrap();
            let opens = windows.opens(from).unwrap();
            prop_assert!(windows.is_open(opens));
            let mut before = from;
            while before < opens {
                prop_assert!(!windows.is_open(before), "{}", before);
                before = Timestamp::from_second(before.as_second() + 900).unwrap();
            }
        }

        #[test]
        fn no_text_harms(text in "[A-Za-z0-9:;,+/ -]{0,40}|\\PC{0,40}") {
            let _ = Windows::parse(&text, &zone);
        }
    }
}
