use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;

use ipnet::IpNet;
use model::{
    Date, EntityTest, EntityTier, Estate, Extent, Jurisdiction, Organisation, OrganisationKind,
    SensitiveTests, Site, Ternary, Zone, ZoneClass,
};
use serde::Deserialize;
use toml::Spanned;

use crate::card::day;
use crate::words::squash;

/// `estate.toml` cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct EstateError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub problem: String,
}

/// Reads `estate.toml`.
///
/// # Errors
/// [`EstateError`] names line, column, field and what is allowed there.
pub fn parse_estate(text: &str) -> Result<Estate, EstateError> {
    parse_estate_with_notes(text).map(|(estate, _)| estate)
}

/// Reads `estate.toml`; the second part says what is allowed and yet worth a look, one sentence each.
///
/// # Errors
/// As [`parse_estate`].
pub fn parse_estate_with_notes(text: &str) -> Result<(Estate, Vec<String>), EstateError> {
    let file: File = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    Reader { text, notes: Vec::new() }.estate(file)
}

// --- the file as written ----------------------------------------------------------------------------------

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    organisation: Option<OrganisationTable>,
    entity_test: Option<EntityTestTable>,
    #[serde(default)]
    sites: Vec<Spanned<SiteTable>>,
    #[serde(default)]
    zones: Vec<Spanned<ZoneTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationTable {
    name: Spanned<String>,
    kind: OrganisationKind,
    jurisdiction: Spanned<String>,
    #[serde(default)]
    government_contractor: Ternary,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntityTestTable {
    tier: EntityTier,
    author: Spanned<String>,
    #[serde(deserialize_with = "day")]
    date: Date,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteTable {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    #[serde(default)]
    sensitive: SensitiveTests,
    #[serde(default)]
    extent: Extent,
    #[serde(default)]
    parts: Vec<Spanned<String>>,
    reason: Option<String>,
    landlord: Option<String>,
    #[serde(default, deserialize_with = "some_day")]
    lease_end: Option<Date>,
    #[serde(default)]
    networks: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneTable {
    id: Spanned<String>,
    class: ZoneClass,
    #[serde(default)]
    networks: Vec<Spanned<String>>,
    #[serde(default)]
    vlans: Vec<Spanned<u16>>,
}

fn some_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

// --- the file as meant ------------------------------------------------------------------------------------

/// Highest VLAN id of IEEE 802.1Q; 0 and 4095 are reserved.
const VLAN_MAX: u16 = 4094;

struct Reader<'t> {
    text: &'t str,
    notes: Vec<String>,
}

impl Reader<'_> {
    fn estate(mut self, file: File) -> Result<(Estate, Vec<String>), EstateError> {
        if file.organisation.is_none() {
            self.notes.push("there is no [organisation]: no rule can say whether it binds".into());
        }
        if file.entity_test.is_none() {
            self.notes.push(
                "there is no [entity_test]: rules that name no company cannot be applied".into(),
            );
        }
        let organisation = file.organisation.map(|table| self.organisation(table)).transpose()?;
        let entity_test = file.entity_test.map(|table| self.entity_test(table)).transpose()?;
        let sites = self.sites(file.sites)?;
        let zones = self.zones(file.zones)?;
        Ok((Estate { organisation, entity_test, sites, zones }, self.notes))
    }

    fn organisation(&mut self, table: OrganisationTable) -> Result<Organisation, EstateError> {
        Ok(Organisation {
            name: self.words("organisation.name", table.name)?,
            kind: table.kind,
            jurisdiction: self.jurisdiction(&table.jurisdiction)?,
            government_contractor: table.government_contractor,
        })
    }

    /// `GB`, `US-TX`: ISO 3166, upper case.
    fn jurisdiction(&mut self, written: &Spanned<String>) -> Result<Jurisdiction, EstateError> {
        let text = written.get_ref().trim().to_ascii_uppercase();
        let (country, part) =
            text.split_once('-').map_or((text.as_str(), None), |(c, p)| (c, Some(p)));
        let is_code = country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && part.is_none_or(|part| {
                (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if !is_code {
            return Err(self.wrong(
                &written.span(),
                format!(
                    "organisation.jurisdiction `{}` is no ISO 3166 code: write a country such as \
                     \"GB\", with a part of it where the law is that part's, such as \"US-TX\"",
                    shorten(written.get_ref())
                ),
            ));
        }
        // `UK` is reserved for the United Kingdom, whose code is `GB`.
        let meant = match text.strip_prefix("UK") {
            Some(rest) => format!("GB{rest}"),
            None => text,
        };
        if meant != *written.get_ref() {
            self.notes.push(format!(
                "organisation.jurisdiction `{}` is read as `{meant}`",
                shorten(written.get_ref())
            ));
        }
        Ok(Jurisdiction(meant))
    }

    fn entity_test(&self, table: EntityTestTable) -> Result<EntityTest, EstateError> {
        Ok(EntityTest {
            tier: table.tier,
            author: self.words("entity_test.author", table.author)?,
            date: table.date,
            reason: table.reason,
        })
    }

    fn sites(&mut self, tables: Vec<Spanned<SiteTable>>) -> Result<Vec<Site>, EstateError> {
        let mut ids = Seen::default();
        let mut words = Seen::default();
        let mut networks = Seen::default();
        tables
            .into_iter()
            .map(|table| {
                let table_at = table.span();
                let table = table.into_inner();
                let id = self.words("sites.id", table.id.clone())?;
                self.new_id(&mut ids, "sites.id", &table.id)?;
                for word in [&table.id, &table.name].into_iter().chain(&table.aliases) {
                    self.once(&mut words, &id, squash(word.get_ref()), word, "names the sites")?;
                }
                let site_networks = self.networks("sites.networks", &table.networks)?;
                for (network, written) in site_networks.iter().zip(&table.networks) {
                    self.once(
                        &mut networks,
                        &id,
                        network.to_string(),
                        written,
                        "is a network of the sites",
                    )?;
                }
                let parts = table
                    .parts
                    .into_iter()
                    .map(|part| self.words("sites.parts", part))
                    .collect::<Result<Vec<_>, _>>()?;
                self.check_extent(&id, table.extent, &parts, &table_at)?;
                Ok(Site {
                    name: self.words("sites.name", table.name)?,
                    aliases: table.aliases.into_iter().map(Spanned::into_inner).collect(),
                    sensitive: table.sensitive,
                    extent: table.extent,
                    parts,
                    reason: table.reason,
                    landlord: table.landlord,
                    lease_end: table.lease_end,
                    networks: site_networks,
                    id,
                })
            })
            .collect()
    }

    fn check_extent(
        &mut self,
        id: &str,
        extent: Extent,
        parts: &[String],
        table_at: &Range<usize>,
    ) -> Result<(), EstateError> {
        match extent {
            Extent::Parts if parts.is_empty() => Err(self.wrong(
                table_at,
                format!(
                    "site `{id}` has extent = \"parts\" and no parts: list the words of the \
                     register's location column that are sensitive, as parts = [\"…\"]"
                ),
            )),
            Extent::Whole if !parts.is_empty() => {
                self.notes.push(format!(
                    "site `{id}` lists parts, and its extent is `whole`: the parts have no effect"
                ));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn zones(&mut self, tables: Vec<Spanned<ZoneTable>>) -> Result<Vec<Zone>, EstateError> {
        let mut ids = Seen::default();
        let mut networks = Seen::default();
        let mut zones = Vec::new();
        for table in tables {
            let table = table.into_inner();
            let id = self.words("zones.id", table.id.clone())?;
            self.new_id(&mut ids, "zones.id", &table.id)?;
            let zone_networks = self.networks("zones.networks", &table.networks)?;
            for (network, written) in zone_networks.iter().zip(&table.networks) {
                self.once(
                    &mut networks,
                    &id,
                    network.to_string(),
                    written,
                    "is a network of the zones",
                )?;
            }
            let zone = Zone {
                class: table.class,
                networks: zone_networks,
                vlans: self.vlans(&table.vlans)?,
                id,
            };
            self.note_nested(&zones, &zone);
            zones.push(zone);
        }
        Ok(zones)
    }

    /// A network inside another of a different class is meant, usually; the narrower one counts.
    fn note_nested(&mut self, earlier: &[Zone], zone: &Zone) {
        for other in earlier.iter().filter(|other| other.class != zone.class) {
            for (one, two) in pairs(&other.networks, &zone.networks) {
                if one.contains(two) || two.contains(one) {
                    self.notes.push(format!(
                        "{one} of zone `{}` ({}) and {two} of zone `{}` ({}) overlap: the narrower counts",
                        other.id,
                        other.class.as_str(),
                        zone.id,
                        zone.class.as_str()
                    ));
                }
            }
        }
    }

    fn vlans(&self, written: &[Spanned<u16>]) -> Result<Vec<u16>, EstateError> {
        written
            .iter()
            .map(|vlan| match *vlan.get_ref() {
                id if (1..=VLAN_MAX).contains(&id) => Ok(id),
                id => Err(self.wrong(
                    &vlan.span(),
                    format!("zones.vlans {id} is no VLAN id: 1 to {VLAN_MAX} are"),
                )),
            })
            .collect()
    }

    fn networks(
        &mut self,
        field: &str,
        written: &[Spanned<String>],
    ) -> Result<Vec<IpNet>, EstateError> {
        written
            .iter()
            .map(|network| {
                let text = network.get_ref().trim();
                let parsed: IpNet = text
                    .parse()
                    .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                    .map_err(|_| {
                        self.wrong(
                            &network.span(),
                            format!(
                                "{field} `{}` is no network: write one such as \"10.20.0.0/16\"",
                                shorten(text)
                            ),
                        )
                    })?;
                if parsed.addr() != parsed.network() {
                    self.notes.push(format!("{field} `{text}` is read as {}", parsed.trunc()));
                }
                Ok(parsed.trunc())
            })
            .collect()
    }

    /// Text that holds at least one letter or digit.
    fn words(&self, field: &str, written: Spanned<String>) -> Result<String, EstateError> {
        if squash(written.get_ref()).is_empty() {
            return Err(self.wrong(&written.span(), format!("{field} is empty")));
        }
        Ok(written.into_inner())
    }

    /// Ids are compared as registers are read: without case and punctuation.
    fn new_id(&self, ids: &mut Seen, field: &str, id: &Spanned<String>) -> Result<(), EstateError> {
        match ids.0.insert(squash(id.get_ref()), id.get_ref().clone()) {
            None => Ok(()),
            Some(other) => Err(self.wrong(
                &id.span(),
                format!(
                    "{field} `{}` is given already, as `{}`",
                    shorten(id.get_ref()),
                    shorten(&other)
                ),
            )),
        }
    }

    /// A name or network may belong to one owner only, which may repeat it.
    fn once(
        &self,
        seen: &mut Seen,
        owner: &str,
        key: String,
        written: &Spanned<String>,
        relation: &str,
    ) -> Result<(), EstateError> {
        match seen.0.get(&key) {
            Some(other) if other != owner => Err(self.wrong(
                &written.span(),
                format!("`{}` {relation} `{other}` and `{owner}`", shorten(written.get_ref())),
            )),
            _ => {
                seen.0.insert(key, owner.to_owned());
                Ok(())
            }
        }
    }

    fn wrong(&self, at: &Range<usize>, problem: String) -> EstateError {
        let (line, column) = position(self.text, at.start);
        EstateError { line, column, problem }
    }
}

/// Who was first to use a name or network.
#[derive(Default)]
struct Seen(BTreeMap<String, String>);

fn pairs<'a>(one: &'a [IpNet], two: &'a [IpNet]) -> impl Iterator<Item = (&'a IpNet, &'a IpNet)> {
    one.iter().flat_map(move |left| two.iter().map(move |right| (left, right)))
}

/// A wrong value may be a whole file.
fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

// --- errors of the grammar --------------------------------------------------------------------------------

fn syntax(text: &str, error: &toml::de::Error) -> EstateError {
    let at = error.span().map_or(0, |span| span.start);
    let (line, column) = position(text, at);
    // The parser's words for a value that is neither of the words a field allows.
    let message = match error.message().trim() {
        "wanted string or table" => {
            "write a word in quotes, such as \"yes\", \"no\" or \"unknown\""
        }
        message => message,
    };
    let problem = match key_before(text, at) {
        Some(key) if !message.contains(&format!("`{key}`")) => format!("{key}: {message}"),
        _ => message.to_owned(),
    };
    EstateError { line, column, problem }
}

/// The key whose value stands at `at`, as far as its line tells.
fn key_before(text: &str, at: usize) -> Option<&str> {
    let line = text.get(..at)?.lines().next_back()?;
    let (before, _) = line.rsplit_once('=')?;
    let key = before.trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (!key.is_empty()).then_some(key)
}

/// Line and column, counted from 1; columns count characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

// --- placing ----------------------------------------------------------------------------------------------

/// Where a device stands, as far as the estate file knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placement<'e> {
    /// Its site.
    pub site: Option<&'e Site>,
    /// Its zone.
    pub zone: Option<&'e Zone>,
}

/// Places a device by the register's word for its site (id, name or alias), else by its addresses.
///
/// Words are compared without case, blanks and punctuation. Of the addresses, the first that stands in a
/// known network counts, and of the networks around it the longest.
pub fn place<'e>(
    estate: &'e Estate,
    declared_site: Option<&str>,
    addresses: &[IpAddr],
) -> Placement<'e> {
    let by_word = declared_site.and_then(|word| site_by_word(&estate.sites, word));
    let by_address = || longest(&estate.sites, |site| &site.networks, addresses);
    Placement {
        site: by_word.or_else(by_address),
        zone: longest(&estate.zones, |zone| &zone.networks, addresses),
    }
}

fn site_by_word<'e>(sites: &'e [Site], word: &str) -> Option<&'e Site> {
    let word = squash(word);
    if word.is_empty() {
        return None;
    }
    sites.iter().find(|site| {
        [&site.id, &site.name].into_iter().chain(&site.aliases).any(|name| squash(name) == word)
    })
}

fn longest<'e, T>(
    owners: &'e [T],
    networks: impl Fn(&T) -> &Vec<IpNet>,
    addresses: &[IpAddr],
) -> Option<&'e T> {
    addresses.iter().find_map(|address| {
        owners
            .iter()
            .filter_map(|owner| {
                let longest = networks(owner)
                    .iter()
                    .filter(|network| network.contains(address))
                    .map(IpNet::prefix_len)
                    .max()?;
                Some((longest, owner))
            })
            // The first of equals: a network belongs to one owner only.
            .rev()
            .max_by_key(|(length, _)| *length)
            .map(|(_, owner)| owner)
    })
}

#[cfg(test)]
mod tests;
