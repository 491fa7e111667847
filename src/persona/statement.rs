//! Signed texts on an account's pages: what one proves of the account.
//!
//! A signature proves that the holder of a key wrote a text, not that he put it where it stands: anybody can copy it. So a text counts for an
//! account only where it names it.

use crate::persona::mark::Proof;

/// Letters and digits of the shortest name that can be told in a text.
const SHORTEST: usize = 3;
const BEGIN: &str = "BEGIN PGP SIGNED MESSAGE";
const SIGNATURE: &str = "BEGIN PGP SIGNATURE";

/// An account at which a signed text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Identity of the account.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// Source id.
    pub source: String,
    /// Host of the page.
    pub host: String,
}

/// The words that are signed, by which copies of a message are known however a page parts them; `None` where no message is. Headers and the
/// signature itself can be changed without breaking it, so nothing of them is taken. Of several messages the words of all.
pub fn words(text: &str) -> Option<String> {
    let mut words = String::new();
    for message in text.split(BEGIN).skip(1) {
        let Some((inner, _)) = message.split_once(SIGNATURE) else { continue };
        let headers = |line: &&str| !line.trim().is_empty();
        let content: Vec<&str> = inner.lines().skip(1).skip_while(headers).skip(1).collect();
        words.push_str(&folded(&if content.is_empty() { inner.to_owned() } else { content.join(" ") }));
    }
    Some(words).filter(|words| !words.trim().is_empty())
}

/// Whether a text names an account: one that does not proves nothing of it.
pub fn names(text: &str, name: &str) -> bool {
    has(&folded(text), name)
}

/// What a text that was signed with a key proves of one of the accounts which it names and at which it stands.
pub fn proof(text: &str, account: &Holder, holders: &[Holder]) -> Proof {
    let text = folded(text);
    let of_source = |one: &Holder| has(&text, &one.source) || (one.host.contains('.') && has(&text, &one.host));
    if !has(&text, &account.name) {
        return Proof::Shown;
    }
    let mut others = holders.iter().filter(|other| other.id != account.id && has(&text, &other.name));
    match of_source(account) {
        // Two names of one source: it cannot be told whose text it is.
        true if others.any(|other| other.source == account.source) => Proof::Shown,
        true => Proof::Signed,
        // Somebody else may have the name: then the text must stand nowhere else.
        false if others.next().is_none() => Proof::InPart,
        false => Proof::Shown,
    }
}

fn has(folded_text: &str, name: &str) -> bool {
    let name = folded(name);
    name.trim().len() >= SHORTEST && folded_text.contains(&name)
}

/// Words in lower case between single spaces.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 2);
    folded.push(' ');
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        folded.extend(word.chars().flat_map(char::to_lowercase));
        folded.push(' ');
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(name: &str, source: &str) -> Holder {
        Holder { id: format!("{name}@{source}"), name: name.into(), source: source.into(), host: format!("{source}.example") }
    }

    #[test]
    fn a_copied_text_proves_nothing_of_who_copied_it() {
        let text = "This is Iron-Dave. I sell on market1.example only.";
        let (dave, copy) = (holder("Iron Dave", "market1"), holder("Iron Dave", "market2"));
        let both = [dave.clone(), copy.clone()];
        assert_eq!(proof(text, &dave, &both), Proof::Signed);
        assert_eq!(proof(text, &copy, &both), Proof::Shown);
        assert_eq!(proof(text, &copy, std::slice::from_ref(&copy)), Proof::InPart, "the first one was never seen");
        let other = holder("anna", "market1");
        assert_eq!(proof(text, &other, &[dave.clone(), other.clone()]), Proof::Shown);
        assert_eq!(proof("This is the key of market1", &dave, std::slice::from_ref(&dave)), Proof::Shown, "whose key?");
        assert_eq!(proof("my key", &dave, std::slice::from_ref(&dave)), Proof::Shown);
        // A name chosen from the words of the text.
        let word = holder("only", "market1");
        let both = [dave.clone(), word.clone()];
        assert_eq!((proof(text, &dave, &both), proof(text, &word, &both)), (Proof::Shown, Proof::Shown));
    }
}
