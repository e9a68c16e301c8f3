//! How often the 95 % interval for what was not seen holds the truth, on simulated estates: the table of
//! `docs/reference/estimate.md`. `cargo run --release -p scan --example estimate_coverage [SEED]`.

use std::io::Write as _;

use scan::estimate::{List, NoEstimate, Sightings, Way};

/// Estates of each row.
const ESTATES: u32 = 1000;
/// Of the table in the documentation.
pub(crate) const SEED: u64 = 5;
/// From how many devices to how many, evenly in their logarithm.
const DEVICES: (f64, f64) = (50.0, 5000.0);
/// How likely a list holds a device, evenly.
const LIKELY: (f64, f64) = (0.5, 0.99);
/// How often a dependent list does what the list before it did, whatever its own odds.
const REPEATS: f64 = 0.2;

fn main() -> std::io::Result<()> {
    let seed =
        std::env::args().nth(1).map_or(SEED, |seed| seed.parse().expect("a seed is a number"));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| estates | lists | estimated | interval holds the truth | where 3 or more unseen are expected | truth above | truth \
         below | unseen, mean | estimate − truth, mean | width of the interval, median | relative to the estate |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|")?;
    for (name, world) in WORLDS {
        for lists in world.lists.0..=world.lists.1 {
            let tally = Tally::of(ESTATES, seed, |chance| Estate::draw(world, lists, chance));
            writeln!(out, "| {name} | {lists} | {tally} |")?;
        }
    }
    let tally = Tally::of(ESTATES, seed, Estate::draw_promised);
    writeln!(out, "| **all of the first two kinds** | 2–4 | {tally} |")
}

/// What the interval promises is promised for these: devices alike, or classes that are told apart.
const PROMISED: [World; 2] = [WORLDS[0].1, WORLDS[1].1];

const WORLDS: [(&str, World); 7] = [
    ("devices alike", World { classes: 1, ..PLAIN }),
    ("2–3 classes, told apart", World { told_apart: true, ..CLASSES }),
    ("2–3 classes, not told apart", CLASSES),
    ("a class hard to see for all, told apart", World { told_apart: true, ..HARD }),
    ("a class hard to see for all, not told apart", HARD),
    (
        "two passes that depend, and other sources",
        World { passes: 2, repeats: true, lists: (3, 4), ..PLAIN },
    ),
    ("two lists that depend, taken for independent", World { repeats: true, ..PLAIN }),
];
const PLAIN: World =
    World { classes: 1, told_apart: false, hard: false, passes: 0, repeats: false, lists: (2, 4) };
const CLASSES: World = World { classes: 3, ..PLAIN };
const HARD: World = World { hard: true, ..CLASSES };

/// From what estates are drawn.
#[derive(Clone, Copy)]
pub(crate) struct World {
    /// Classes of devices at the most; of more than one there are two at least.
    classes: usize,
    /// Whether the class is known, as a stratum.
    told_apart: bool,
    /// The first class is seen with 0.8 to 0.99, the others with 0.5 to 0.8.
    hard: bool,
    /// How many of the lists are passes of one scan; the others are of different ways.
    passes: usize,
    /// The second list does now and then what the first did.
    repeats: bool,
    /// Rows of the table.
    lists: (usize, usize),
}

/// One estate as the lists show it, and what they do not show.
pub(crate) struct Estate {
    sightings: Sightings,
    devices: u32,
    unseen: u32,
    unseen_expected: f64,
}

impl Estate {
    /// One for which the interval promises something.
    pub(crate) fn draw_promised(chance: &mut Chance) -> Self {
        let world = PROMISED[chance.below(PROMISED.len())];
        let lists = 2 + chance.below(3);
        Self::draw(world, lists, chance)
    }

    fn draw(world: World, lists: usize, chance: &mut Chance) -> Self {
        let devices = chance.between(DEVICES.0.ln(), DEVICES.1.ln()).exp().round();
        let classes = Class::draw_all(world, lists, chance);
        let mut sightings =
            Sightings::new(ways(world, lists)).expect("there are four lists at the most");
        let mut estate = (0, 0);
        let mut unseen_expected = 0.0;
        while f64::from(estate.0) < devices {
            let at = chance.unit();
            let class = classes.iter().find(|class| at < class.up_to).unwrap_or(&classes[0]);
            let (history, missed) = class.history(world.repeats, chance);
            estate.0 += 1;
            unseen_expected += missed;
            match history {
                0 => estate.1 += 1,
                _ => {
                    let stratum = if world.told_apart { class.name } else { "" };
                    sightings.add(stratum, history, 1).expect("it has a bit for each list");
                }
            }
        }
        Self { sightings, devices: estate.0, unseen: estate.1, unseen_expected }
    }
}

fn ways(world: World, lists: usize) -> Vec<List> {
    let others = [Way::Lease, Way::Capture, Way::Register, Way::SwitchTable];
    let ways = (0..lists).map(|list| if list < world.passes { Way::Pass } else { others[list] });
    ways.map(List::new).collect()
}

/// Devices that are seen alike easily.
struct Class {
    name: &'static str,
    /// The share of devices that is in this class or one before.
    up_to: f64,
    /// How likely each list holds one.
    likely: Vec<f64>,
}

impl Class {
    fn draw_all(world: World, lists: usize, chance: &mut Chance) -> Vec<Self> {
        let names = ["cameras", "recorders", "encoders"];
        let count = if world.classes < 2 { 1 } else { 2 + chance.below(world.classes - 1) };
        let shares: Vec<f64> = (0..count).map(|_| chance.between(0.2, 1.0)).collect();
        let whole: f64 = shares.iter().sum();
        (0..count)
            .map(|at| {
                let up_to = shares[..=at].iter().sum::<f64>() / whole;
                let (from, to) = match (world.hard, at) {
                    (false, _) => LIKELY,
                    (true, 0) => (0.8, LIKELY.1),
                    (true, _) => (LIKELY.0, 0.8),
                };
                let likely = (0..lists).map(|_| chance.between(from, to)).collect();
                Self { name: names[at], up_to, likely }
            })
            .collect()
    }

    /// Which lists hold one device, and how likely none does.
    fn history(&self, repeats: bool, chance: &mut Chance) -> (u8, f64) {
        let mut history = 0_u8;
        let mut missed = 1.0;
        for (list, likely) in self.likely.iter().enumerate() {
            let again = repeats && list == 1;
            let repeated = again && chance.unit() < REPEATS;
            let held = if repeated { history & 1 != 0 } else { chance.unit() < *likely };
            history |= u8::from(held) << list;
            missed *= if again { REPEATS + (1.0 - REPEATS) * (1.0 - likely) } else { 1.0 - likely };
        }
        (history, missed)
    }
}

/// What became of the estimates of many estates.
#[derive(Default)]
pub(crate) struct Tally {
    estates: u32,
    estimated: u32,
    above: u32,
    below: u32,
    expecting: u32,
    expecting_outside: u32,
    unseen: f64,
    off: f64,
    widths: Vec<u64>,
    relative_widths: Vec<f64>,
}

impl Tally {
    /// Of estates drawn with one seed: each run of it is the same.
    pub(crate) fn of(estates: u32, seed: u64, draw: impl Fn(&mut Chance) -> Estate) -> Self {
        let mut chance = Chance(seed);
        let mut tally = Self::default();
        for _ in 0..estates {
            tally.add(&draw(&mut chance));
        }
        tally.widths.sort_unstable();
        tally.relative_widths.sort_by(f64::total_cmp);
        tally
    }

    fn add(&mut self, estate: &Estate) {
        self.estates += 1;
        let truth = u64::from(estate.unseen);
        let estimate = match estate.sightings.estimate() {
            Ok(estimate) => estimate,
            Err(NoEstimate::TooFewShared { .. }) => return,
            Err(reason) => panic!("all lists overlap here: {reason}"),
        };
        self.estimated += 1;
        self.above += u32::from(truth > estimate.high);
        self.below += u32::from(truth < estimate.low);
        if estate.unseen_expected >= 3.0 {
            self.expecting += 1;
            self.expecting_outside += u32::from(truth > estimate.high || truth < estimate.low);
        }
        self.unseen += truth as f64;
        self.off += estimate.unseen as f64 - truth as f64;
        let width = estimate.high - estimate.low;
        self.widths.push(width);
        self.relative_widths.push(width as f64 / f64::from(estate.devices));
    }

    /// The share of intervals that hold the truth.
    pub(crate) fn coverage(&self) -> f64 {
        1.0 - share(self.above + self.below, self.estimated)
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let middle = self.widths.len() / 2;
        write!(
            f,
            "{} | {:.1} % | {:.1} % of {} | {:.1} % | {:.1} % | {:.1} | {:+.1} | {} | {:.1} %",
            self.estimated,
            100.0 * self.coverage(),
            100.0 - 100.0 * share(self.expecting_outside, self.expecting),
            self.expecting,
            100.0 * share(self.above, self.estimated),
            100.0 * share(self.below, self.estimated),
            self.unseen / f64::from(self.estimated),
            self.off / f64::from(self.estimated),
            self.widths[middle],
            100.0 * self.relative_widths[middle],
        )
    }
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

/// SplitMix64 (Steele, Lea and Flood 2014; in the public domain).
pub(crate) struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let state = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("below a count that fits")
    }
}
