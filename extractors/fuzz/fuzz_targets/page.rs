//! Any bytes as a page. Half of the changes are made tag by tag, so that they stay markup.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use vigie_extractors_fuzz::{pieces, reading};

fuzz_target!(|input: &[u8]| reading::everything(input));

fuzz_mutator!(|input: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 2 == 0 || size < 8 {
        return fuzzer_mutate(input, size, max_size);
    }
    let mut changed = pieces::change(&input[..size], seed / 2, max_size);
    if seed % 8 == 1 {
        changed = pieces::change(&changed, seed / 8, max_size);
    }
    input[..changed.len()].copy_from_slice(&changed);
    changed.len()
});
