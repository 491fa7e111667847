//! OpenPGP keys of sellers that do not exist.

use anyhow::{Context, Result};
use pgp::composed::{ArmorOptions, CleartextSignedMessage, KeyType, SecretKeyParamsBuilder, SignedSecretKey};
use pgp::types::Password;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A key with its armour.
pub(super) struct Pair {
    secret: SignedSecretKey,
    /// The public half.
    pub(super) armour: String,
}

/// Makes keys, the same for each seed but for their times.
pub(super) struct Keys(ChaCha8Rng);

impl Keys {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A key of this name.
    pub(super) fn make(&mut self, name: &str) -> Result<Pair> {
        let params = SecretKeyParamsBuilder::default()
            .key_type(KeyType::Ed25519Legacy)
            .can_certify(true)
            .can_sign(true)
            .primary_user_id(name.to_owned())
            .build()
            .context("no key can be made of its parameters")?;
        let secret = params.generate(&mut self.0).context("no key can be made")?;
        let armour = secret.to_public_key().to_armored_string(ArmorOptions::default())?;
        Ok(Pair { secret, armour })
    }

    /// A clear-signed text.
    pub(super) fn sign(&mut self, key: &Pair, text: &str) -> Result<String> {
        let message = CleartextSignedMessage::sign(&mut self.0, text, &key.secret.primary_key, &Password::empty())?;
        Ok(message.to_armored_string(ArmorOptions::default())?)
    }
}
