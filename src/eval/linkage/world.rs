//! A simulated world of sellers whose accounts are known: who shares keys, addresses and handles over sources, who copies, who impersonates.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::keys::Keys;
use crate::dice::Dice;

/// Links by a key that a signed text of each side proves.
pub const BOTH_PROVED: &str = "pgp_key, both proved";
/// Links by a key that one side proves.
pub const ONE_PROVED: &str = "pgp_key, one proved";
/// Links by a key that nobody proves.
pub const SHOWN: &str = "pgp_key, shown";

/// How a seller's accounts can be told to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A key, and a signed text on each account that names it.
    SignedKey,
    /// A key that nothing proves.
    ShownKey,
    /// A payment address.
    Address,
    /// A contact.
    Handle,
    /// A payment address and a contact.
    Both,
    /// By nothing but style.
    Nothing,
}

/// What else an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Of an honest seller.
    Own,
    /// Copied a listing of somebody else with the contacts in it.
    Copier,
    /// Plays another seller: his name, key and signed text, an address of its own; some his contact, too.
    Impersonator,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Number of its seller.
    pub seller: usize,
    /// Source id.
    pub source: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Number of the account that it copies or plays.
    pub victim: Option<usize>,
    /// What it shows that other accounts of its seller may show too: kind of link and value.
    pub shows: BTreeSet<(&'static str, String)>,
    /// Its own page: lines, armour and signed messages.
    pub profile: Vec<String>,
    /// Its listings: title and description.
    pub listings: Vec<(String, String)>,
}

/// The world.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// All accounts.
    pub accounts: Vec<Account>,
    /// How each seller's accounts can be linked.
    pub ways: Vec<Way>,
    /// Source ids.
    pub sources: Vec<String>,
    /// Lines of each source's help page, and of the foot of each of its vendor pages.
    pub common: BTreeMap<String, (Vec<String>, Vec<String>)>,
}

const WORDS: &str = "the a we you our order ship package buyer price stock fast good best always never please read profile before message time day week \
                     quality customer deal trust safe post parcel country address answer question feedback review escrow release fresh new clean \
                     original sealed extra free bonus bulk small large test sample offer only more less every any some happy friend thanks \
                     welcome shop here there soon later today again problem refund policy half track number label vacuum hidden careful honest \
                     serious simple short long work keep send take give know want need make";
const GOODS: [&str; 8] = [
    "Glock 19 Gen 4",
    "9x19 rounds, box of 50",
    "Zoraki 914",
    "Walther P22",
    "AR-15 lower",
    "solvent trap kit",
    "Green tea 100 g",
    "Fishing lamp",
];
const SYLLABLES: [&str; 12] = ["ka", "ro", "mi", "tes", "bal", "dun", "ver", "lo", "zan", "pi", "gor", "hel"];

/// How a seller writes: favourite words, and habits of case, marks and spelling.
struct Hand {
    words: Vec<String>,
    end: &'static str,
    lower: bool,
}

impl Hand {
    fn new(dice: &mut Dice) -> Self {
        let all: Vec<&str> = WORDS.split_whitespace().collect();
        let spelling = dice.below(4);
        let spell = |word: &str| match spelling {
            0 => word.replace("you", "u").replace("and", "n"),
            1 => word.replace("ee", "e").replace("ss", "s"),
            2 => word.replace('k', "ck"),
            _ => word.to_owned(),
        };
        let words = (0..45).filter_map(|_| dice.pick(&all).map(|word| spell(word))).collect();
        Self { words, end: [".", "!", " !!", "...", " :)", ".."][dice.below(6) as usize], lower: dice.below(2) == 0 }
    }

    fn sentence(&self, dice: &mut Dice) -> String {
        let words: Vec<&str> = (0..5 + dice.below(6)).filter_map(|_| dice.pick(&self.words).map(String::as_str)).collect();
        let text = words.join(" ");
        let mut letters = text.chars();
        let first = letters.next().map(|c| if self.lower { c } else { c.to_ascii_uppercase() });
        format!("{}{}{}", first.unwrap_or_default(), letters.as_str(), self.end)
    }
}

/// Makes a world of so many sellers and sources.
///
/// # Errors
/// A key cannot be made.
pub fn make(sellers: usize, sources: usize, seed: u64) -> Result<World> {
    let mut dice = Dice::labelled(seed, "linkage");
    let mut keys = Keys::new(seed);
    let mut world = World { sources: (1..=sources).map(|n| format!("market{n}")).collect(), ..World::default() };
    let example = keys.make("example")?;
    for source in &world.sources {
        let foot = vec![format!("Escrow: {}", address(&mut dice)), format!("Support: jabber {source}@support.example.org")];
        let mut help = foot.clone();
        help.push("How to show a key, for example:".to_owned());
        help.extend(example.armour.lines().map(str::to_owned));
        world.common.insert(source.clone(), (help, foot));
    }
    for seller in 0..sellers {
        let name = format!("{}{}", word(&mut dice), seller);
        let way = match dice.below(100) {
            0..30 => Way::SignedKey,
            30..42 => Way::ShownKey,
            42..57 => Way::Address,
            57..72 => Way::Handle,
            72..80 => Way::Both,
            _ => Way::Nothing,
        };
        world.ways.push(way);
        let n_accounts = [1, 1, 2, 2, 3][dice.below(5) as usize].min(sources);
        let key = keys.make(&name)?;
        let (shared_address, (kind, contact)) = (address(&mut dice), handle(&name, &mut dice));
        let hand = Hand::new(&mut dice);
        let first = dice.below(sources as u64) as usize;
        for n in 0..n_accounts {
            let source = world.sources[(first + n) % sources].clone();
            let name = match (n, dice.below(3)) {
                (0, _) | (_, 0) => name.clone(),
                (_, 1) => format!("{name}_{n}"),
                _ => format!("{}{seller}x{n}", word(&mut dice)),
            };
            let mut profile = vec![hand.sentence(&mut dice)];
            let mut lines = Vec::new();
            let mut shows = BTreeSet::new();
            if matches!(way, Way::SignedKey | Way::ShownKey) {
                shows.insert((if way == Way::SignedKey { BOTH_PROVED } else { SHOWN }, key.armour.clone()));
                profile.extend(key.armour.lines().map(str::to_owned));
            }
            if way == Way::SignedKey {
                let text = format!("This is {name}, selling on {source} and nowhere else by this name.\n- my only key is below, 2026");
                profile.extend(keys.sign(&key, &text)?.lines().map(str::to_owned));
            }
            if way == Way::SignedKey && seller % 2 == 0 {
                shows.insert((kind, contact.clone()));
                profile.push(contact.clone());
            }
            if matches!(way, Way::Address | Way::Both) {
                shows.insert(("payment_address", shared_address.clone()));
                lines.push(format!("Direct deals: BTC {shared_address}"));
            }
            if matches!(way, Way::Handle | Way::Both) {
                shows.insert((kind, contact.clone()));
                if dice.below(2) == 0 { lines.push(contact.clone()) } else { profile.push(contact.clone()) }
            }
            if way == Way::Nothing && dice.below(2) == 0 {
                lines.push(handle(&format!("{name}at{source}"), &mut dice).1);
            }
            let listings = (0..3 + dice.below(3)).map(|_| {
                let good = dice.pick(&GOODS).copied().unwrap_or("Lamp");
                let text: Vec<String> = (0..7).map(|_| hand.sentence(&mut dice)).collect();
                (format!("{good} #{}", dice.below(1_000)), format!("{good}, as shown. {}\n{}", text.join(" "), lines.join("\n")))
            });
            let listings = listings.collect();
            world.accounts.push(Account { seller, source, name, role: Role::Own, victim: None, shows, profile, listings });
        }
    }
    others(&mut world, sellers, &mut dice);
    for account in &mut world.accounts {
        // Some take the key of the help page for theirs.
        if dice.below(50) == 0 {
            account.profile.extend(example.armour.lines().map(str::to_owned));
        }
    }
    Ok(world)
}

/// Copiers and impersonators: one of each for ten sellers.
fn others(world: &mut World, sellers: usize, dice: &mut Dice) {
    let own = world.accounts.len() as u64;
    for n in 0..sellers / 10 {
        for role in [Role::Copier, Role::Impersonator] {
            let signed: Vec<usize> =
                (0..own as usize).filter(|at| role == Role::Copier || world.ways[world.accounts[*at].seller] == Way::SignedKey).collect();
            let Some(victim) = dice.pick(&signed).copied() else { continue };
            let played = world.accounts[victim].clone();
            let away: Vec<String> = world.sources.iter().filter(|source| **source != played.source).cloned().collect();
            let source = dice.pick(&away).cloned().unwrap_or_else(|| played.source.clone());
            let seller = world.ways.len();
            world.ways.push(Way::Nothing);
            let (name, mut profile, mut listings) = match role {
                Role::Impersonator => (played.name.clone(), played.profile.clone(), played.listings.clone()),
                _ => (format!("{}{n}c", word(dice)), vec!["new here".to_owned()], played.listings.iter().take(1).cloned().collect()),
            };
            // The same name on the source may be an account of the victim himself.
            let taken = world.accounts.iter().any(|other| other.source == source && other.name == name);
            let name = if taken { format!("{name}-official") } else { name };
            profile.push(format!("Direct deals: BTC {}", address(dice)));
            listings.push((format!("Special offer #{n}"), "Best price, ask me.".to_owned()));
            let shows = BTreeSet::new();
            world.accounts.push(Account { seller, source, name, role, victim: Some(victim), shows, profile, listings });
        }
    }
}

fn word(dice: &mut Dice) -> String {
    (0..3).filter_map(|_| dice.pick(&SYLLABLES).copied()).collect()
}

/// A contact with its label, and its kind.
fn handle(name: &str, dice: &mut Dice) -> (&'static str, String) {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    match dice.below(4) {
        0 => ("telegram", format!("Telegram: @{plain}_x")),
        1 => ("jabber", format!("Jabber: {plain}@jabber.example.org")),
        2 => ("email", format!("E-mail: {plain}@mail.example.org")),
        _ => {
            let hash = Sha256::digest(plain.as_bytes());
            ("session", format!("Session: 05{}", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
        }
    }
}

/// A pay-to-public-key-hash address of Bitcoin whose checksum holds, of bytes that nobody has a key for.
fn address(dice: &mut Dice) -> String {
    let mut bytes = vec![0_u8];
    bytes.extend((0..20).map(|_| dice.below(256) as u8));
    bs58::encode(bytes).with_check().into_string()
}
