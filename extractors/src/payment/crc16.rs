//! CRC-16/XMODEM, the checksum of Stellar and TON: polynomial 0x1021, begun with zero.

pub(super) fn of(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| if sum & 0x8000 == 0 { sum << 1 } else { sum << 1 ^ 0x1021 })
    })
}
