//! Documents about arms: a PDF, a guide, plans or files are goods of another trade, unless what stands beside them is an arm, a part of
//! one, a blank-firing arm, an explosive, or what is done to make or convert one.

use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::Reading;
use crate::codebook::schema::Noun;

/// Traits that a document about converting arms speaks of.
const DONE: [&str; 4] = ["converted", "convertible", "reactivated", "full_auto"];
/// Imitations that are made into arms; toys are not.
const MADE_LIVE: [&str; 4] = ["blank_firing", "deactivated", "acoustic", "traumatic"];

/// What a headline speaks of.
#[derive(Debug, Default, Clone, Copy)]
struct About<'a> {
    arms: bool,
    explosives: bool,
    /// How arms are made to fire, or to fire otherwise.
    conversion: bool,
    /// A term that names a kind of design file by itself.
    kind: Option<&'a Noun>,
}

/// The noun that a document's word is read as: that of a `design_file` where arms are spoken of, else its own.
pub(super) fn noun<'a>(codebook: &'a Codebook, reading: &Reading<'_>, own: &'a Noun, most: usize) -> &'a Noun {
    let about = about(codebook, reading, most);
    if let Some(kind) = about.kind {
        return kind;
    }
    let subtype = match about {
        About { arms: false, explosives: false, .. } => return own,
        About { arms: false, .. } => Some("guide_explosive"),
        About { conversion: true, .. } => Some("guide_conversion"),
        _ => own.document.as_deref(),
    };
    let named = codebook.file.noun.iter().find(|noun| noun.of == "design_file" && noun.rules && noun.subtype.as_deref() == subtype);
    named.unwrap_or(own)
}

fn about<'a>(codebook: &'a Codebook, reading: &Reading<'_>, most: usize) -> About<'a> {
    let mut about = About::default();
    for hit in reading.hits.iter().filter(|hit| hit.first < most) {
        match hit.sense {
            Sense::Noun(at) => {
                let Some(noun) = codebook.file.noun.get(at).filter(|noun| noun.document.is_none() && !noun.beside_arm) else { continue };
                about.explosives |= noun.of == "explosive";
                // Toys and everyday goods decide for themselves.
                if noun.rules && matches!(noun.of.as_str(), "non_weapon" | "replica_airgun") && !made_live(noun) {
                    return About::default();
                }
                if noun.of == "design_file" {
                    about.kind.get_or_insert(noun);
                }
                about.arms |=
                    noun.of.starts_with("firearm.") || noun.of.starts_with("part.") || noun.of == "light_weapon" || made_live(noun);
            }
            Sense::Model(_, alone) => about.arms |= alone,
            // Names of two words and more are too often other words.
            Sense::Maker(at) if hit.last == hit.first + 1 => {
                about.arms |=
                    codebook.file.maker.get(at).is_some_and(|maker| !maker.common && maker.makes.iter().any(|made| made == "firearm"));
            }
            Sense::Trait(at, _) => {
                about.conversion |= codebook.file.traits.get(at).is_some_and(|one| DONE.contains(&one.code.as_str()));
            }
            _ => {}
        }
    }
    about.arms |= about.conversion;
    about
}

fn made_live(noun: &Noun) -> bool {
    noun.of == "replica_airgun" && noun.subtype.as_deref().is_some_and(|subtype| MADE_LIVE.contains(&subtype))
}
