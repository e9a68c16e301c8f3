//! Headers of firmware files: which container it is, and what its header says in clear.
//!
//! Fact file `firmware_formats.csv`, carried over into `kb/firmware.csv`; the layouts stand in the modules. Read are the
//! first bytes and the few places that a header points to, a mebibyte at most, however long the file is. Nothing is
//! unpacked but the short text that a ZIP archive describes itself with, nothing is decrypted, nothing is run. Who makes
//! devices that take such a file is the knowledge base's to say: a format here is a row there, by its name.

mod digicap;
mod images;
mod packages;
mod zip;

use std::convert::Infallible;
use std::fmt;

use model::{Date, Timestamp};

/// Bytes that are read of one file: its head, its directory, its description.
pub const READ_BYTES_MAX: usize = 1 << 20;
/// The head; every header that is known lies in it but the directory of a ZIP archive.
const HEAD_BYTES: usize = 64 << 10;
/// Fields of one container.
const FIELDS_MAX: usize = 32;
/// The longest value of a field; names of boards and vendors are a tenth of it.
const VALUE_BYTES_MAX: usize = 120;
/// Names of parts that are listed one by one.
const PARTS_LISTED: usize = 12;
/// The longest name of a container that is taken for one.
const NAME_BYTES_MAX: usize = 80;
/// The longest text form that is read.
const TEXT_BYTES_MAX: usize = 4 << 10;

/// A file as far as its header needs it.
pub trait Bytes {
    /// Why bytes could not be read.
    type Error;

    /// Length of the whole file.
    fn length(&self) -> u64;

    /// The bytes from `offset` on, `length` of them or as many as there are.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn read_at(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Self::Error>;
}

impl Bytes for &[u8] {
    type Error = Infallible;

    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Infallible> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        Ok(rest.get(..length).unwrap_or(rest).to_vec())
    }
}

/// What stands in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// What a device runs, or a part of it.
    Firmware,
    /// Video that a device wrote: no firmware.
    Recording,
    /// The disk of a recorder: no firmware.
    Disk,
    /// A device's settings: no firmware.
    Settings,
}

impl Holds {
    /// What stands in the container of this name.
    pub fn of(format: &str) -> Self {
        match format {
            "Dahua recording frame" | "Xiongmai recording frame" | "Honeywell recorder video" => {
                Self::Recording
            }
            "Dahua recorder disk" | "Hikvision recorder disk" | "Uniview recorder disk" => {
                Self::Disk
            }
            "Dahua configuration backup" | "parameter partition" => Self::Settings,
            _ => Self::Firmware,
        }
    }

    /// For people: `firmware`, `video, not firmware`, ….
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firmware => "firmware",
            Self::Recording => "video, not firmware",
            Self::Disk => "disk of a recorder, not firmware",
            Self::Settings => "settings, not firmware",
        }
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What a header says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

fields! {
    /// `english` (or several), `chinese`, or the number.
    Language = "language",
    /// Where it is meant for: `CN` where the header says so, else as written.
    Region = "region",
    /// `recorder`, `camera`, or the number.
    DeviceClass = "device-class",
    /// The number that stands for whom it was built.
    OemCode = "oem-code",
    /// For whom it was built, as the description says.
    Vendor = "vendor",
    /// Models it is for.
    Model = "model",
    /// Board or hardware identity.
    Hardware = "hardware",
    /// Number of the device type.
    DeviceId = "device-id",
    /// System-on-chip.
    Chip = "chip",
    /// Image sensor.
    Sensor = "sensor",
    /// Version.
    Version = "version",
    /// Day of the build, as `2020-01-31`.
    Built = "built",
    /// Name that an image bears.
    Name = "name",
    /// How many parts.
    Count = "count",
    /// Names of the parts.
    Parts = "parts",
    /// `right` or `wrong`.
    Checksum = "checksum",
    /// What keeps the header from saying more: `cut`, `encrypted`, ….
    Header = "header",
}

impl Field {
    fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == text)
    }
}

/// A container and what its header says; the value of a `firmware.container` signal.
///
/// As text: the name of the format, then `; field=value` for each field, as in
/// `Longse / Herospeed FLS; chip=16CV300; sensor=IMX000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    format: Box<str>,
    fields: Vec<(Field, Box<str>)>,
}

impl Container {
    /// A container of this format, of which nothing is said.
    pub fn new(format: &str) -> Self {
        Self { format: cleaned(format, NAME_BYTES_MAX).into(), fields: Vec::new() }
    }

    /// Reads the text form. A name alone is one; what is no field of ours is left out.
    pub fn parse(text: &str) -> Self {
        let text = crate::message::shortened(text, TEXT_BYTES_MAX);
        let mut parts = text.split(';');
        let mut container = Self::new(parts.next().unwrap_or_default());
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            if let Some(field) = Field::named(name.trim()) {
                container.say(field, value);
            }
        }
        container
    }

    /// The name of the format, as a row of `kb/firmware.csv` has it.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// What the header says, in the order of the header.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &str)> {
        self.fields.iter().map(|(field, value)| (*field, &**value))
    }

    /// The value of one field.
    pub fn field(&self, wanted: Field) -> Option<&str> {
        self.fields().find(|(field, _)| *field == wanted).map(|(_, value)| value)
    }

    /// What stands in it.
    pub fn holds(&self) -> Holds {
        Holds::of(&self.format)
    }

    /// Adds a field, once; a blank value says nothing.
    fn say(&mut self, field: Field, value: impl AsRef<str>) {
        let value = cleaned(value.as_ref(), VALUE_BYTES_MAX);
        if !value.is_empty() && self.field(field).is_none() && self.fields.len() < FIELDS_MAX {
            self.fields.push((field, value.into()));
        }
    }

    /// Lists the names of parts; of many the first, and how many more.
    fn say_parts(&mut self, names: &[impl AsRef<str>]) {
        let mut listed = String::new();
        let mut left = names.len();
        for name in names.iter().take(PARTS_LISTED) {
            let name = cleaned(name.as_ref(), VALUE_BYTES_MAX);
            // Room for the words that say how many are left out.
            if name.is_empty() || listed.len() + name.len() + 16 > VALUE_BYTES_MAX {
                break;
            }
            listed.push_str(if listed.is_empty() { "" } else { ", " });
            listed.push_str(&name);
            left -= 1;
        }
        if left > 0 && !listed.is_empty() {
            listed.push_str(&format!(" and {left} more"));
        }
        self.say(Field::Parts, listed);
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format)?;
        self.fields().try_for_each(|(field, value)| write!(f, "; {}={value}", field.as_str()))
    }
}

/// `text` in one piece of the text form: no control characters, no separator, no longer than `bytes_max`.
fn cleaned(text: &str, bytes_max: usize) -> String {
    let shown = text.chars().filter(|c| !c.is_control()).map(|c| if c == ';' { ',' } else { c });
    let text: String = shown.take(bytes_max).collect();
    crate::message::shortened(text.trim(), bytes_max).trim_end().to_owned()
}

/// Formats whose whole structure is looked at here, as `kb/firmware.csv` names them. A file with the magic of one that
/// [`examine`] did not take for it is something else.
pub const STRUCTURED: &[&str] = &[
    "digicap DAV, obfuscated header",
    "digicap DAV, decoded header",
    "digicap DAV, plain",
    "digicap DAV, several packages",
    "digicap DAV, encrypted index",
    "Dahua firmware ZIP",
    "ZL firmware ZIP",
    "ZIP with changed header numbers",
    "Xiongmai firmware ZIP",
    "ZIP with digicap.dav",
    "ZIP archive",
    "Reolink PAK",
    "Reolink PAKS",
    "Tiandy box",
    "Longse / Herospeed FLS",
    "INSTAR BNEG",
    "Hichip PIHC",
    "Xiaomi HDR1",
    "Xiaomi HDR2",
    "uImage",
    "FIT image or device tree",
    "SquashFS",
    "JFFS2",
    "Android boot image",
    "Android sparse image",
];

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The container, where its structure is one that is known here.
    pub container: Option<Container>,
    /// The first bytes, for the magics of the knowledge base.
    pub head: Vec<u8>,
}

/// Reads the header of a file.
///
/// # Errors
/// When the file cannot be read. What is no known container is none, not an error.
pub fn examine<B: Bytes>(file: &mut B) -> Result<Examined, B::Error> {
    let mut reader = Reader { file, left: READ_BYTES_MAX };
    let head = reader.at(0, HEAD_BYTES)?;
    let container = match zip::read(&head, &mut reader)? {
        Some(container) => Some(container),
        None => match digicap::read(&head, &mut reader)? {
            Some(container) => Some(container),
            None => packages::read(&head, reader.file.length()).or_else(|| images::read(&head)),
        },
    };
    Ok(Examined { container, head })
}

/// A file, and how many of its bytes may still be read.
struct Reader<'f, B> {
    file: &'f mut B,
    left: usize,
}

impl<B: Bytes> Reader<'_, B> {
    /// At most `length` bytes from `offset` on; none beyond the end or when the allowance is spent.
    fn at(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, B::Error> {
        let length = length.min(self.left);
        if length == 0 || offset >= self.file.length() {
            return Ok(Vec::new());
        }
        let mut bytes = self.file.read_at(offset, length)?;
        bytes.truncate(length);
        self.left -= bytes.len();
        Ok(bytes)
    }
}

/// A day in seconds since 1970, as build tools write it; none before cameras had firmware files or far off.
fn day_of_unix(seconds: u32) -> Option<String> {
    /// 1 January 2000 and 1 January 2100.
    const HONEST: std::ops::Range<u32> = 946_684_800..4_102_444_800;
    let instant = HONEST.contains(&seconds).then(|| Timestamp::from_second(i64::from(seconds)))?;
    let text = instant.ok()?.to_string();
    text.get(..10).map(str::to_owned)
}

/// The day that six decimal digits stand for: 200131 is 31 January 2020.
fn day_of_digits(digits: u32) -> Option<String> {
    let part = |divisor: u32| i16::try_from(digits / divisor % 100).ok();
    let (year, month, day) = (part(10_000)?, i8::try_from(part(100)?).ok()?, part(1)?);
    if digits > 991_231 || year < 5 {
        return None;
    }
    Date::new(2000 + year, month, i8::try_from(day).ok()?).ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests;
