//! Lists of hashes as one string of base64: a third of their size as figures in JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(list: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = list.iter().flat_map(|one| one.to_be_bytes()).collect();
    serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    let bytes = STANDARD_NO_PAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|four| u32::from_be_bytes(*four)).collect())
}

/// The same for lists of three.
pub(super) mod triples {
    use super::{Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(list: &[[u32; 3]], serializer: S) -> Result<S::Ok, S::Error> {
        super::serialize(list.as_flattened(), serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[u32; 3]>, D::Error> {
        Ok(super::deserialize(deserializer)?.as_chunks::<3>().0.to_vec())
    }
}
