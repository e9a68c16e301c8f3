/// Told how far long work is. Implementations draw a bar, or nothing.
pub trait Progress: Sync {
    /// Work of `total` steps begins; 0 when nobody knows how many.
    fn start(&self, what: &str, total: u64);
    /// So many steps are done.
    fn advance(&self, done: u64);
    /// The work is over.
    fn finish(&self);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _what: &str, _total: u64) {}
    fn advance(&self, _done: u64) {}
    fn finish(&self) {}
}
