//! The codebook file as written: every table and key of `config/codebook.toml`. Unknown keys are errors.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Terms by ISO 639-1 language. A `*` at an end leaves that end of the word open; a trailing `+` also takes a plural `s` or `es`.
pub type Terms = BTreeMap<String, Vec<String>>;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Version of the codebook, written on every classification.
    pub version: String,
    /// First and second level.
    pub category: Vec<Category>,
    /// Traits.
    #[serde(rename = "trait")]
    pub traits: Vec<Trait>,
    /// Coarse goods of `non_weapon` listings.
    pub good: Vec<Good>,
    /// Words that name goods.
    pub noun: Vec<Noun>,
    /// Words that speak for a category without naming the goods.
    #[serde(default)]
    pub cue: Vec<Cue>,
    /// Phrases that hide the words within them.
    #[serde(default)]
    pub neutral: Vec<Neutral>,
    /// What the author wants.
    pub intent: Vec<Intent>,
    /// Words that part the goods from what they fit and what comes along.
    pub link: Vec<Link>,
    /// Values of the fields of an arm, part or round.
    pub value: Vec<Value>,
    /// Makers with their models.
    pub maker: Vec<Maker>,
    /// More makers, without models: by country (ISO 3166-1) and by what they make, several joined by `_`; each row is a name and its other
    /// writings, parted by `|`, with `~` before it where the name is also a common word. Read into `maker`.
    #[serde(default)]
    pub maker_table: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Calibres.
    pub calibre: Vec<Calibre>,
    /// Risk indicators.
    pub risk: Vec<Risk>,
    /// Signs of a scam.
    pub scam: Vec<Scam>,
    /// What words written to evade filters may be read as.
    #[serde(default)]
    pub disguise: Disguise,
}

/// What words written to evade filters may be read as, beside the nouns, makers and models of five letters or more.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disguise {
    /// Shorter words that tell all the same: "g*n", "4mmo". Each is a noun or a maker.
    #[serde(default)]
    pub short: Vec<String>,
}

/// A category of the codebook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Stable code, such as `part.barrel`.
    pub code: String,
    /// What it is, in one sentence.
    pub definition: String,
    /// What belongs here.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What does not, and where it goes.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Place in article 3 of the Firearms Protocol.
    pub protocol: Protocol,
    /// Row of the RAND Europe study of 2017.
    pub rand: String,
    /// Row of UNODC's Illicit Arms Flows Questionnaire.
    pub iafq: String,
    /// Whether a listing of it counts as controlled.
    pub controlled: bool,
    /// Finer kinds.
    #[serde(default)]
    pub subtype: Vec<Subtype>,
}

/// A finer kind of a category; what is left out is as for the category.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subtype {
    /// Code, unique within its category.
    pub code: String,
    /// What it is.
    pub definition: String,
    /// What belongs here.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What does not.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Place in article 3.
    pub protocol: Option<Protocol>,
    /// Row of the RAND study.
    pub rand: Option<String>,
    /// Row of the questionnaire.
    pub iafq: Option<String>,
    /// Whether it counts as controlled.
    pub controlled: Option<bool>,
    /// Whether it is watched though not controlled.
    #[serde(default)]
    pub watched: bool,
    /// Taken where the text tells nothing finer.
    #[serde(default)]
    pub default: bool,
}

/// Place in article 3 of the Firearms Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// A portable barrelled weapon that expels a projectile by an explosive.
    Firearm,
    /// Frame or receiver, barrel, slide or cylinder, bolt or breech block, silencer.
    EssentialPart,
    /// A complete round or its components.
    Ammunition,
    /// May be readily converted.
    Convertible,
    /// Not a subject of the Protocol.
    Outside,
    /// The description does not tell.
    Undetermined,
}

impl Protocol {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Protocol::Firearm => "firearm",
            Protocol::EssentialPart => "essential_part",
            Protocol::Ammunition => "ammunition",
            Protocol::Convertible => "convertible",
            Protocol::Outside => "outside",
            Protocol::Undetermined => "undetermined",
        }
    }
}

/// A trait of goods or of the way they are offered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trait {
    /// Stable code.
    pub code: String,
    /// What it says.
    pub definition: String,
    /// What belongs here.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What does not.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Words that say it.
    #[serde(default)]
    pub terms: Terms,
    /// Words that say it in a title only.
    #[serde(default)]
    pub title_terms: Terms,
}

/// A coarse good of a `non_weapon` listing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Good {
    /// Stable code.
    pub code: String,
    /// What it is.
    pub definition: String,
    /// Whether it is watched.
    #[serde(default)]
    pub watched: bool,
}

/// Words that name goods.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noun {
    /// Category code.
    pub of: String,
    /// Subtype code.
    pub subtype: Option<String>,
    /// Good of a `non_weapon` noun.
    pub good: Option<String>,
    /// How strongly it speaks, in log-odds.
    pub weight: f32,
    /// Often only a feature of a whole arm (sights, grip, stock).
    #[serde(default)]
    pub feature: bool,
    /// Wins over whatever else is named beside it (airsoft, nail gun).
    #[serde(default)]
    pub rules: bool,
    /// Counts only beside an arm, its maker or a calibre (replica, toy).
    #[serde(default)]
    pub beside_arm: bool,
    /// Names a document of any kind; one about arms is a `design_file` of this subtype.
    pub document: Option<String>,
    /// The words.
    pub terms: Terms,
}

/// Words that speak for a category without naming goods.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Category code, or a first level such as `firearm`.
    pub of: String,
    /// Good of a `non_weapon` cue.
    pub good: Option<String>,
    /// Log-odds.
    pub weight: f32,
    /// The words.
    pub terms: Terms,
}

/// Phrases that hide the words within them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neutral {
    /// The phrases.
    pub terms: Terms,
}

/// What the author wants.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// `offer wanted trade service review discussion`.
    pub code: String,
    /// Strength in a title.
    pub weight: f32,
    /// The words.
    #[serde(default)]
    pub terms: Terms,
    /// Words that count in a title only.
    #[serde(default)]
    pub title_terms: Terms,
}

/// Words that part the goods from their surroundings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// `for`, what follows is what the goods fit; `with`, what follows comes along.
    pub kind: LinkKind,
    /// The words.
    pub terms: Terms,
}

/// Kinds of [`Link`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// What follows is what the goods fit.
    For,
    /// What follows comes along.
    With,
}

/// A value of a field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// `action condition casing projectile make_mode country_made serial marking importer`.
    pub field: String,
    /// Value written.
    pub value: String,
    /// Log-odds that it gives, by category or first level.
    #[serde(default)]
    pub speaks_for: BTreeMap<String, f32>,
    /// The words.
    pub terms: Terms,
}

/// A maker and its models. A model that starts with `!` stands for itself; others need the maker beside them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maker {
    /// Name as exported.
    pub name: String,
    /// Other writings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it makes: `firearm ammunition accessory part airgun`; `pattern` for arms that many make.
    pub makes: Vec<String>,
    /// Country of its seat, ISO 3166-1.
    pub country: Option<String>,
    /// Maker whose brand it is: where both are named, the brand is meant.
    pub brand_of: Option<String>,
    /// Not one maker: each alias is a maker of its own, with its other writings behind `|`; the models belong to any of them.
    #[serde(default)]
    pub each: bool,
    /// Place of the entry whose models this maker shares.
    #[serde(skip)]
    pub shares: Option<usize>,
    /// The name is also a common word: it counts beside other evidence only.
    #[serde(default)]
    pub common: bool,
    /// Models by type.
    #[serde(default)]
    pub pistol: Vec<String>,
    /// Revolvers.
    #[serde(default)]
    pub revolver: Vec<String>,
    /// Rifles and carbines.
    #[serde(default)]
    pub rifle: Vec<String>,
    /// Shotguns.
    #[serde(default)]
    pub shotgun: Vec<String>,
    /// Sub-machine guns and machine pistols.
    #[serde(default)]
    pub submachine_gun: Vec<String>,
    /// Light and general-purpose machine guns.
    #[serde(default)]
    pub machine_gun: Vec<String>,
    /// Firearms of another type.
    #[serde(default)]
    pub other: Vec<String>,
    /// Blank-firing, alarm and signal arms.
    #[serde(default)]
    pub blank_firing: Vec<String>,
    /// Air guns.
    #[serde(default)]
    pub airgun: Vec<String>,
    /// Rocket launchers and other light weapons.
    #[serde(default)]
    pub light_weapon: Vec<String>,
}

impl Maker {
    /// Whether the entry names arms that many make, and no maker.
    pub fn is_pattern(&self) -> bool {
        self.makes.iter().any(|m| m == "pattern")
    }
}

/// A calibre.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibre {
    /// Stable slug.
    pub id: String,
    /// Display name, C.I.P.'s where it has one.
    pub name: String,
    /// SAAMI's name, where it differs.
    pub saami: Option<String>,
    /// Kind.
    pub kind: CalibreKind,
    /// Typical arm: `pistol revolver rifle shotgun`, where it tells.
    pub arm: Option<String>,
    /// Other writings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Ids that a hasty reader takes it for.
    #[serde(default)]
    pub confusable_with: Vec<String>,
    /// Not one calibre but a writing that several share, such as `.38`.
    #[serde(default)]
    pub ambiguous: bool,
    /// What an ambiguous writing means: ids, each with the models and words of which one must stand beside it.
    #[serde(default)]
    pub beside: BTreeMap<String, Vec<String>>,
}

/// Kinds of calibre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibreKind {
    /// Centre-fire.
    Centrefire,
    /// Rim-fire.
    Rimfire,
    /// Shot-gun gauges.
    Gauge,
    /// Blank, alarm and gas cartridges.
    Blank,
    /// Flobert and less powerful rim-fire.
    Flobert,
    /// Air guns.
    Airgun,
    /// Muzzle loaders.
    Muzzle,
}

impl CalibreKind {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            CalibreKind::Centrefire => "centrefire",
            CalibreKind::Rimfire => "rimfire",
            CalibreKind::Gauge => "gauge",
            CalibreKind::Blank => "blank",
            CalibreKind::Flobert => "flobert",
            CalibreKind::Airgun => "airgun",
            CalibreKind::Muzzle => "muzzle",
        }
    }
}

/// A risk indicator: raised when one of `terms`, `traits`, `payments`, `escrow`, `goods` is met on a listing of one of `categories`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Stable code.
    pub code: String,
    /// What it means, for the reader.
    pub sentence: String,
    /// 0 to 1.
    pub weight: f64,
    /// The paragraph that asks for it.
    pub resolution: String,
    /// Categories, first levels, or `category/subtype`; empty for watched goods of any kind.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Raised by the category alone.
    #[serde(default)]
    pub by_category: bool,
    /// Raised by one of these traits.
    #[serde(default)]
    pub traits: Vec<String>,
    /// Raised by one of these means of payment.
    #[serde(default)]
    pub payments: Vec<String>,
    /// Raised by one of these escrow states.
    #[serde(default)]
    pub escrow: Vec<String>,
    /// Raised by one of these ways of shipping.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Raised by a route across a border.
    #[serde(default)]
    pub cross_border: bool,
    /// Raised by one of these goods.
    #[serde(default)]
    pub goods: Vec<String>,
    /// Raised by these words.
    #[serde(default)]
    pub terms: Terms,
}

/// A sign of a scam.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scam {
    /// Stable code.
    pub code: String,
    /// What it means.
    pub sentence: String,
    /// 0 to 1.
    pub weight: f64,
    /// Words that show it.
    #[serde(default)]
    pub terms: Terms,
    /// Raised by one of these escrow states.
    #[serde(default)]
    pub escrow: Vec<String>,
    /// Raised where the only payments are among these.
    #[serde(default)]
    pub only_payments: Vec<String>,
    /// Raised by a unit price in EUR, USD or GBP below these, by category.
    #[serde(default)]
    pub price_below: BTreeMap<String, f64>,
}
