//! Bytes of an input that may be larger than memory.

use std::io::{self, Read};

use crate::ReadSeek;

/// How much is read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// A part of an input in memory, which moves forward.
pub(crate) struct Window<'s> {
    source: &'s mut dyn ReadSeek,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the file of `start`.
    offset: u64,
}

impl<'s> Window<'s> {
    pub(crate) fn new(source: &'s mut dyn ReadSeek) -> Self {
        Self { source, buffer: vec![0; CHUNK_BYTES], start: 0, end: 0, offset: 0 }
    }

    /// How many bytes of the input are behind the reader.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Back to the start of the input.
    pub(crate) fn rewind(&mut self) -> io::Result<()> {
        (self.start, self.end, self.offset) = (0, 0, 0);
        self.source.rewind()
    }

    /// The bytes that are in memory, at least one before the end of the input; they stay.
    pub(crate) fn there(&mut self) -> io::Result<&[u8]> {
        self.want(1)?;
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    /// The next `length` bytes, fewer only at the end of the file; they stay.
    pub(crate) fn want(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.end - self.start < length {
            self.fill(length)?;
        }
        let end = self.end.min(self.start.saturating_add(length));
        Ok(self.buffer.get(self.start..end).unwrap_or_default())
    }

    /// The next `length` bytes, which are behind the reader now.
    pub(crate) fn take(&mut self, length: usize) -> io::Result<&[u8]> {
        let there = self.want(length)?.len();
        let start = self.start;
        self.consume(there);
        Ok(self.buffer.get(start..start + there).unwrap_or_default())
    }

    fn fill(&mut self, length: usize) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        while self.end < length {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.source.read(room) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(crate) fn consume(&mut self, length: usize) {
        let length = length.min(self.end - self.start);
        self.start += length;
        self.offset += length as u64;
    }

    /// Steps over what need not be in memory; gives how much was there.
    pub(crate) fn skip(&mut self, length: u64) -> io::Result<u64> {
        let held = (self.end - self.start) as u64;
        let from_memory = held.min(length);
        self.consume(usize::try_from(from_memory).unwrap_or(usize::MAX));
        let mut rest = (&mut *self.source).take(length - from_memory);
        let skipped = io::copy(&mut rest, &mut io::sink())?;
        self.offset += skipped;
        Ok(from_memory + skipped)
    }
}

impl Read for Window<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.there()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
