//! Progress bars: on a terminal only, on standard error only.

use std::io::IsTerminal as _;
use std::sync::Mutex;

use audit::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Draws a bar where a person watches.
pub(crate) struct Bar {
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
}

impl Bar {
    /// A bar, unless `quiet` or nobody watches.
    pub(crate) fn new(quiet: bool) -> Self {
        Self { bar: Mutex::new(None), shown: !quiet && std::io::stderr().is_terminal() }
    }

    fn with(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        if self.shown
            && let Ok(mut bar) = self.bar.lock()
        {
            act(&mut bar);
        }
    }
}

impl Progress for Bar {
    fn start(&self, what: &str, total: u64) {
        self.with(|slot| {
            let target = ProgressDrawTarget::stderr_with_hz(5);
            let bar = ProgressBar::with_draw_target((total > 0).then_some(total), target);
            if let Ok(style) =
                ProgressStyle::with_template("{msg:>28} {wide_bar} {percent:>3} %  {eta}")
            {
                bar.set_style(style);
            }
            bar.set_message(what.to_owned());
            *slot = Some(bar);
        });
    }

    fn advance(&self, done: u64) {
        self.with(|slot| {
            if let Some(bar) = slot {
                bar.set_position(done);
            }
        });
    }

    fn finish(&self) {
        self.with(|slot| {
            if let Some(bar) = slot.take() {
                bar.finish_and_clear();
            }
        });
    }
}
