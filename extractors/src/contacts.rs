//! Contacts: OpenPGP keys, e-mail, onion services, messengers.

use crate::record::Indicator;

/// All contacts of a text, in no particular order. `field` is left empty.
pub fn find(_text: &str) -> Vec<Indicator> {
    Vec::new()
}
