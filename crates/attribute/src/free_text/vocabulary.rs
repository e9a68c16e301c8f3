//! The words of registers that are no names: kinds of device, measures, and what is said about a name.
//!
//! All are in folded form (lower case, no accents, letters and digits alone). English first; German, French, Spanish,
//! Italian, Dutch and Portuguese where the word is common in lists of equipment.

use std::collections::HashMap;
use std::sync::OnceLock;

use model::DeviceKind;

/// What sort of word a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// It names a kind of device.
    Kind(DeviceKind),
    /// It says something about the name beside it.
    Cue(Cue),
    /// It joins two parts.
    Link(Link),
    /// Articles and the like: nothing stands between a cue and its name but these.
    Bare,
    /// A word of the trade, a measure: it names nobody.
    Nobody,
    /// The beginning of a model number that is given without its digits: `HDW`.
    Stem,
}

/// What is said about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// `not`, `no`, `non`: before a name.
    Not,
    /// `formerly`, `instead of`: before a name; after it where no other follows.
    Former,
    /// `no longer`: on either side.
    Gone,
    /// `replaced`, `swapped`: what stands before or behind it is gone, as the voice of the verb has it.
    Replaced,
    /// `replace`: somebody means to.
    Replace,
    /// `removed`, `decommissioned`.
    Removed,
    /// `to be`, `will be`, `due`: what follows has not happened.
    Future,
    /// `compatible`, `or similar`: behind a name.
    Alike,
    /// `similar to`, `for`: before a name.
    Like,
    /// `free`, `excluded`: behind a name, where nothing follows that they belong to.
    Without,
    /// `possibly`; a question mark behind a name.
    Doubt,
    /// `replacement`: of it, or by it.
    Replacement,
    /// `installed`, `now`: the name that follows is there.
    Fitted,
}

/// What joins two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    And,
    Or,
    /// `with`, `by`, `to`: what follows takes the place.
    With,
    /// `for`: as `with` after `swapped`, else a likeness.
    For,
}

/// Longest phrase of the tables below, in words.
pub(super) const PHRASE_WORDS_MAX: usize = 3;

/// The sort of a word or phrase; `None` for one that is not known.
pub(super) fn sort(phrase: &str) -> Option<Sort> {
    static SORTS: OnceLock<HashMap<&str, Sort>> = OnceLock::new();
    let known = SORTS.get_or_init(sorts).get(phrase).copied();
    known.or_else(|| is_measure(phrase).then_some(Sort::Nobody))
}

/// The tables below as one. Of a word that stands in several the first counts.
fn sorts() -> HashMap<&'static str, Sort> {
    let cues = CUES.iter().map(|(cue, words)| (Sort::Cue(*cue), *words));
    let links = LINKS.iter().map(|(link, words)| (Sort::Link(*link), *words));
    let kinds = KINDS.iter().map(|(kind, words)| (Sort::Kind(*kind), *words));
    let rest = [(Sort::Bare, BARE), (Sort::Stem, STEMS), (Sort::Nobody, NOBODY)];
    let mut sorts = HashMap::new();
    for (sort, words) in cues.chain(links).chain(kinds).chain(rest) {
        for word in words {
            sorts.entry(*word).or_insert(sort);
        }
    }
    sorts
}

/// Whether a word for a kind of device means something else in other lists: an IPC is an industrial computer, too.
pub(super) fn is_ambiguous(word: &str) -> bool {
    word == "ipc"
}

/// Whether a word counts what stands before it: `4 no`, `2 x`, `3 off`.
pub(super) fn is_counter(word: &str) -> bool {
    const COUNTERS: &[&str] =
        &["x", "no", "nos", "off", "pcs", "pc", "units", "stk", "stuck", "pieces", "pz", "uds"];
    COUNTERS.contains(&word)
}

const CUES: &[(Cue, &[&str])] = &[
    (
        Cue::Not,
        &[
            "not",
            "no",
            "non",
            "none",
            "isnt",
            "arent",
            "wasnt",
            "never",
            "without",
            "except",
            "excluding",
            "excl",
            "neither",
            "nor",
            "nicht",
            "kein",
            "keine",
            "keinen",
            "ohne",
            "pas",
            "sans",
            "sauf",
            "sin",
            "senza",
            "geen",
            "niet",
            "nao",
            "sem",
            "other than",
            "anything but",
            "unlike",
            "excludes",
            "exclut",
        ],
    ),
    (
        Cue::Former,
        &[
            "formerly",
            "former",
            "previously",
            "previous",
            "prior",
            "ex",
            "was",
            "were",
            "replaces",
            "replacing",
            "in place of",
            "instead of",
            "in lieu",
            "rather than",
            "upgraded from",
            "migrated from",
            "changed from",
            "converted from",
            "switched from",
            "replacement for",
            "replacement of",
            "successor to",
            "ehemals",
            "vormals",
            "fruher",
            "statt",
            "anstatt",
            "anstelle",
            "anciennement",
            "ancien",
            "ancienne",
            "au lieu",
            "a la place",
            "reemplaza",
            "sustituye",
            "en lugar de",
            "antes",
            "anteriormente",
            "sostituisce",
            "al posto",
            "precedentemente",
            "vervangt",
            "voorheen",
            "substitui",
            "em vez",
        ],
    ),
    (Cue::Gone, &["no longer", "nicht mehr", "ne plus", "ya no", "non piu", "niet meer"]),
    (
        Cue::Replaced,
        &[
            "replaced",
            "swapped",
            "swapped out",
            "upgraded",
            "superseded",
            "exchanged",
            "ersetzt",
            "ausgetauscht",
            "getauscht",
            "remplace",
            "remplacee",
            "remplaces",
            "remplacees",
            "reemplazado",
            "reemplazada",
            "sustituido",
            "sustituida",
            "sostituito",
            "sostituita",
            "vervangen",
            "substituido",
            "substituida",
        ],
    ),
    (Cue::Replace, &["replace", "upgrade", "swap", "ersetzen", "remplacer", "reemplazar"]),
    (
        Cue::Removed,
        &[
            "removed",
            "decommissioned",
            "disposed",
            "scrapped",
            "retired",
            "uninstalled",
            "dismantled",
            "stripped out",
            "taken out",
            "taken down",
            "thrown away",
            "gone",
            "entfernt",
            "demontiert",
            "abgebaut",
            "ausgebaut",
            "retire",
            "retiree",
            "depose",
            "deposee",
            "demonte",
            "retirado",
            "retirada",
            "desmontado",
            "rimosso",
            "rimossa",
            "dismesso",
            "dismessa",
            "verwijderd",
            "removido",
            "removida",
        ],
    ),
    (
        Cue::Future,
        &[
            "to be",
            "will be",
            "will",
            "due",
            "planned",
            "awaiting",
            "pending",
            "proposed",
            "must be",
            "should be",
            "needs",
            "need",
            "being",
            "scheduled",
            "future",
            "never",
            "not yet",
            "yet",
            "wird",
            "soll",
            "geplant",
            "a remplacer",
            "prevu",
            "pendiente",
            "previsto",
        ],
    ),
    (
        Cue::Alike,
        &[
            "compatible",
            "compatibile",
            "compativel",
            "kompatibel",
            "or similar",
            "or equivalent",
            "or equal",
            "or like",
            "or other",
            "style",
            "lookalike",
            "clone",
            "clones",
            "dummy",
            "fake",
            "imitation",
            "replica",
            "alternative",
            "alternatives",
            "substitute",
            "equivalent",
            "similar",
            "ahnlich",
            "ahnliche",
            "artig",
            "attrappe",
            "attrappen",
            "oder ahnlich",
            "oder gleichwertig",
            "oder ahnliches",
            "ou similaire",
            "ou equivalent",
            "o similar",
            "o equivalente",
            "o simile",
            "of gelijkwaardig",
            "ou similar",
            "etc",
        ],
    ),
    (
        Cue::Like,
        &[
            "like",
            "looks like",
            "similar to",
            "equivalent to",
            "alternative to",
            "clone of",
            "copy of",
            "compatible with",
            "works with",
            "fits",
            "suits",
            "kompatibel mit",
            "compatible avec",
            "compatible con",
            "fur",
            "pour",
            "para",
            "per",
        ],
    ),
    (
        Cue::Without,
        &[
            "free",
            "excluded",
            "banned",
            "prohibited",
            "forbidden",
            "frei",
            "verboten",
            "exclu",
            "interdit",
        ],
    ),
    (
        Cue::Doubt,
        &[
            "?",
            "possibly",
            "maybe",
            "perhaps",
            "probably",
            "likely",
            "believed",
            "assumed",
            "presumed",
            "suspected",
            "unconfirmed",
            "thought",
            "could be",
            "may be",
            "might be",
            "tbc",
            "to be confirmed",
            "vermutlich",
            "wahrscheinlich",
            "evtl",
            "eventuell",
            "vielleicht",
            "probablement",
            "quizas",
            "probablemente",
            "forse",
            "probabilmente",
            "mogelijk",
            "waarschijnlijk",
            "talvez",
        ],
    ),
    (Cue::Replacement, &["replacement", "replacements", "ersatz", "remplacement", "reemplazo"]),
    (
        Cue::Fitted,
        &[
            "installed",
            "fitted",
            "now",
            "new",
            "currently",
            "present",
            "jetzt",
            "neu",
            "maintenant",
            "ahora",
            "adesso",
            "nu",
        ],
    ),
];

const LINKS: &[(Link, &[&str])] = &[
    (Link::And, &["and", "und", "et", "plus", "e", "y", "en", "sowie"]),
    (Link::Or, &["or", "oder", "ou", "o"]),
    (
        Link::With,
        &["with", "by", "to", "into", "durch", "mit", "par", "avec", "por", "con", "da", "door"],
    ),
    (Link::For, &["for"]),
];

const KINDS: &[(DeviceKind, &[&str])] = &[
    (
        DeviceKind::BodyWorn,
        &["bodycam", "bodycams", "bodyworn", "body worn", "body cam", "bwv", "bwc"],
    ),
    (
        DeviceKind::Intercom,
        &[
            "intercom",
            "intercoms",
            "doorbell",
            "doorbells",
            "door bell",
            "doorphone",
            "door phone",
            "doorstation",
            "door station",
            "door entry",
            "videophone",
            "video phone",
            "entryphone",
            "entry phone",
            "citofono",
            "videocitofono",
            "interphone",
            "visiophone",
            "portero",
            "videoportero",
            "porteiro",
            "turstation",
            "sprechanlage",
            "gegensprechanlage",
            "turklingel",
            "deurbel",
        ],
    ),
    (
        DeviceKind::AccessControl,
        &[
            "access control",
            "card reader",
            "door controller",
            "turnstile",
            "face terminal",
            "zutrittskontrolle",
            "controle d acces",
            "control de acceso",
            "controllo accessi",
        ],
    ),
    (
        DeviceKind::Encoder,
        &[
            "encoder",
            "encoders",
            "video server",
            "video encoder",
            "videoserver",
            "codec",
            "encodeur",
            "codificador",
        ],
    ),
    (
        DeviceKind::Recorder,
        &[
            "nvr",
            "nvrs",
            "dvr",
            "dvrs",
            "xvr",
            "xvrs",
            "hvr",
            "recorder",
            "recorders",
            "rekorder",
            "netzwerkrekorder",
            "videorekorder",
            "enregistreur",
            "enregistreurs",
            "grabador",
            "grabadora",
            "gravador",
            "videoregistratore",
            "registratore",
            "rejestrator",
        ],
    ),
    (
        DeviceKind::Camera,
        &[
            "camera",
            "cameras",
            "cam",
            "cams",
            "cctv",
            "webcam",
            "webcams",
            "ipcam",
            "ipcams",
            "ipcamera",
            "ipc",
            "dome",
            "domes",
            "minidome",
            "minidomes",
            "bullet",
            "bullets",
            "turret",
            "turrets",
            "eyeball",
            "ptz",
            "ptzs",
            "fisheye",
            "varifocal",
            "anpr",
            "lpr",
            "alpr",
            "speeddome",
            "kamera",
            "kameras",
            "domekamera",
            "netzwerkkamera",
            "uberwachungskamera",
            "videokamera",
            "videocamera",
            "telecamera",
            "telecamere",
            "camara",
            "camaras",
            "domo",
            "domos",
            "cupola",
            "netwerkcamera",
            "kamery",
        ],
    ),
    (
        DeviceKind::OtherDevice,
        &[
            "switch",
            "switches",
            "monitor",
            "monitors",
            "printer",
            "printers",
            "router",
            "firewall",
            "bracket",
            "brackets",
            "mount",
            "mounts",
            "psu",
            "ups",
            "cable",
            "cables",
            "joystick",
            "keyboard",
            "workstation",
            "laptop",
            "access point",
            "power supply",
            "hard drive",
            "hdd",
            "halterung",
            "netzteil",
            "ecran",
            "soporte",
            "staffa",
            "alimentatore",
        ],
    ),
];

const BARE: &[&str] = &[
    "a", "an", "the", "any", "is", "are", "it", "its", "be", "by", "from", "own", "more", "made",
    "of", "old", "faulty", "existing", "legacy", "es", "est", "ist", "ein", "eine", "der", "die",
    "das", "den", "le", "la", "les", "un", "una", "une", "el", "los", "las", "il", "lo", "gli",
    "de", "du", "des", "del", "della", "di", "d", "l", "alte", "alten", "vieille", "vieja",
    "vecchia", "this", "that", "these",
];

/// Beginnings of model numbers that people write without the digits.
const STEMS: &[&str] = &[
    "hdw", "hfw", "hdbw", "hum", "ebw", "hac", "hcvr", "ds", "ids", "dhi", "dh", "xnv", "xnd",
    "xno", "xnp", "qnv", "qnd", "qno", "qnp", "pnm", "pnv", "lnv", "lnd", "lno", "snv", "snb",
    "snp", "sno", "snd", "snc", "dcs", "rlc", "gxv", "nbe", "nde", "ndi",
];

/// Words of the trade beside those that the knowledge base skips beside names.
const NOBODY: &[&str] = &[
    "ac",
    "adjustable",
    "analog",
    "anti",
    "antivandal",
    "audio",
    "auto",
    "batch",
    "black",
    "box",
    "brand",
    "building",
    "built",
    "car",
    "ceiling",
    "channel",
    "channels",
    "ch",
    "colour",
    "color",
    "colorvu",
    "compact",
    "corner",
    "corridor",
    "covert",
    "day",
    "ethernet",
    "exterior",
    "exterieur",
    "exterieure",
    "external",
    "fabricant",
    "fabricante",
    "face",
    "full",
    "grey",
    "hersteller",
    "high",
    "in",
    "infrared",
    "infrarouge",
    "innen",
    "interior",
    "interieur",
    "interieure",
    "internal",
    "interna",
    "interno",
    "ir",
    "item",
    "items",
    "kit",
    "led",
    "lens",
    "long",
    "low",
    "make",
    "manufacturer",
    "marca",
    "marke",
    "marque",
    "megapixel",
    "megapixels",
    "metal",
    "micro",
    "mic",
    "modele",
    "modell",
    "modelo",
    "modello",
    "models",
    "motorised",
    "motorized",
    "multi",
    "night",
    "number",
    "on",
    "out",
    "pan",
    "panoramic",
    "part",
    "pinhole",
    "pixel",
    "pole",
    "port",
    "product",
    "purpose",
    "qty",
    "quantity",
    "range",
    "rating",
    "res",
    "resolution",
    "sensor",
    "site",
    "small",
    "speed",
    "standard",
    "starlight",
    "static",
    "surface",
    "thermal",
    "tilt",
    "typ",
    "type",
    "unbekannt",
    "unknown",
    "vandal",
    "version",
    "wall",
    "wdr",
    "weatherproof",
    "white",
    "wide",
    "x",
    "year",
    "zoom",
    "aussen",
    "exterieures",
    "esterna",
    "esterno",
];

/// A number with its unit: `4mp`, `1080p`, `16ch`, `2tb`, `h265`, `ip66`.
pub(super) fn is_measure(word: &str) -> bool {
    const UNITS: &[&str] = &[
        "mp",
        "mpx",
        "mpix",
        "megapixel",
        "p",
        "k",
        "ch",
        "channel",
        "way",
        "tb",
        "gb",
        "mm",
        "m",
        "v",
        "w",
        "vdc",
        "vac",
        "fps",
        "x",
        "inch",
        "in",
        "deg",
        "port",
        "st",
        "nd",
        "rd",
        "th",
    ];
    const MARKS: &[&str] =
        &["h264", "h265", "ip65", "ip66", "ip67", "ik10", "ik08", "4k", "8k", "poe"];
    let border = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, unit) = word.split_at_checked(border).unwrap_or((word, ""));
    MARKS.contains(&word) || (!digits.is_empty() && (unit.is_empty() || UNITS.contains(&unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_folded_and_no_longer_than_is_looked_for() {
        let lists = CUES.iter().map(|(_, words)| *words);
        let lists = lists.chain(LINKS.iter().map(|(_, words)| *words));
        let lists = lists.chain(KINDS.iter().map(|(_, words)| *words)).chain([BARE, STEMS, NOBODY]);
        for phrase in lists.flatten() {
            assert!(phrase.split(' ').count() <= PHRASE_WORDS_MAX, "{phrase}");
            let folded: Vec<String> = phrase.split(' ').map(knowledge::folded).collect();
            assert!(*phrase == "?" || folded.join(" ") == *phrase, "{phrase}");
        }
    }

    #[test]
    fn a_measure_is_a_number_with_a_unit() {
        assert!(
            is_measure("4mp") && is_measure("1080p") && is_measure("16ch") && is_measure("2021")
        );
        assert!(
            !is_measure("p3245")
                && !is_measure("ds2cd2143")
                && !is_measure("mp")
                && !is_measure("")
        );
    }
}
