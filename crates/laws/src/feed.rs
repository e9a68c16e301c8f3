//! Small choices taken from the front of a fuzzer's bytes.

/// The bytes that are left.
pub(crate) struct Feed<'a>(pub(crate) &'a [u8]);

impl<'a> Feed<'a> {
    /// The next byte; zero when none is left.
    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// The next two bytes as a number.
    pub(crate) fn number(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// Whatever stands before the next line feed, and takes the line feed too.
    pub(crate) fn line(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n').unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        line
    }
}

/// The choice that `name` names; where it names none, the one that its first byte stands for. So seeds
/// outlive a change of the list, and a fuzzer still reaches everything.
pub(crate) fn named<'t, T>(
    choices: &'t [T],
    name: &[u8],
    name_of: impl Fn(&T) -> &'static str,
) -> &'t T {
    let by_name = choices.iter().find(|choice| name_of(choice).as_bytes() == name);
    by_name.unwrap_or_else(|| {
        &choices[usize::from(name.first().copied().unwrap_or(0)) % choices.len()]
    })
}
