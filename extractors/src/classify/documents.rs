//! Documents about arms: a PDF, a guide, plans or files are goods of another trade, unless what stands beside them is an arm, a part of
//! one, a blank-firing arm, an explosive, or what is done to make or convert one.

use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::Reading;
use crate::codebook::schema::Noun;

/// Traits that a document about making or converting arms speaks of.
const DONE: [&str; 6] = ["converted", "convertible", "reactivated", "full_auto", "printed_3d", "no_serial"];
/// Imitations that are made into arms; toys are not.
const MADE_LIVE: [&str; 4] = ["blank_firing", "deactivated", "acoustic", "traumatic"];

/// The noun that a document's word is read as: that of a `design_file` where arms are spoken of, else its own.
pub(super) fn noun<'a>(codebook: &'a Codebook, reading: &Reading<'_>, own: &'a Noun, most: usize) -> &'a Noun {
    let (of_arms, explosive) = about(codebook, reading, most);
    if !of_arms {
        return own;
    }
    let subtype = if explosive { Some("guide_explosive") } else { own.document.as_deref() };
    let named = codebook.file.noun.iter().find(|noun| noun.of == "design_file" && noun.rules && noun.subtype.as_deref() == subtype);
    named.unwrap_or(own)
}

/// Whether a headline speaks of arms, and whether of explosives alone.
fn about(codebook: &Codebook, reading: &Reading<'_>, most: usize) -> (bool, bool) {
    let (mut arms, mut explosives) = (false, false);
    for hit in reading.hits.iter().filter(|hit| hit.first < most) {
        match hit.sense {
            Sense::Noun(at) => {
                let Some(noun) = codebook.file.noun.get(at).filter(|noun| noun.document.is_none() && !noun.beside_arm) else { continue };
                explosives |= noun.of == "explosive";
                // Toys and everyday goods decide for themselves.
                if noun.rules && matches!(noun.of.as_str(), "non_weapon" | "replica_airgun") && !made_live(noun) {
                    return (false, false);
                }
                arms |= noun.of.starts_with("firearm.") || noun.of.starts_with("part.") || noun.of == "light_weapon" || made_live(noun);
            }
            Sense::Model(_, alone) => arms |= alone,
            Sense::Maker(at) => {
                arms |= codebook.file.maker.get(at).is_some_and(|maker| !maker.common && maker.makes.iter().any(|made| made == "firearm"));
            }
            Sense::Trait(at, _) => arms |= codebook.file.traits.get(at).is_some_and(|one| DONE.contains(&one.code.as_str())),
            _ => {}
        }
    }
    (arms || explosives, explosives && !arms)
}

fn made_live(noun: &Noun) -> bool {
    noun.of == "replica_airgun" && noun.subtype.as_deref().is_some_and(|subtype| MADE_LIVE.contains(&subtype))
}
