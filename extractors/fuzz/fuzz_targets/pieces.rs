//! Pages built from pieces that mean something to an extractor; the bytes of an input are decisions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie_extractors_fuzz::{pieces, reading};

fuzz_target!(|input: &[u8]| {
    let Some((how, decisions)) = input.split_first() else { return };
    let mut page = pieces::page(&mut pieces::Choices::new(decisions));
    page.push(*how);
    reading::everything(&page);
});
