//! Names of companies and models as devices and people write them.

/// A name without case, blanks and punctuation.
pub(crate) fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What firmware shows where nobody filled in a brand: it names none.
const NO_BRANDS: &[&str] = &[
    "camera",
    "cctv",
    "company",
    "default",
    "device",
    "dvr",
    "embeddednetdvr",
    "general",
    "h264",
    "h265",
    "hd",
    "hdipc",
    "hdipcamera",
    "ip",
    "ipc",
    "ipcam",
    "ipcamera",
    "ipdevice",
    "ipdome",
    "ipnc",
    "linux",
    "manufacturer",
    "model",
    "na",
    "name",
    "network",
    "networkcamera",
    "networkvideorecorder",
    "networkvideotransmitter",
    "none",
    "null",
    "nvr",
    "nvt",
    "oem",
    "onvif",
    "onvificamera",
    "private",
    "std",
    "tpipc",
    "undefined",
    "unknown",
    "various",
    "vendor",
    "other",
    "others",
    "tbc",
    "tba",
    "notknown",
    "unbranded",
    "generic",
    "webcam",
    "videoserver",
    "xvr",
];

/// Whether a word that stands where a brand should stand names one.
pub(crate) fn is_brand(text: &str) -> bool {
    let name = normal(text);
    name.chars().any(char::is_alphabetic)
        && name.chars().count() >= 2
        && !NO_BRANDS.contains(&name.as_str())
}

/// Words that end a company's name and tell nothing of it.
const CORPORATE_WORDS: &[&str] = &[
    "ab",
    "ag",
    "asia",
    "bv",
    "co",
    "communications",
    "company",
    "corp",
    "corporation",
    "digital",
    "electronic",
    "electronics",
    "gmbh",
    "group",
    "holdings",
    "inc",
    "incorporated",
    "india",
    "industries",
    "international",
    "iot",
    "kg",
    "limited",
    "llc",
    "ltd",
    "network",
    "networks",
    "nv",
    "oy",
    "plc",
    "private",
    "products",
    "pte",
    "pty",
    "pvt",
    "sa",
    "security",
    "services",
    "sl",
    "spa",
    "srl",
    "surveillance",
    "system",
    "systems",
    "technologies",
    "technology",
    "technical",
    "telekomunikace",
    "as",
    "the",
    "vision",
    "america",
    "americas",
    "usa",
    "uk",
    "europe",
];

/// Whether a word, folded, only says that a name is a company's.
pub(crate) fn is_corporate_word(word: &str) -> bool {
    CORPORATE_WORDS.contains(&word)
}

/// The name of a company without the words that only say that it is one: `Axis Communications AB` → `Axis`.
/// Each step is given, longest first, so that `Hanwha Vision` is found before `Hanwha`.
pub(crate) fn shorter_names(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut names = Vec::new();
    for end in (1..words.len()).rev() {
        let Some((kept, dropped)) = words.split_at_checked(end) else { continue };
        let Some(first_dropped) = dropped.first() else { continue };
        if !CORPORATE_WORDS.contains(&normal(first_dropped).as_str()) {
            break;
        }
        names.push(kept.join(" "));
    }
    let without_place: Vec<String> = std::iter::once(text)
        .chain(names.iter().map(String::as_str))
        .filter_map(|name| name.split_once(' '))
        .filter(|(first, _)| PLACES.contains(&normal(first).as_str()))
        .map(|(_, rest)| rest.trim().to_owned())
        .collect();
    names.extend(without_place);
    names
}

/// Places that companies put in front of their names.
const PLACES: &[&str] = &[
    "beijing",
    "guangdong",
    "guangzhou",
    "hangzhou",
    "nanjing",
    "ningbo",
    "shanghai",
    "shenzhen",
    "tianjin",
    "xiamen",
    "zhejiang",
    "zhuhai",
    "jinan",
    "suzhou",
];

/// More words than this are prose, not a model.
const MODEL_WORDS_MAX: usize = 24;
/// Two words longer than this are no model together.
const MODEL_CHARS_MAX: usize = 48;

/// The ways a model number may have been meant by whoever typed it, the narrowest first, so that the number is found
/// without the words around it: each word, with the hyphen that people drop (`DS2CD2143` → `DS-2CD2143`), neighbours
/// together, and last the text as written.
pub(crate) fn model_spellings(text: &str) -> Vec<String> {
    let text = text.trim();
    let upper = text.to_uppercase();
    let words: Vec<&str> = upper
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '\'' | '_' | ':')
        })
        .filter(|word| !word.is_empty())
        .take(MODEL_WORDS_MAX)
        .collect();
    let mut spellings: Vec<String> = Vec::new();
    let mut add = |spelling: String| {
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    };
    if words.len() < 2 {
        add(text.to_owned());
    }
    for word in words.iter().filter(|word| is_model_like(word)) {
        add((*word).to_owned());
        if let Some(hyphened) = with_hyphen(word) {
            add(hyphened);
        }
    }
    for pair in words.windows(2) {
        for joined in [pair.join(" "), pair.join("-")] {
            if is_model_like(&joined) && joined.chars().count() <= MODEL_CHARS_MAX {
                add(joined);
            }
        }
    }
    add(text.to_owned());
    spellings
}

/// A company's name without the model that stands behind it in the same cell: `Exampledome ED-200` → `Exampledome`.
pub(crate) fn without_model(text: &str) -> &str {
    let is_number = |word: &&str| word.chars().any(|c| c.is_ascii_digit());
    let Some(number) = text.split_whitespace().find(is_number) else { return text };
    match text.split_once(number) {
        Some((name, _)) if !name.trim().is_empty() => name.trim(),
        _ => text,
    }
}

/// A word with a digit and at least three characters may be a model number.
pub(crate) fn is_model_like(word: &str) -> bool {
    word.chars().count() >= 3
        && word.chars().any(|c| c.is_ascii_digit())
        && word.chars().any(char::is_alphabetic)
}

/// Stems whose hyphen people drop.
const HYPHENED_STEMS: &[&str] = &[
    "IDS", "DS", "DHI", "DH", "IPC", "NVR", "XVR", "TD", "TC", "CS", "TV", "SNC", "WV", "GV",
    "DCS", "XNV", "XND", "XNO", "XNP", "QNV", "QND", "QNO", "QNP", "PNV", "PNM", "LNV", "LNO",
    "LND", "SNV", "SNB", "SNP", "SNO", "SND", "HAC", "THC", "RLC", "CP",
];

/// Whether a word, in capitals, begins a maker's numbers.
pub(crate) fn is_stem(word: &str) -> bool {
    HYPHENED_STEMS.contains(&word)
}

/// The word with the hyphen that people drop behind a stem that is known.
pub(crate) fn with_hyphen(word: &str) -> Option<String> {
    let stem = HYPHENED_STEMS.iter().find(|stem| word.starts_with(**stem))?;
    let rest = word.get(stem.len()..)?;
    let is_dropped = rest.chars().next().is_some_and(char::is_alphanumeric);
    is_dropped.then(|| format!("{stem}-{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_found_behind_its_legal_form() {
        let names = shorter_names("Axis Communications AB");
        assert_eq!(names, ["Axis Communications", "Axis"]);
        assert!(shorter_names("Sony").is_empty());
    }

    #[test]
    fn the_hyphen_people_drop_is_put_back() {
        assert!(model_spellings("hik ds2cd2000").contains(&"DS-2CD2000".to_owned()));
        assert!(model_spellings("dahua ipc hdw1000").contains(&"IPC-HDW1000".to_owned()));
    }

    #[test]
    fn a_model_behind_the_name_is_taken_off() {
        assert_eq!(without_model("Exampledome Dome ED-200"), "Exampledome Dome");
        assert_eq!(without_model("360 Exampledome"), "360 Exampledome");
    }

    #[test]
    fn filler_is_no_brand() {
        assert!(!is_brand("IP Camera") && !is_brand("N/A") && !is_brand("1234"));
        assert!(is_brand("Exampledome"));
    }
}
