//! What was typed, without side effects.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use model::{Answer, Date, DeviceKind, Level, MakerId, PolicyId};

const EXAMPLES: &str = "\
Examples:
  custodiet audit examples/townhall
      Read everything in the folder, print the devices, write a report.
  custodiet audit --db council.db --estate estate.toml register.xlsx scan.xml office.pcapng
      The same with your own files, in a database of your own.
  custodiet devices --db council.db --answer breach --format csv > breaches.csv
      One list of what must go first.
  custodiet explain --db council.db 10.20.30.12
      Every verdict on one device, down to the evidence and the rule text.

Environment: CUSTODIET_DB (the database), CUSTODIET_KB (folders of knowledge, separated as in PATH), CUSTODIET_LOG (a
log filter, such as debug), NO_COLOR.
Exit codes: 0 nothing found, 1 findings, 2 usage, 3 input unreadable (all of it), 4 environment.
Nothing leaves this computer but what `scan` asks. Findings say what the evidence is consistent with; they are not legal advice.";

/// Find every camera in your records, tell who really made it, judge it against the law that binds you.
#[derive(Debug, Parser)]
#[command(name = "custodiet", version, propagate_version = true, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Say more on standard error; twice for more still
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// No progress bars and no hints on standard error
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Take knowledge from this folder: a whole knowledge base if it holds makers.csv, else an addition to the one
    /// built in; may be given several times
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) kb: Vec<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read evidence, resolve, attribute and judge it, and report
    Audit(AuditArguments),
    /// Read evidence into the database without judging it, or preview how a register is understood
    Import(ImportArguments),
    /// Show what changed between two editions of a register
    Diff(DiffArguments),
    /// List what was read, and say which register takes the place of which
    Sources(SourcesArguments),
    /// List and forget the mappings that are remembered for registers
    Mappings(MappingsArguments),
    /// Say who made what from lines of signals on standard input
    Identify(IdentifyArguments),
    /// Ask addresses of your own networks for cameras, gently, and say what became of each
    Scan(ScanArguments),
    /// List devices of the newest results
    Devices(DevicesArguments),
    /// Show every verdict on one device, down to the evidence and the rule text
    Explain(ExplainArguments),
    /// Check an order or quotation before money is spent
    Check(CheckArguments),
    /// List, show and test rule cards
    Policies(PoliciesArguments),
    /// Show and check the knowledge base
    Kb(KbArguments),
    /// Measure how often the attribution is right, over labelled evidence
    Evaluate(EvaluateArguments),
    /// Write the report of the newest results again
    Report(ReportArguments),
    /// Compute all results again from the evidence that is held
    Recompute(RecomputeArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Write the manual pages into a folder
    Man(ManArguments),
}

/// Which database.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// SQLite file that holds evidence and results [default: custodiet/custodiet.db in your data folder]
    #[arg(long, value_name = "FILE", env = "CUSTODIET_DB")]
    pub(crate) db: Option<PathBuf>,
}

/// Whose estate, which rules, as of when.
#[derive(Debug, Args)]
pub(crate) struct ContextArguments {
    /// Estate file: organisation, entity test, sites, zones
    #[arg(long, value_name = "FILE")]
    pub(crate) estate: Option<PathBuf>,
    /// Ask this rule card only; may be given several times [default: the cards of your jurisdiction]
    #[arg(long = "policy", value_name = "ID")]
    pub(crate) policies: Vec<PolicyId>,
    /// Apply the rules as they stood on this day [default: today, UTC]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    #[command(flatten)]
    pub(crate) priors: PriorsArguments,
}

/// What is believed before any evidence.
#[derive(Debug, Args)]
pub(crate) struct PriorsArguments {
    /// What is believed before any evidence (TOML, see docs/reference/priors.md) [default: built in; of audit, recompute and explain the last run's]
    #[arg(long, value_name = "FILE")]
    pub(crate) priors: Option<PathBuf>,
}

/// How registers and captures are read.
#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    /// Which column of a register is what (TOML: a `[columns]` table of titles and fields)
    #[arg(long = "map", value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// The zone that captures and scans were taken from
    #[arg(long, value_name = "ZONE")]
    pub(crate) vantage: Option<String>,
}

/// What a register means for those that are held.
#[derive(Debug, Args)]
pub(crate) struct EditionArguments {
    /// The register takes the place of this one (a number that `custodiet sources` lists)
    #[arg(long, value_name = "SOURCE", conflicts_with = "no_replace")]
    pub(crate) replaces: Option<i64>,
    /// Let every register count beside those that are held, however alike they are
    #[arg(long)]
    pub(crate) no_replace: bool,
    /// Leave out mappings that are remembered for the columns of a register
    #[arg(long, conflicts_with = "mapping")]
    pub(crate) no_map: bool,
}

/// Form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// One JSON object a line
    Jsonl,
    /// For spreadsheets
    Csv,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Inputs are recognised by content: asset registers (CSV, XLSX, ODS, JSON), mapped cameras (GeoJSON, OpenStreetMap),
scans (nmap, masscan, ZGrab2, httpx, nuclei, Nessus), logs of Zeek and Suricata (EVE), pcap and pcapng captures, DHCP
leases (ISC, Kea, dnsmasq, Windows), tables of switches and routers, SNMP walks, signals JSONL, single saved device
messages. A folder means all files in it; an estate file in it is used as context. Importing a file twice changes
nothing. An edited register takes the place of the former one (see `custodiet help import`).

Examples:
  custodiet audit examples/townhall
  custodiet audit --db council.db --as-of 2025-05-01 --format jsonl evidence/ | jq .maker.name
  custodiet audit --estate estate.toml --policy UK-386-A --policy UK-386-B register.csv")]
pub(crate) struct AuditArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) context: ContextArguments,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    #[command(flatten)]
    pub(crate) edition: EditionArguments,
    /// Write the report (HTML, CSV, XLSX, JSONL) into this folder [default: custodiet-report with --format table]
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// Form of the list on standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Files and folders
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  custodiet import --preview register.xlsx      Show what each column is taken for; change nothing
  custodiet import --map columns.toml register.xlsx
  custodiet import --confirm register.xlsx      Take it as the preview shows it
  custodiet import --db council.db leases/ capture.pcapng
  custodiet import --replaces 3 cameras-2026.xlsx

A mapping file:
  [columns]
  \"Kamera-Nr\" = \"asset-tag\"
  \"Hersteller\" = \"make\"
Fields: asset-tag, make, model, serial, mac, address, hostname, site, location, installed, owner, purpose, kind,
firmware, status, quantity, text, ignored.
A mapping is remembered, and used for the next register with the same columns (`custodiet mappings`).

A register with the name and the columns of one that is held takes its place if most of its devices are in it, by serial
number or MAC: what changed is shown, and devices that are gone from it stay in the audit as such. Otherwise both count,
and you are told how to say that one replaces the other.")]
pub(crate) struct ImportArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    #[command(flatten)]
    pub(crate) edition: EditionArguments,
    /// Show how registers are understood, and store nothing
    #[arg(long, conflicts_with_all = ["replaces", "no_replace", "confirm"])]
    pub(crate) preview: bool,
    /// Take the columns of registers for what --preview shows, and remember that
    #[arg(long, conflicts_with_all = ["mapping", "no_map"])]
    pub(crate) confirm: bool,
    /// Form of the changes to a register, on standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Files and folders
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: both say the same; 1: they differ. Rows are paired by the best key that both have: serial number, MAC, asset
tag, network address, name, place. A row whose device is another now counts as exchanged: the former device is gone.

Examples:
  custodiet diff 3                        What changed when source 3 was replaced, or when it replaced another
  custodiet diff 3 7 --format jsonl
  custodiet diff 3 cameras-2026.xlsx      What would change; stores nothing")]
pub(crate) struct DiffArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// A register that is held (a number that `custodiet sources` lists)
    #[arg(value_name = "SOURCE")]
    pub(crate) older: i64,
    /// Another one, or a file [default: the one that replaced SOURCE, or that SOURCE replaced]
    #[arg(value_name = "NEWER")]
    pub(crate) newer: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SourcesArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(subcommand)]
    pub(crate) command: Option<SourcesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// List all inputs that were read (the default)
    List {
        /// Form of the list
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Say that one register is a newer edition of another: it counts in its place
    Replace {
        /// The older register
        #[arg(value_name = "OLDER")]
        older: i64,
        /// The newer register
        #[arg(value_name = "NEWER")]
        newer: i64,
    },
    /// Let a register count again that another took the place of: they are two registers
    Restore {
        /// The older register
        #[arg(value_name = "OLDER")]
        older: i64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct MappingsArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(subcommand)]
    pub(crate) command: Option<MappingsCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MappingsCommand {
    /// List all mappings that are remembered (the default)
    List {
        /// Form of the list
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Print a mapping as a file for --map
    Show {
        /// The mapping
        #[arg(value_name = "ID")]
        id: i64,
    },
    /// Forget a mapping; what was read by it stays as it is
    Forget {
        /// The mapping
        #[arg(value_name = "ID")]
        id: i64,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Reads lines {\"id\": …, \"signals\": [{\"kind\": …, \"value\": …}, …]} and writes one JSON line each. A bad line is told on
standard error; the others go on. Kinds that are not known are ignored with a note.

With --firmware, reads the headers of firmware files and says which container each is, who makes devices that take such a
file, and what the header says in clear. Nothing is unpacked, decrypted or run. Exit code 0: none was recognised; 1: one was.

Examples:
  custodiet identify --firmware digicap.dav update.bin
  echo '{\"id\":1,\"signals\":[{\"kind\":\"http.server\",\"value\":\"DNVRS-Webs\"}]}' | custodiet identify")]
pub(crate) struct IdentifyArguments {
    /// Read this file in place of standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read the headers of these firmware files instead
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "file")]
    pub(crate) firmware: Vec<PathBuf>,
    /// Form of the list of firmware files [default: table]
    #[arg(long, value_enum, requires = "firmware")]
    pub(crate) format: Option<Format>,
    /// Add to each line what to ask next, what the answer would bring, and how to get it
    #[arg(long, conflicts_with = "firmware")]
    pub(crate) next: bool,
    #[command(flatten)]
    pub(crate) priors: PriorsArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without --scope only private networks that this computer is attached to may be asked, public addresses never. \
docs/reference/scope.md tells what a scope file says, docs/reference/scanning.md what is asked and how gently.

No login is sent, nothing is changed, no path is guessed. Ctrl-C ends the scan in order; a second one at once.

Examples:
  custodiet scan --scope scope.toml --dry-run 10.20.0.0/16
  custodiet scan --scope scope.toml --resume scan.state --evidence scan.jsonl 10.20.0.0/16
  custodiet audit --db council.db scan.jsonl")]
pub(crate) struct ScanArguments {
    /// Addresses as nmap takes them: 10.0.0.0/24, 10.0.0.10-20, 10.0-1.*.1
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// Take targets from this file, too (-iL)
    #[arg(long, value_name = "FILE")]
    pub(crate) target_list: Option<PathBuf>,
    /// Leave these out
    #[arg(long, value_name = "TARGET")]
    pub(crate) exclude: Vec<String>,
    /// Leave out what this file lists
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude_file: Option<PathBuf>,
    /// Who allowed which ranges, when, and how fast
    #[arg(long, value_name = "FILE")]
    pub(crate) scope: Option<PathBuf>,
    /// Packets a second at most [default: what the scope allows, 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_rate: Option<u32>,
    /// The same seed asks in the same order
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Go through the targets so often: what is found again tells how many are not found at all
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(crate) passes: u32,
    /// Send nothing: print what would be sent, to how many addresses, how long it takes, and who allows it
    #[arg(long, conflicts_with_all = ["resume", "evidence"])]
    pub(crate) dry_run: bool,
    /// Keep in this file where the scan stands, and go on from there if it is there
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Add what was heard to this file, for import and audit
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = ScanFormat::Table)]
    pub(crate) format: ScanFormat,
}

/// How a scan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// For people
    Table,
    /// One JSON object for each address that is not silent, the summary last
    Jsonl,
}

/// Which devices.
#[derive(Debug, Args)]
pub(crate) struct FilterArguments {
    /// Of this kind
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub(crate) kind: Vec<DeviceKind>,
    /// Only cameras, recorders and the like
    #[arg(long)]
    pub(crate) surveillance: bool,
    /// By this maker (an id of `custodiet kb show`)
    #[arg(long, value_name = "ID")]
    pub(crate) maker: Vec<MakerId>,
    /// With this brand on the box
    #[arg(long, value_name = "NAME")]
    pub(crate) brand: Vec<String>,
    /// Established so far
    #[arg(long, value_name = "LEVEL", value_parser = level())]
    pub(crate) level: Vec<Level>,
    /// At this site
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Vec<String>,
    /// In this zone
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Vec<String>,
    /// With this as the worst answer
    #[arg(long, value_name = "ANSWER", value_parser = answer())]
    pub(crate) answer: Vec<Answer>,
    /// Count the answers of this rule card only
    #[arg(long, value_name = "ID")]
    pub(crate) policy: Option<PolicyId>,
    /// Only where brand and maker differ
    #[arg(long)]
    pub(crate) rebranded: bool,
    /// Only with a conflict
    #[arg(long)]
    pub(crate) conflicting: bool,
    /// Exactly this id, address, MAC or serial
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// As first seen in the evidence
    Seen,
    /// By id
    Id,
    /// By maker
    Maker,
    /// By brand
    Brand,
    /// By model
    Model,
    /// By site
    Site,
    /// By kind
    Kind,
    /// Worst answer first
    Verdict,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  custodiet devices --surveillance --sort verdict
  custodiet devices --maker hikvision --site town-hall --format csv
  custodiet devices --policy UK-386-A --answer not-enough-evidence --format jsonl")]
pub(crate) struct DevicesArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// Order
    #[arg(long, value_enum, default_value_t = Sort::Seen)]
    pub(crate) sort: Sort,
    /// Reverse the order
    #[arg(long)]
    pub(crate) reverse: bool,
    /// At most so many [default: 200 for a table, all otherwise]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Leave out the first so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: u32,
    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  custodiet explain 10.20.30.12
  custodiet explain --format json 44:19:b6:00:00:01
  custodiet explain --policy UK-386-A mac-4419b6000001")]
pub(crate) struct ExplainArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    /// Only this rule card
    #[arg(long, value_name = "ID")]
    pub(crate) policy: Option<PolicyId>,
    /// Form
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(crate) format: ExplainFormat,
    #[command(flatten)]
    pub(crate) priors: PriorsArguments,
    /// The device: its id, an address, a MAC or a serial
    #[arg(value_name = "DEVICE")]
    pub(crate) device: String,
}

/// Form of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every line of the order (CSV, XLSX, ODS, JSON, or JSON lines of signals) is judged as a purchase. Exit code 0: no rule
objects; 1: at least one line is a breach, a candidate, or cannot be judged for want of evidence.

Examples:
  custodiet check --estate estate.toml quotation.xlsx
  custodiet check --policy US-889-A --format jsonl order.csv || echo 'do not sign'")]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) context: ContextArguments,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// The order or quotation
    #[arg(value_name = "ORDER")]
    pub(crate) order: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PoliciesArguments {
    #[command(subcommand)]
    pub(crate) command: Option<PoliciesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PoliciesCommand {
    /// List all cards (the default)
    List {
        /// Form of the list
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Print a card: text, source, force, dates, and the rule itself
    Show {
        /// The card
        #[arg(value_name = "ID")]
        id: PolicyId,
    },
    /// Run the tests of the rules
    Test,
}

#[derive(Debug, Args)]
pub(crate) struct KbArguments {
    #[command(subcommand)]
    pub(crate) command: KbCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KbCommand {
    /// Check everything: ids, patterns, examples, counter-examples, sources
    Lint,
    /// Make an addition of Recog's fingerprints: another project's knowledge, of the lowest rank
    ImportRecog(ImportRecogArguments),
    /// Explain an entry
    #[command(after_help = "\
Examples:
  custodiet kb show hikvision
  custodiet kb show 44:19:b6:00:00:01
  custodiet kb show DS-2CD2143G2-I
  custodiet kb show Annke")]
    Show {
        /// A fingerprint id, maker id, brand, MAC or prefix, domain, model pattern or model number
        #[arg(value_name = "ID")]
        id: String,
    },
    /// List entries with their source, date, confidence and dispute
    List(KbListArguments),
    /// Show what differs between two knowledge bases, or which verdicts would change
    Diff(KbDiffArguments),
    /// Write the knowledge base that is built in into a new folder, to be changed and used with --kb
    Export {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  custodiet kb list --disputed
  custodiet kb list --unverified --table brands --format csv > to-check.csv")]
pub(crate) struct KbListArguments {
    /// Only what is disputed and not settled
    #[arg(long)]
    pub(crate) disputed: bool,
    /// Only what rests on one weak source
    #[arg(long)]
    pub(crate) unverified: bool,
    /// Only entries of this table; may be given several times
    #[arg(long, value_name = "TABLE", value_parser = table())]
    pub(crate) table: Vec<&'static str>,
    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Form of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KbFormat {
    /// For people
    Table,
    /// One JSON object a line
    Jsonl,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A and B are folders, as --kb takes them (an addition stands for the built-in knowledge with it), or the word `builtin`;
--kb itself has no part in it.
With --db, all evidence of that database is judged by both, and each device is told whose maker, kind, level or verdict
would be another, and by which entries. Nothing is stored. Exit code 0: nothing changes; 1: something does.

Examples:
  custodiet kb diff builtin my-kb
  custodiet kb diff builtin my-kb --db council.db
  custodiet kb diff old-kb new-kb --db council.db --format jsonl > changes.jsonl")]
pub(crate) struct KbDiffArguments {
    /// The older knowledge base: a folder, or `builtin`
    #[arg(value_name = "A")]
    pub(crate) older: PathBuf,
    /// The newer one
    #[arg(value_name = "B")]
    pub(crate) newer: PathBuf,
    /// Judge the evidence of this database by both
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Form of the comparison
    #[arg(long, value_enum, default_value_t = KbFormat::Table)]
    pub(crate) format: KbFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Takes what concerns surveillance equipment or rules it out, translates the patterns, runs every example, and writes what
holds as a folder for --kb. What is left out is counted with its reason; the folder's README.md names each.

Example:
  custodiet kb import-recog recog/xml --out recog-kb
  custodiet --kb recog-kb audit evidence/")]
pub(crate) struct ImportRecogArguments {
    /// Recog's XML files: their folder, or the one that holds it as `xml`
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Write the addition into this folder: a new one, or that of an earlier import
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

/// Form of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvaluateFormat {
    /// Figures for people
    Table,
    /// One JSON object a case
    Jsonl,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A corpus is a .jsonl file of lines {\"id\", \"signals\", \"truth\": {\"kind\", \"makers\", \"brand\"}}, a folder of such files, or a folder
laid out as docs/reference/evaluation.md says. Exit code 1: an accusation or a false camera.

Examples:
  custodiet evaluate --mistakes labelled.jsonl
  custodiet evaluate --report docs/reference corpora/ samples/")]
pub(crate) struct EvaluateArguments {
    /// Write the page of figures and the reliability diagram into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// List every wrong answer, accusation and false camera
    #[arg(long)]
    pub(crate) mistakes: bool,
    /// List every device whose maker, or that it is a camera, was not found
    #[arg(long)]
    pub(crate) misses: bool,
    /// Say which correction of probabilities fits best
    #[arg(long)]
    pub(crate) fit: bool,
    #[command(flatten)]
    pub(crate) priors: PriorsArguments,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = EvaluateFormat::Table)]
    pub(crate) format: EvaluateFormat,
    /// Files and folders of labelled evidence
    #[arg(value_name = "CORPUS", required = true)]
    pub(crate) corpora: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// Folder to write into
    #[arg(value_name = "DIR", default_value = "custodiet-report")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Uses the estate and the rule cards of the last run unless others are given.

Examples:
  custodiet recompute                              After an update of custodiet
  custodiet recompute --as-of 2024-04-29           What would have been said on that day
  custodiet recompute --estate estate.toml         After a change of sites or of the entity test")]
pub(crate) struct RecomputeArguments {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) context: ContextArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// Which shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Folder to write into; it is made where needed
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// One of the names that a type has, listed by help and completions.
fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|value| name(*value))).try_map(move |text| {
        all.iter().copied().find(|value| name(*value) == text).ok_or("not one of the names")
    })
}

fn table() -> impl TypedValueParser<Value = &'static str> {
    named(&knowledge::Knowledge::TABLES, |name| name)
}

fn kind() -> impl TypedValueParser<Value = DeviceKind> {
    named(&DeviceKind::ALL, DeviceKind::as_str)
}

fn answer() -> impl TypedValueParser<Value = Answer> {
    named(&Answer::ALL, Answer::as_str)
}

fn level() -> impl TypedValueParser<Value = Level> {
    const ALL: [Level; 5] =
        [Level::Confirmed, Level::Probable, Level::Possible, Level::Conflicting, Level::Unknown];
    named(&ALL, Level::as_str)
}
