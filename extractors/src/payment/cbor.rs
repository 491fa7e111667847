//! As much of CBOR (RFC 8949) as addresses hold: heads, numbers and byte strings of definite length, in their shortest writing.

pub(super) const NUMBER: u8 = 0;
pub(super) const BYTES: u8 = 2;
pub(super) const ARRAY: u8 = 4;
pub(super) const MAP: u8 = 5;
pub(super) const TAG: u8 = 6;

/// What is left to read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Kind and argument of the next item.
    pub(super) fn head(&mut self) -> Option<(u8, u64)> {
        let [first] = *self.take(1)? else { return None };
        let (argument, least) = match first & 31 {
            small @ 0..=23 => (u64::from(small), 0),
            size @ 24..=27 => {
                let width = 1_usize << (size - 24);
                let argument = self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                (argument, if width == 1 { 24 } else { 1 << (width * 4) })
            }
            _ => return None,
        };
        (argument >= least).then_some((first >> 5, argument))
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        self.head().filter(|(kind, _)| *kind == NUMBER).map(|(_, number)| number)
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let (_, length) = self.head().filter(|(kind, _)| *kind == BYTES)?;
        self.take(usize::try_from(length).ok()?)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}
