//! Laws of `knowledge`: damaged texts are refused with a place, never with a panic.

use knowledge::{Knowledge, Texts};
use model::{MacAddr, SignalKind};

use crate::Seed;

/// Parts a file from the next, as `=== NAME` on a line of its own.
const MARK: &str = "=== ";

/// The files of a knowledge base, one after the other.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let parts = text.split(MARK).filter_map(|part| part.split_once('\n'));
    let texts = Texts { files: parts.collect() };
    match Knowledge::load(&texts) {
        Ok(knowledge) => {
            use_it(&knowledge);
            let again = Knowledge::load(&texts).expect("what loads once loads twice");
            assert_eq!(again.version(), knowledge.version(), "equal texts, equal version");
        }
        Err(error) => {
            // Damage may give two files one name; either may be meant.
            let meant = texts.files.iter().filter(|(name, _)| *name == error.file);
            let lines = meant.map(|(_, text)| text.split('\n').count() as u64).max();
            let lines = lines.unwrap_or_else(|| panic!("{error} is of no file that was given"));
            assert!(error.line <= lines + 1, "{error} is beyond line {lines}");
            assert!(!error.problem.is_empty(), "{error} says nothing");
        }
    }
    let _ = Knowledge::lint_texts(&texts);
}

/// Asks for one thing of each kind.
fn use_it(knowledge: &Knowledge) {
    for kind in SignalKind::ALL {
        knowledge.matches(*kind, "App-webs/ MODEL-0000 192.0.0.64 login:");
    }
    knowledge.read_make("Brandles");
    knowledge.brands_in("two Brandless domes");
    knowledge.prefix(MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1]));
    knowledge.models("MODEL-0000");
    knowledge.domain("hub.example.org");
    knowledge.soc("Hi0000");
    knowledge.firmware_format(b"\xe9\x9a\xf7\xb6");
    let maker = knowledge.makers().first().map(|maker| maker.id.to_string());
    let _ = maker.map(|id| knowledge.entry(&id));
}

pub(crate) fn seeds() -> Vec<Seed> {
    let everything = [TABLES_OF_MAKERS, TABLES_OF_THINGS, FINGERPRINTS].concat();
    vec![
        Seed::new("everything", &[everything.as_bytes()]),
        Seed::new("makers", &[TABLES_OF_MAKERS.as_bytes()]),
        Seed::new("fingerprints", &[TABLES_OF_MAKERS.as_bytes(), FINGERPRINTS.as_bytes()]),
    ]
}

const TABLES_OF_MAKERS: &str = "=== makers.csv
id,legal_name,short_name,role,country,parent,state_ownership,subject_to_prc_nil,ndaa_889,fcc_covered,notes,source,confidence
lantern,Lantern Vision Ltd,Lantern,manufacturer,GB,Private,,no,no,no,made up,\"a manual, page 1\",reported
=== brands.csv
name,makers,relation,period,region,note,source,confidence
Lantern,lantern,own-brand,,global,,a manual,confirmed
Brandless,lantern,rebrand,,global,,a manual,reported
=== aliases.csv
spelling,brand,note,source,confidence
Lantern Vision,Lantern,,a manual,reported
=== common_words.csv
word,note
capture,a word of the language
";
const TABLES_OF_THINGS: &str = "=== prefixes.csv
prefix,bits,organisation,makers,scope,oem_hint,note,source,confidence
5803FB,24,Lantern Vision Ltd,lantern,camera-vendor,,,a registry,confirmed
=== models.csv
id,makers,kind,brand,specificity,pattern,examples,corpus_hits,corpus_share,note,source,confidence
model.lantern.m,lantern,camera,Lantern,distinct,^MODEL-\\d{4},MODEL-0000,1,1.0,,a manual,confirmed
=== domains.csv
name,makers,purpose,note,source,confidence
example.org,lantern,cloud relay,,a manual,confirmed
=== socs.csv
family,part,names,maker,country,makers,known_models,ndaa,note,source,confidence
Hi00xx,Hi0000,Hi0000,Chips,CN,unknown,made up,high,,a manual,reported
=== firmware.csv
makers,format,file_names,magic_offset,magic,needs,structure,protection,oem_clue,tool,source,confidence
lantern,DAV,x.dav,0,E9 9A F7 B6,,a header,XOR,,,a manual,reported
";
const FINGERPRINTS: &str = "=== fingerprints/http-server.toml
[[fingerprint]]
id = \"http.server.lantern\"
kind = \"http.server\"
pattern = '^App-webs/(?<firmware>\\d+(?:\\.\\d+)*)?'
rank = 4
asserts = [{ claim = \"maker\", value = \"lantern\", weight_bits = 13.0 }]
because = \"compiled into the daemon\"
source = { what = \"a manual\", confidence = \"confirmed\" }
example = [{ input = 'App-webs/1.2', captures = { firmware = '1.2' } }]
non_example = [{ input = 'nginx', because = \"another server\" }]
";
