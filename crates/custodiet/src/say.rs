//! What is said to the person, on standard error.

use std::fmt::{Arguments, Write as _};
use std::io::{self, Write as _};

/// UTF-16 units of a line: what it quotes may be megabytes, and a person reads its beginning.
const UNITS_PER_LINE: usize = 8_000;

/// Says one line.
///
/// Names of files and values of devices are other people's text: nothing in them may steer the terminal or begin a
/// line of its own. That nobody hears it (a full disk, a closed pipe) is no reason to stop the work.
pub(crate) fn line(line: Arguments<'_>) {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = text.write_fmt(line);
    let _ = writeln!(io::stderr().lock(), "{}", report::shortened(&text, UNITS_PER_LINE));
}

/// Says one line on standard error, in the form of `format!`.
macro_rules! say {
    ($($form:tt)*) => { $crate::say::line(::std::format_args!($($form)*)) };
}
pub(crate) use say;
