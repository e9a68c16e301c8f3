//! What a report says of an estimate.

use std::fmt;

use super::{Assumption, Estimate, LeftOut, Method, Way};

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "passes of the scan",
            Self::Capture => "captures",
            Self::Lease => "leases",
            Self::Register => "registers",
            Self::SwitchTable => "tables of switches",
        })
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seen, unseen, low, high, method, assumptions: _, left_out } = self;
        let at_least = if self.is_lower_bound() { "at least " } else { "" };
        write!(
            f,
            "{seen} seen, {at_least}{unseen} not seen (95 % interval {low} to {high}; {method})"
        )?;
        left_out.iter().try_for_each(|part| write!(f, "; without {part}"))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sources, models, strata } = self;
        write!(f, "capture–recapture over {sources} sources")?;
        match models {
            1 => f.write_str(" taken as independent")?,
            _ => write!(f, ", averaged over {models} models of which depends on which")?,
        }
        match strata {
            1 => Ok(()),
            _ => write!(f, ", {strata} strata apart"),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stratum, seen, reason } = self;
        match stratum {
            Some(name) => write!(f, "`{name}`")?,
            None => f.write_str("small strata")?,
        }
        write!(f, " ({seen} seen): {reason}")
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str(
                "No device came or went between the first list and the last. One that did makes the figure too high.",
            ),
            Self::Matched => f.write_str(
                "Each device is recognised in each list. One that is taken for two makes the figure too high, two that \
                 are taken for one make it too low.",
            ),
            Self::WithinReach => f.write_str(
                "Each source could have seen each device. What none of them can see, such as a device without power or \
                 on a network that no source looks at, is not in the figure.",
            ),
            Self::TwoIndependent => f.write_str(
                "Being in one source makes a device no more and no less likely to be in the other. Two sources cannot \
                 show whether that is so. Where both miss the same devices the figure is too low: if being in one \
                 doubles the odds of being in the other, twice as many were missed.",
            ),
            Self::SomeIndependent => f.write_str(
                "Not all sources depend on each other. Some that do are allowed for; a cause by which all of them \
                 miss the same devices makes the figure too low.",
            ),
            Self::Alike => f.write_str(
                "Devices of one stratum are alike in how easily each source sees them. Where some are hard to see for \
                 all sources, and are not in a stratum of their own, the figure is too low.",
            ),
            Self::Together { way, lists } => write!(
                f,
                "{lists} lists were made in one way ({way}) and count as one source, because what one misses the \
                 others tend to miss.",
            ),
            Self::Drawn { way } => write!(
                f,
                "A list ({way}) was drawn from another and counts as one source with it.",
            ),
            Self::OneWay { way } => write!(
                f,
                "All lists were made in one way ({way}). Only what it missed by chance is in the figure; what it can \
                 never see is not, so that the figure is a lower bound.",
            ),
            Self::Within { inner, outer } => write!(
                f,
                "All that one source has ({inner}) another has too ({outer}). If the one was made from the other, \
                 the figure means nothing.",
            ),
        }
    }
}
