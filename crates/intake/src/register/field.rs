use std::fmt;
use std::str::FromStr;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a column holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The name in a mapping file.
            pub const fn as_str(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }
        }
    };
}

fields! {
    /// Key of the row.
    AssetTag = "asset-tag",
    /// Make.
    Make = "make",
    /// Model.
    Model = "model",
    /// Serial number.
    Serial = "serial",
    /// Hardware address.
    Mac = "mac",
    /// Network address.
    Address = "address",
    /// Host name.
    Hostname = "hostname",
    /// Site.
    Site = "site",
    /// Place within the site.
    Location = "location",
    /// Install date.
    Installed = "installed",
    /// Owner.
    Owner = "owner",
    /// Purpose.
    Purpose = "purpose",
    /// Kind of device.
    Kind = "kind",
    /// Firmware.
    Firmware = "firmware",
    /// State of life.
    Status = "status",
    /// How many devices.
    Quantity = "quantity",
    /// Free text.
    Text = "text",
    /// Left out on purpose.
    Ignored = "ignored",
}

impl Field {
    /// What a value of it is called in a sentence.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::AssetTag => "asset tag",
            Self::Make => "make",
            Self::Model => "model",
            Self::Serial => "serial number",
            Self::Mac => "MAC address",
            Self::Address => "network address",
            Self::Hostname => "host name",
            Self::Site => "site",
            Self::Location => "location",
            Self::Installed => "install date",
            Self::Owner => "owner",
            Self::Purpose => "purpose",
            Self::Kind => "kind of device",
            Self::Firmware => "firmware version",
            Self::Status => "status",
            Self::Quantity => "quantity",
            Self::Text | Self::Ignored => "text",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Field {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|field| field.as_str() == text).ok_or(())
    }
}
