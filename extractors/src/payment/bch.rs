//! Bitcoin Cash: cashaddr with its 40-bit checksum. Legacy addresses are read as Bitcoin's.

use super::Address;
use super::bech::CHARSET;

/// Prefix that the checksum covers, network.
const NETWORKS: [(&str, &str); 3] = [("bitcoincash", "mainnet"), ("bchtest", "testnet"), ("bchreg", "regtest")];

/// Reads the part behind the colon. The checksum covers the prefix even where it is not written, so the network is proved;
/// whether the prefix stood before it is for `payment::find` to see.
pub fn read(text: &str) -> Option<Address> {
    if !text.starts_with(['q', 'p', 'Q', 'P']) || !(42..=112).contains(&text.len()) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let one_case = text == lower || text == text.to_ascii_uppercase();
    if !one_case {
        return None;
    }
    let values: Vec<u8> = lower
        .bytes()
        .map(|letter| CHARSET.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok()))
        .collect::<Option<_>>()?;
    let (prefix, network) = NETWORKS.iter().find(|(prefix, _)| polymod(prefix, &values) == 0)?;
    let payload = bytes(values.get(..values.len().checked_sub(8)?)?)?;
    let (version, hash) = payload.split_first()?;
    // Type in the upper bits (0 key, 1 script, 2 and 3 the same with tokens), size of the hash in the lower ones.
    let size = [20, 24, 28, 32, 40, 48, 56, 64].get(usize::from(version & 7))?;
    if version & 0x80 != 0 || version >> 3 > 3 || hash.len() != *size {
        return None;
    }
    Some(Address { asset: "BCH", network, form: "cashaddr_bare", value: format!("{prefix}:{lower}"), verified: true, also: &[] })
}

/// Whether one of the prefixes with its colon ends `head`: the length to add to the address.
pub(super) fn prefix_before(head: &str) -> Option<usize> {
    NETWORKS.iter().find_map(|(prefix, _)| {
        let start = head.len().checked_sub(prefix.len() + 1)?;
        let written = head.get(start..)?;
        written.strip_suffix(':').is_some_and(|word| word.eq_ignore_ascii_case(prefix)).then_some(prefix.len() + 1)
    })
}

/// Checksum of the cashaddr specification, over the low five bits of the prefix, a zero, and the data.
fn polymod(prefix: &str, values: &[u8]) -> u64 {
    const GENERATORS: [u64; 5] = [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    let mut sum: u64 = 1;
    for value in prefix.bytes().map(|byte| byte & 31).chain([0]).chain(values.iter().copied()) {
        let top = sum >> 35;
        sum = (sum & 0x07_ffff_ffff) << 5 ^ u64::from(value);
        for (bit, generator) in GENERATORS.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
    }
    sum ^ 1
}

/// Groups of five bits to bytes; what is left over must be zero and less than a group.
fn bytes(groups: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut held) = (Vec::with_capacity(groups.len()), 0_u32, 0);
    for group in groups {
        bits = (bits << 5 | u32::from(*group)) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    (held < 5 && bits & ((1 << held) - 1) == 0).then_some(out)
}
