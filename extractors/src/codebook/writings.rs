//! Other writings of a calibre's name: shops shorten its words, and set `mm`, blanks and points as they like.

/// Words of calibre names with what they are shortened to; each stands for each other of its line.
const SHORT: [&[&str]; 42] = [
    &["s & w", "sw", "smith & wesson", "smith wesson", "smith and wesson", "s and w"],
    &["wsm", "winchester short magnum", "winchester short mag", "win short mag", "win short magnum"],
    &["rum", "remington ultra magnum", "remington ultra mag", "rem ultra mag", "rem ultra magnum", "ultra mag", "ultra magnum"],
    &["saum", "remington short action ultra magnum", "remington saum", "rem saum", "short action ultra magnum", "rsaum"],
    &["rcm", "ruger compact magnum", "ruger compact mag", "rug comp mag"],
    &["nosler", "nos"],
    &["swift", "swft", "swt"],
    &["magnum", "mag", "magn", "mgm"],
    &["winchester", "win", "wins"],
    &["remington", "rem"],
    &["weatherby", "wby", "wthby", "wthrby", "weath", "wtby"],
    &["springfield", "sprg", "spring", "sprng", "spgfld", "springfld", "sprfld"],
    &["special", "spl", "spcl", "spec", "spc", "spezial"],
    &["automatic", "auto"],
    &["creedmoor", "creed", "creedmore", "crdmr", "creedm", "crd", "crdm", "creedmor"],
    &["ruger", "rug"],
    &["roberts", "robert", "rob"],
    &["savage", "sav"],
    &["marlin", "mar", "marl"],
    &["federal", "fed"],
    &["blackout", "blk", "blkout", "black out"],
    &["bushmaster", "bush", "bushmstr", "bushm"],
    &["buckhammer", "buckhmr", "bkhmr", "buckham"],
    &["beowulf", "beo"],
    &["legend", "leg", "lgnd", "lgd"],
    &["grendel", "grendal", "gren", "grndl", "grend"],
    &["valkyrie", "valk", "vlk"],
    &["hammer", "hammr", "hamr", "ham r", "hammmer"],
    &["norma", "nor"],
    &["lapua", "lap"],
    &["mauser", "mau", "maus"],
    &["swedish", "swede", "swed"],
    &["nitro express", "ne", "nitro exp", "nitroexpress", "nitro"],
    &["ackley improved", "ackley imp", "ackley", "ai", "ack imp", "ackly imp", "ack improved"],
    &["gauge", "ga", "gage", "guage"],
    &["short magnum", "short mag"],
    &["maximum", "max"],
    &["government", "govt", "gov", "gvt", "government model"],
    &["hornet", "horn", "hrnt"],
    &["fireball", "fire ball", "fb"],
    &["carbine", "carb"],
    &["super", "supr"],
];
/// Writings of one name at most.
const MOST: usize = 96;

/// The writings of a folded name, itself not among them.
pub(crate) fn of(folded: &str) -> Vec<String> {
    let mut all = vec![folded.trim().to_owned()];
    for words in SHORT {
        let known = all.clone();
        for name in &known {
            for word in words.iter() {
                let Some(place) = find(name, word) else { continue };
                // The longest of the line that stands here is what is replaced.
                if words.iter().any(|other| other.len() > word.len() && other.contains(word) && find(name, other).is_some()) {
                    continue;
                }
                for other in words.iter().filter(|other| *other != word) {
                    if let (Some(before), Some(after)) = (name.get(..place), name.get(place + word.len()..)) {
                        push(&mut all, format!("{before}{other}{after}"));
                    }
                }
            }
        }
    }
    for name in all.clone() {
        metric(&name, &mut all);
        // "338WinMag": the last two words in one.
        if let Some((head, last)) = name.rsplit_once(' ')
            && head.rsplit(' ').next().is_some_and(|word| word.len() > 2 && word.chars().all(char::is_alphabetic))
            && last.len() > 2
            && last.chars().all(char::is_alphabetic)
        {
            push(&mut all, format!("{head}{last}"));
        }
    }
    all.remove(0);
    all
}

fn push(all: &mut Vec<String>, name: String) {
    // A number with `cm` behind it is a length.
    if all.len() < MOST && !all.contains(&name) && name.split(' ').count() > 1 {
        all.push(name);
    }
}

/// Place of a word or of several within a name.
fn find(name: &str, words: &str) -> Option<usize> {
    name.match_indices(words).map(|(at, _)| at).find(|at| {
        let end = at + words.len();
        (*at == 0 || name.as_bytes().get(at - 1) == Some(&b' ')) && name.as_bytes().get(end).is_none_or(|byte| *byte == b' ')
    })
}

/// `9.3 x 62`, `9.3 mm x 62`, `9.3 x 62 mm`; `6.5 creedmoor`, `6.5 mm creedmoor`.
fn metric(name: &str, all: &mut Vec<String>) {
    let words: Vec<&str> = name.split(' ').filter(|word| *word != "mm").collect();
    let number = |at: usize| words.get(at).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let (Some(bore), Some(second)) = (words.first().filter(|_| number(0)), words.get(1)) else { return };
    if *second == "x" && number(2) {
        let length = words.get(2).copied().unwrap_or_default();
        let rest = words.get(3..).unwrap_or_default().join(" ");
        let bare = bore.replace('.', "");
        for (bore, decimal) in [(*bore, bore.contains('.')), (bare.as_str(), false)] {
            if bore.len() < 3 && bare.len() >= 3 && !decimal {
                continue;
            }
            for written in [
                format!("{bore} x {length} {rest}"),
                format!("{bore} mm x {length} {rest}"),
                format!("{bore} mmx {length} {rest}"),
                format!("{bore} x {length} mm {rest}"),
                format!("{bore} mm x {length} mm {rest}"),
                format!("{bore} на {length} {rest}"),
                format!("{bore} na {length} {rest}"),
                format!("{bore} ضرب {length} {rest}"),
            ] {
                push(all, written.trim().to_owned());
            }
            // "7.62/39", "7.62*39": the sign is no word.
            if decimal && length.len() == 2 {
                push(all, format!("{bore} {length} {rest}").trim().to_owned());
            }
        }
    } else if words.len() > 1 && bore.len() <= 3 && bore.parse::<f64>().is_ok_and(|bore| bore < 15.0) && !number(1) {
        let rest = words.get(1..).unwrap_or_default().join(" ");
        if !matches!(rest.as_str(), "cm" | "ga" | "gauge" | "mag" | "r" | "k" | "fb" | "um" | "max" | "short" | "ne" | "ai" | "leg") {
            push(all, format!("{bore} mm {rest}"));
            if name.contains(" mm ") && words.get(1).is_none_or(|word| word.len() >= 3) {
                push(all, format!("{bore} {rest}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shortened_and_measures_set_in_all_ways() {
        let has = |name: &str, written: &str| of(name).iter().any(|one| one == written);
        assert!(has("300 weatherby magnum", "300 wby mag") && has("300 weatherby magnum", "300 wthby magnum"));
        assert!(has("9.3 x 62", "9.3 mm x 62") && has("9.3 x 62", "93 x 62 mm") && has("9.3 x 62", "9.3 x 62 mm"));
        assert!(has("7.62 x 54 r", "7.62 mm x 54 r") && has("7.62 x 39", "7.62 на 39") && has("7.62 x 39", "7.62 39"));
        assert!(has("6.5 creedmoor", "6.5 mm crdmr") && has("7 mm remington magnum", "7 rem mag"));
        assert!(!has("9 x 19", "9 19") && !has("6 mm creedmoor", "6 cm"));
    }

    #[test]
    fn no_name_has_writings_without_end() {
        for name in ["300 winchester short magnum special auto creedmoor", "1 x 2 x 3 x 4", "mm", "", "x", "9", "9.3 x"] {
            assert!(of(name).len() <= MOST, "{name}");
        }
    }
}
