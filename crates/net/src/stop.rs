//! How a person stops a scan.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::sys;

static IS_TOLD: AtomicBool = AtomicBool::new(false);

extern "C" fn tell(signal: libc::c_int) {
    // A second time, somebody who waits in vain: at once, with the code of shells for a signal.
    if IS_TOLD.swap(true, Ordering::Relaxed) {
        sys::exit_now(128 + signal);
    }
}

/// A flag that is set when the program is told to stop by Ctrl-C or SIGTERM; from then on the program no longer ends by
/// itself. Told a second time, it ends at once.
///
/// # Errors
/// What the system says where it does not take the handler.
pub fn stop_flag() -> io::Result<&'static AtomicBool> {
    sys::on_stop(&[libc::SIGINT, libc::SIGTERM], tell)?;
    Ok(&IS_TOLD)
}
