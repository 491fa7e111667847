//! Passwords: what is taken for one, and how they are hashed and checked.

use std::sync::LazyLock;

use anyhow::{Context, Result, anyhow};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::archive::digest;

/// Characters of a password, at least.
pub const SHORTEST: usize = 12;
/// Bytes of a password, at most: hashing is dear enough.
const LONGEST: usize = 1_024;

/// What the commonest passwords of the published leaks are made of. Twelve characters of one of these, repeated or with digits around it, are
/// among the first guesses.
const COMMON: &str = "
    password passwort motdepasse contrasena contraseña qwerty qwertyuiop qwertz azerty azertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm
    letmein welcome admin administrator iloveyou tequiero jetaime monkey dragon football baseball sunshine princess superman batman
    master shadow michael changeme secret login bonjour bienvenue soleil doudou loulou hola abc abcd abcdef qazwsx qazwsxedc
    trustno vigie user computer internet starwars pokemon liverpool chelsea juventus barcelona realmadrid hello helloworld whatever
    freedom cheval chocolat mariposa estrella geheim hallo investigator police policia firearm";

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than 1,024 bytes.
    Long,
    /// It holds the name of its user.
    Name,
    /// Among the first that anybody tries.
    Common,
}

impl Weak {
    /// A sentence about it, with what to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Short => "the password has fewer than 12 characters; hint: four or five words that nobody else would put together",
            Self::Long => "the password has more than 1,024 bytes; hint: a shorter one is as good",
            Self::Name => "the password holds the name of the user; hint: choose one that has nothing to do with it",
            Self::Common => {
                "the password is among the first that anybody tries; hint: four or five words that nobody else would put together"
            }
        }
    }
}

/// Whether a password may be one of this user.
///
/// # Errors
/// It may not: why.
pub fn judge(password: &str, name: &str) -> Result<(), Weak> {
    let lower = password.to_lowercase();
    if password.chars().count() < SHORTEST {
        Err(Weak::Short)
    } else if password.len() > LONGEST {
        Err(Weak::Long)
    } else if parts(name).any(|part| lower.contains(&part)) {
        Err(Weak::Name)
    } else if is_common(&lower) {
        Err(Weak::Common)
    } else {
        Ok(())
    }
}

/// The parts of a name that are long enough to be no accident.
fn parts(name: &str) -> impl Iterator<Item = String> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 2).map(str::to_lowercase)
}

fn is_common(lower: &str) -> bool {
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let repeats = |word: &str| !letters.is_empty() && letters.replace(word, "").is_empty();
    different.len() < 5 || lower.chars().all(|c| c.is_ascii_digit()) || COMMON.split_whitespace().any(repeats)
}

/// The parameters in force: argon2id with 19 MiB, two passes, one lane, as OWASP's Password Storage Cheat Sheet asks for at least.
fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| anyhow!("{error}")).context("parameters of argon2")?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password; takes some 20 ms and 19 MiB.
///
/// # Errors
/// The operating system gives no random bytes.
pub fn hash(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&digest::random::<16>()?).map_err(|error| anyhow!("salt: {error}"))?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt).map_err(|error| anyhow!("cannot hash a password: {error}"))?;
    Ok(hash.to_string())
}

/// What came of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is another one.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, hashed with parameters that are no longer in force: hash it again.
    Stale,
}

/// Checks a password against a hash. Without a hash it takes as long and is wrong, so that nobody learns which names there are.
///
/// # Errors
/// The operating system gives no random bytes.
pub fn check(password: &str, hash: Option<&str>) -> Result<Checked> {
    static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| self::hash("of nobody").ok());
    let nobody = NOBODY.as_deref().context("cannot check a password")?;
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    let parsed = match &known {
        Some(known) => known.clone(),
        None => PasswordHash::new(nobody).map_err(|error| anyhow!("{error}"))?,
    };
    // One that is too long is none, and still takes its time.
    let password = if password.len() > LONGEST { "" } else { password };
    let argon2 = argon2()?;
    let verified = argon2.verify_password(password.as_bytes(), &parsed).is_ok();
    if !verified || known.is_none() || password.is_empty() {
        return Ok(Checked::Wrong);
    }
    let in_force = parsed.algorithm == Algorithm::Argon2id.ident()
        && Params::try_from(&parsed).is_ok_and(|params| {
            let now = argon2.params();
            (params.m_cost(), params.t_cost(), params.p_cost()) == (now.m_cost(), now.t_cost(), now.p_cost())
        });
    Ok(if in_force { Checked::Right } else { Checked::Stale })
}

#[cfg(test)]
mod tests {
    use super::{Checked, Weak, check, hash, judge};
    use argon2::password_hash::{PasswordHasher, SaltString};
    use argon2::{Algorithm, Argon2, Params, Version};

    #[test]
    fn short_named_and_common_passwords_are_refused() {
        for (password, why) in [
            ("elevenchars", Weak::Short),
            ("", Weak::Short),
            ("my name is ANNA, and long", Weak::Name),
            ("I write as Desk at home", Weak::Name),
            ("Password1234", Weak::Common),
            ("passwordpassword", Weak::Common),
            ("123456789012", Weak::Common),
            ("!!!qwertyuiop", Weak::Common),
            ("Azerty-Azerty-1", Weak::Common),
            ("abababababababab", Weak::Common),
            ("contraseña2026", Weak::Common),
        ] {
            assert_eq!(judge(password, "a.anna@desk"), Err(why), "{password}");
        }
        assert_eq!(judge(&"long ".repeat(300), "anna"), Err(Weak::Long));
        for good in ["correct horse battery staple", "Zebra-ohne-Streifen", "пароль из слов", "k3Jx!pQ9_vLm"] {
            assert_eq!(judge(good, "a.anna@desk"), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_hash_is_checked_and_one_with_older_parameters_is_stale() {
        crate::fetch::clearnet::install_crypto_provider();
        let made = hash("correct horse battery staple").unwrap();
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
        assert_ne!(made, hash("correct horse battery staple").unwrap(), "each has its own salt");
        assert_eq!(check("correct horse battery staple", Some(&made)).unwrap(), Checked::Right);
        for wrong in ["", "correct horse battery stapl", "Correct horse battery staple"] {
            assert_eq!(check(wrong, Some(&made)).unwrap(), Checked::Wrong);
        }
        assert_eq!(check("anything", None).unwrap(), Checked::Wrong);
        assert_eq!(check("of nobody", None).unwrap(), Checked::Wrong, "nobody has a password");
        assert_eq!(check("anything", Some("no hash")).unwrap(), Checked::Wrong);
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let old =
            weak.hash_password(b"correct horse battery staple", &SaltString::encode_b64(b"saltsaltsalt").unwrap()).unwrap().to_string();
        assert_eq!(check("correct horse battery staple", Some(&old)).unwrap(), Checked::Stale);
    }
}
