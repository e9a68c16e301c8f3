//! Surveillance objects that volunteers mapped: OpenStreetMap data as GeoJSON, Overpass JSON or OSM XML.
//!
//! A mapped camera is somebody's word, as a register's row is: what its tags say is declared, and where it stands is
//! a place and no evidence of a maker.

use std::collections::BTreeMap;

use model::{Date, Declared, Observation, Place, Signal, SignalKind, SourceKind, Subject};
use quick_xml::events::BytesStart;
use serde_json::{Map, Value};

use crate::elements::{Element, Elements, Level};
use crate::lines::{as_text, as_text_head};
use crate::notebook::Notebook;
use crate::xml::{Break, Handler, attribute, has_root, walk};
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest object; the outline of a county is some megabytes, a camera some hundred bytes.
const OBJECT_BYTES_MAX: usize = 16 << 20;
/// Tags of one object that are read; mappers write some ten.
const TAGS_MAX: usize = 256;
/// Longest value of a tag: OpenStreetMap allows 255 characters.
const VALUE_BYTES_MAX: usize = 1_024;
/// Objects between two reports of progress.
const PROGRESS_OBJECTS: u64 = 1_024;

/// Where a collection says that it is one.
const START_BYTES: u64 = 64 << 10;

/// GeoJSON, a collection or a feature a line, and Overpass JSON.
pub(crate) struct GeoJson;
/// OSM XML.
pub(crate) struct OsmXml;

impl Format for GeoJson {
    fn name(&self) -> &'static str {
        "GeoJSON"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Register
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        // Records of RFC 8142 begin with a separator.
        let start = head.strip_prefix(b"\x1e").unwrap_or(&head).trim_ascii_start();
        let has = |word: &str| start.windows(word.len()).any(|window| window == word.as_bytes());
        let is_geo = has("\"FeatureCollection\"") || (has("\"Feature\"") && has("\"geometry\""));
        let is_overpass = has("\"elements\"") && has("\"osm3s\"");
        if start.starts_with(b"{") && (is_geo || is_overpass) {
            Recognition::Sure
        } else {
            Recognition::No
        }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let level = if is_collection(input)? { Level::Inside } else { Level::Outermost };
        let mut elements = Elements::new(as_text(input)?, level, OBJECT_BYTES_MAX);
        let mut map = Survey::new(options);
        let mut element = Vec::new();
        let outcome = loop {
            let state = match elements.next(&mut element) {
                Ok(Some(state)) => state,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            map.number += 1;
            notebook.record();
            let place = format!("object {}", map.number);
            match (state, serde_json::from_slice::<Object>(&element)) {
                (Element::Whole, Ok(object)) => map.take(&Mapped::of_json(&object), &mut notebook),
                (Element::TooLong, _) => notebook.error(
                    place,
                    format!("longer than {OBJECT_BYTES_MAX} bytes"),
                    "the other objects are kept",
                ),
                (Element::Cut, _) => notebook.error(
                    place,
                    "the file ends before this object does",
                    "the objects before are kept; fetch the data again",
                ),
                (Element::Whole, Err(_)) => {
                    notebook.error(place, "no JSON", "the other objects are kept");
                }
            }
            if map.number.is_multiple_of(PROGRESS_OBJECTS) {
                notebook.progress(elements.offset);
            }
            if notebook.is_stopped() {
                break Ok(());
            }
        };
        map.finish(&mut notebook);
        elements.finish(&mut notebook);
        outcome.map(|()| notebook.finish())
    }
}

/// Whether the objects stand inside another one, by the start of the file; the input stands at its start again
/// afterwards.
fn is_collection(input: &mut Input<'_>) -> Result<bool, IntakeError> {
    use std::io::Read as _;
    let io = |source| IntakeError::Io { offset: 0, source };
    let mut start = Vec::new();
    (&mut *input.bytes).take(START_BYTES).read_to_end(&mut start).map_err(io)?;
    input.bytes.rewind().map_err(io)?;
    let start = as_text_head(&start);
    let has = |word: &[u8]| start.windows(word.len()).any(|window| window == word);
    Ok(has(b"\"FeatureCollection\"") || has(b"\"features\"") || has(b"\"elements\""))
}

impl Format for OsmXml {
    fn name(&self) -> &'static str {
        "OpenStreetMap XML"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Register
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let is_ours = has_root(head, "osm ") || has_root(head, "osm>");
        if is_ours { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut reader =
            OsmReader { map: Survey::new(options), notebook: &mut notebook, object: None };
        let end = walk(as_text(input)?, "osm", &mut reader)?;
        let OsmReader { map, .. } = reader;
        if let Some(Break { offset, problem }) = end {
            notebook.warning(
                format!("byte {offset}"),
                problem,
                "the objects before are kept; fetch the data again",
            );
        }
        map.finish(&mut notebook);
        Ok(notebook.finish())
    }
}

struct OsmReader<'o, 'r, 's> {
    map: Survey<'o>,
    notebook: &'r mut Notebook<'s>,
    object: Option<Mapped>,
}

/// The kinds of objects that OpenStreetMap has.
const OSM_KINDS: [&str; 3] = ["node", "way", "relation"];

impl Handler for OsmReader<'_, '_, '_> {
    fn open(&mut self, tag: &BytesStart<'_>, _: &[Box<str>], _: u64) {
        let name = tag.local_name().into_inner();
        if let Some(kind) = OSM_KINDS.iter().find(|kind| **kind == name) {
            self.object = Some(Mapped {
                id: format!("{kind}/{}", attribute(tag, "id")),
                location: location(&attribute(tag, "lat"), &attribute(tag, "lon")),
                tags: BTreeMap::new(),
            });
        } else if let ("tag", Some(object)) = (name, &mut self.object) {
            object.tag(&attribute(tag, "k"), &attribute(tag, "v"));
        }
    }

    fn text(&mut self, _: &str, _: &[Box<str>]) {}

    fn close(&mut self, name: &str, _: &[Box<str>]) {
        if OSM_KINDS.contains(&name)
            && let Some(object) = self.object.take()
        {
            self.map.number += 1;
            self.notebook.record();
            self.map.take(&object, self.notebook);
        }
    }

    fn go_on(&mut self, offset: u64, is_news: bool) -> bool {
        if is_news {
            self.notebook.progress(offset);
        }
        !self.notebook.is_stopped()
    }
}

type Object = Map<String, Value>;

/// An object of a map.
#[derive(Debug, Default)]
struct Mapped {
    /// `node/1`, or whatever the file calls it; empty where it has no name.
    id: String,
    location: Option<String>,
    tags: BTreeMap<String, String>,
}

impl Mapped {
    fn of_json(object: &Object) -> Self {
        let mut mapped = Self::default();
        let properties = object.get("properties").and_then(Value::as_object);
        // Overpass has `tags`; some converters put them inside the properties.
        let inner = properties.and_then(|properties| properties.get("tags"));
        let tags = inner.or_else(|| object.get("tags")).and_then(Value::as_object);
        for (name, value) in properties.into_iter().chain(tags).flatten() {
            if let Some(value) = scalar(value) {
                mapped.tag(name, &value);
            }
        }
        let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
        let id = object.get("id").and_then(scalar);
        let id = id.or_else(|| properties?.get("@id").and_then(scalar));
        let id = id.or_else(|| properties?.get("id").and_then(scalar)).unwrap_or_default();
        mapped.id = if OSM_KINDS.contains(&kind) { format!("{kind}/{id}") } else { id };
        mapped.location = geometry(object);
        mapped
    }

    fn tag(&mut self, name: &str, value: &str) {
        let is_short = name.len() <= VALUE_BYTES_MAX && value.len() <= VALUE_BYTES_MAX;
        if is_short && self.tags.len() < TAGS_MAX && !value.trim().is_empty() {
            self.tags.insert(name.to_owned(), value.trim().to_owned());
        }
    }

    /// The value of the first of these tags that is set.
    fn first(&self, names: &[&str]) -> Option<Box<str>> {
        names.iter().find_map(|name| self.tags.get(*name)).map(|value| value.as_str().into())
    }

    /// Whether it is a device of surveillance. A speed camera watches traffic and is one; a guard is none.
    fn is_surveillance(&self) -> bool {
        let tag = |name: &str| self.tags.get(name).map(String::as_str);
        let is_mapped = tag("man_made") == Some("surveillance")
            || tag("highway") == Some("speed_camera")
            || (tag("surveillance").is_some_and(|value| value != "no")
                && (tag("surveillance:type").is_some() || tag("camera:type").is_some()));
        is_mapped && tag("surveillance:type") != Some("guard")
    }

    fn declared(&self) -> Declared {
        let joined = |names: &[&str]| {
            let values: Vec<&str> =
                names.iter().filter_map(|name| self.tags.get(*name)).map(String::as_str).collect();
            (!values.is_empty()).then(|| values.join(", ").into())
        };
        let date = self.first(&["start_date", "installation_date"]);
        let installed: Option<Date> = date.as_deref().and_then(|date| date.parse().ok());
        let default_kind = || {
            let speed = self.tags.get("highway").is_some_and(|value| value == "speed_camera");
            Some(if speed { "speed camera".into() } else { "camera".into() })
        };
        Declared {
            make: self.first(&["manufacturer", "camera:manufacturer", "brand", "camera:brand"]),
            model: self.first(&["model", "camera:model"]),
            text: joined(&["name", "description", "note"]),
            kind: joined(&["surveillance:type", "camera:type"]).or_else(default_kind),
            location: self.location.as_deref().map(Box::from),
            owner: self.first(&["operator", "owner"]),
            purpose: joined(&["surveillance", "surveillance:zone"]),
            installed,
            installed_unclear: date.filter(|_| installed.is_none()),
            ..Declared::default()
        }
    }
}

/// What was met on the map.
struct Survey<'o> {
    options: &'o Options,
    number: u64,
    others: u64,
    found: u64,
}

impl<'o> Survey<'o> {
    fn new(options: &'o Options) -> Self {
        Self { options, number: 0, others: 0, found: 0 }
    }

    fn take(&mut self, mapped: &Mapped, notebook: &mut Notebook<'_>) {
        if !mapped.is_surveillance() {
            self.others += 1;
            return;
        }
        self.found += 1;
        let declared = mapped.declared();
        let texts = [
            (SignalKind::RegisterMake, &declared.make),
            (SignalKind::RegisterModel, &declared.model),
            (SignalKind::RegisterText, &declared.kind),
            (SignalKind::RegisterText, &declared.text),
        ];
        let signals = texts
            .into_iter()
            .filter_map(|(kind, text)| Some(Signal::text(kind, text.clone()?)))
            .collect();
        let place = match mapped.id.as_str() {
            "" => format!("object {}", self.number),
            id => format!("object {} ({id})", self.number),
        };
        notebook.observation(Observation {
            place: Place(place.into()),
            at: None,
            until: None,
            vantage: self.options.vantage.clone(),
            subject: Subject {
                local: Some(mapped.id.as_str()).filter(|id| !id.is_empty()).map(Box::from),
                ..Subject::default()
            },
            signals,
            declared: Some(Box::new(declared)),
        });
    }

    fn finish(&self, notebook: &mut Notebook<'_>) {
        if self.others > 0 {
            notebook.not_understood("object that is no surveillance", self.others);
        }
        if self.found == 0 {
            notebook.warning(
                "whole file",
                "no object is tagged as surveillance (man_made=surveillance)",
                "fetch the objects with this tag",
            );
        }
    }
}

/// Where an object stands: a point, or the middle that Overpass gives of a larger one.
fn geometry(object: &Object) -> Option<String> {
    let point = object
        .get("geometry")
        .filter(|geometry| geometry.get("type").and_then(Value::as_str) == Some("Point"));
    if let Some([longitude, latitude, ..]) = point
        .and_then(|point| point.get("coordinates"))
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        return location(&scalar(latitude)?, &scalar(longitude)?);
    }
    let at = |object: &Object| {
        location(&object.get("lat").and_then(scalar)?, &object.get("lon").and_then(scalar)?)
    };
    at(object).or_else(|| at(object.get("center")?.as_object()?))
}

/// `latitude, longitude` in degrees, if they are some.
fn location(latitude: &str, longitude: &str) -> Option<String> {
    let within =
        |text: &str, limit: f64| text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= limit);
    (within(latitude, 90.0) && within(longitude, 180.0)).then(|| format!("{latitude}, {longitude}"))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Result, Seek, SeekFrom};

    use super::*;
    use crate::notebook::tests::{Memory, replay};

    /// Gives a byte at a time, as a slow source does.
    struct Slow<'a>(Cursor<&'a [u8]>);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    impl Seek for Slow<'_> {
        fn seek(&mut self, to: SeekFrom) -> Result<u64> {
            self.0.seek(to)
        }
    }

    /// Found by fuzzing: how much the first read gave decided what was taken for an object.
    #[test]
    fn a_slow_source_gives_the_same() {
        let text = br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"man_made":"surveillance"}}]}"#;
        let mut slow = Slow(Cursor::new(text));
        let mut input = Input { name: "x", size_bytes: text.len() as u64, bytes: &mut slow };
        let mut memory = Memory::default();
        let summary = GeoJson.read(&mut input, &Options::default(), &mut memory).unwrap();
        assert_eq!((summary.records, memory.observations.len()), (1, 1));
    }

    #[test]
    fn a_collection_of_features() {
        let text = concat!(
            r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"x"}},"features":["#,
            "\n",
            r#"{"type":"Feature","id":"node/1","properties":{"man_made":"surveillance","surveillance":"outdoor","surveillance:type":"camera","camera:type":"dome","manufacturer":"Maker","model":"DS-1","operator":"Town","start_date":"2021-05-01"},"geometry":{"type":"Point","coordinates":[-0.1,51.5]}},"#,
            "\n",
            r#"{"type":"Feature","properties":{"@id":"way/2","tags":{"man_made":"surveillance","brand":"Brand","start_date":"2019"}},"geometry":{"type":"Polygon","coordinates":[]}},"#,
            "\n",
            r#"{"type":"Feature","properties":{"man_made":"surveillance","surveillance:type":"guard"},"geometry":null},"#,
            "\n",
            r#"{"type":"Feature","properties":{"amenity":"bench"},"geometry":{"type":"Point","coordinates":[200,95]}},"#,
            "\n",
            r#"{"type":"Feature","properties":{"man_made":"surveillance"},"geometry":{"type":"Point","coordinates":[200,95]}},"#,
            "\n",
            r#"{"type":"Feature", odd},"#,
            "\n",
            r#"{"type":"Feature","properties":{"man_made"#,
        );
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn the_same_objects_in_other_forms() {
        let overpass = r#"{"version":0.6,"osm3s":{"copyright":"x"},"elements":[{"type":"node","id":1,"lat":51.5,"lon":-0.1,"tags":{"man_made":"surveillance"}},
            {"type":"way","id":2,"center":{"lat":51.5,"lon":-0.2},"tags":{"highway":"speed_camera"}}]}"#;
        let sequence = "\u{1e}{\"type\":\"Feature\",\"id\":1,\"properties\":{\"man_made\":\"surveillance\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[-0.1,51.5]}}\n";
        let xml = "<?xml version=\"1.0\"?>\n<osm version=\"0.6\"><node id=\"1\" lat=\"51.5\" lon=\"-0.1\"><tag k=\"man_made\" v=\"surveillance\"/><tag k=\"brand\" v=\"A &amp; B\"/></node>\
                   <node id=\"3\" lat=\"51.5\" lon=\"-0.1\"/></osm>";
        let cut = &xml.as_bytes()[..xml.len() - 20];
        let all = [overpass.as_bytes(), sequence.as_bytes(), xml.as_bytes(), cut];
        insta::assert_snapshot!(all.map(replay).join("\n"));
    }

    #[test]
    fn a_map_without_cameras_says_so() {
        let text = replay(br#"{"type":"FeatureCollection","features":[]}"#);
        assert!(text.contains("no object is tagged as surveillance"), "{text}");
    }
}
