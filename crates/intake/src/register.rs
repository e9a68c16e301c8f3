//! Asset registers: CSV, XLSX and ODS as people keep them.

use std::collections::BTreeMap;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Key of the row.
    AssetTag,
    /// Make.
    Make,
    /// Model.
    Model,
    /// Serial number.
    Serial,
    /// Hardware address.
    Mac,
    /// Network address.
    Address,
    /// Host name.
    Hostname,
    /// Site.
    Site,
    /// Place within the site.
    Location,
    /// Install date.
    Installed,
    /// Owner.
    Owner,
    /// Purpose.
    Purpose,
    /// Kind of device.
    Kind,
    /// Firmware.
    Firmware,
    /// State of life.
    Status,
    /// How many devices.
    Quantity,
    /// Free text.
    Text,
    /// Left out on purpose.
    Ignored,
}

/// Which column is what, as the user says: `--map FILE`, TOML `[columns]` with column title = field name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// Column titles, as in the header row, and what they hold.
    pub columns: BTreeMap<String, Field>,
    /// The header's row number, where it is not found by itself; counted from 1.
    pub header_row: Option<u32>,
}
