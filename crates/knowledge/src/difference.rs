//! What differs between two knowledge bases, entry by entry.

use std::collections::BTreeMap;

use crate::{Knowledge, Place, Record};

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryChange {
    /// Only the newer one has it.
    Added,
    /// Only the older one has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
}

impl EntryChange {
    /// In one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A field of an entry that says something else; empty where it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDifference {
    /// The field.
    pub name: &'static str,
    /// In the older knowledge base.
    pub old: String,
    /// In the newer one.
    pub new: String,
}

/// An entry that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDifference {
    /// The table, as [`Record::table`].
    pub table: &'static str,
    /// The entry's id or name.
    pub id: String,
    /// What became of it.
    pub change: EntryChange,
    /// The fields that differ: all of them where the entry was added or removed.
    pub fields: Vec<FieldDifference>,
    /// Where it stands: in the newer one, unless only the older one has it.
    pub place: Place,
}

impl Knowledge {
    /// What is different in a newer knowledge base, by table and name. Rows of one name are compared in their order,
    /// after those that are equal were set aside.
    pub fn differences(&self, newer: &Self) -> Vec<EntryDifference> {
        let tables = |table: &str| Self::TABLES.iter().position(|name| *name == table);
        let mut both: BTreeMap<_, (Vec<Record<'_>>, Vec<Record<'_>>)> = BTreeMap::new();
        for record in self.records() {
            both.entry((tables(record.table), record.id.clone())).or_default().0.push(record);
        }
        for record in newer.records() {
            both.entry((tables(record.table), record.id.clone())).or_default().1.push(record);
        }
        both.into_values().flat_map(|(old, new)| of_rows(old, new)).collect()
    }
}

/// The differences between rows of one name.
fn of_rows(mut old: Vec<Record<'_>>, mut new: Vec<Record<'_>>) -> Vec<EntryDifference> {
    new.retain(|row| match old.iter().position(|other| other.fields == row.fields) {
        Some(equal) => {
            old.remove(equal);
            false
        }
        None => true,
    });
    let (mut old, mut new) = (old.into_iter(), new.into_iter());
    let mut differences = Vec::new();
    loop {
        let (change, row, fields) = match (old.next(), new.next()) {
            (Some(old), Some(new)) => {
                let fields = fields(&old.fields, &new.fields);
                (EntryChange::Changed, new, fields)
            }
            (Some(old), None) => {
                let fields = fields(&old.fields, &[]);
                (EntryChange::Removed, old, fields)
            }
            (None, Some(new)) => {
                let fields = fields(&[], &new.fields);
                (EntryChange::Added, new, fields)
            }
            (None, None) => return differences,
        };
        let Record { table, id, place, .. } = row;
        differences.push(EntryDifference { table, id, change, fields, place: place.clone() });
    }
}

fn fields(old: &[(&'static str, String)], new: &[(&'static str, String)]) -> Vec<FieldDifference> {
    let mut names: Vec<&'static str> = Vec::new();
    for (name, _) in old.iter().chain(new) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    // A field may stand several times (`concludes`): all its values are one.
    let value = |fields: &[(&'static str, String)], name: &str| {
        let own = fields.iter().filter(|(other, _)| *other == name);
        own.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("; ")
    };
    let difference =
        |name: &'static str| FieldDifference { name, old: value(old, name), new: value(new, name) };
    names.into_iter().map(difference).filter(|field| field.old != field.new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Layer, Texts};

    fn told(old: &str, new: &str) -> Vec<String> {
        let load = |rows: &str| {
            let header = "spelling,brand,note,source,confidence\n";
            let text = format!("{header}{rows}");
            let layer = Layer::new("kb", Texts { files: vec![("aliases.csv", &text)] });
            Knowledge::read(&[layer]).0
        };
        let told = |difference: EntryDifference| {
            let EntryDifference { table, id, change, fields, place: _ } = difference;
            let fields: Vec<String> =
                fields.iter().map(|f| format!("{} {}>{}", f.name, f.old, f.new)).collect();
            format!("{table} {id} {}: {}", change.as_str(), fields.join(", "))
        };
        load(old).differences(&load(new)).into_iter().map(told).collect()
    }

    #[test]
    fn entries_are_compared_by_name_and_field_by_field() {
        let (a, b) = ("A,One,,s,reported\n", "B,One,,s,reported\n");
        assert_eq!(told(&[a, b].concat(), &[b, a].concat()), [""; 0]);
        assert_eq!(
            told(a, "A,Two,x,s,reported\n"),
            ["aliases A changed: of brand One>Two, note >x"]
        );
        let [gone, come] = &told(a, b)[..] else { panic!("{:?}", told(a, b)) };
        assert!(gone.starts_with("aliases A removed: spelling A>, of brand One>,"), "{gone}");
        assert!(come.starts_with("aliases B added: spelling >B, of brand >One,"), "{come}");
        // Of several rows of one name the equal ones are not told.
        let other = "A,Three,,s,reported\n";
        assert_eq!(
            told(&[a, other].concat(), &["A,Two,,s,reported\n", a].concat()),
            ["aliases A changed: of brand Three>Two"]
        );
    }
}
