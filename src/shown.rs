//! Captured text as a person may see it, on a terminal and on a page: it steers neither.

/// Characters after which a person would stop reading.
const LONGEST: usize = 300;

/// Captured text on one line: control characters become spaces, signs that turn the direction of writing or are never seen are left out.
pub fn plain(text: &str) -> String {
    let spaced = |character: char| if breaks(character) { ' ' } else { character };
    text.chars().filter(|character| !is_unseen(*character)).map(spaced).collect()
}

/// As [`plain`], cut where a person would stop reading.
pub fn headline(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    format!("{}{}", plain(text.get(..end).unwrap_or(text)), if end < text.len() { "…" } else { "" })
}

/// Text that no mark-up can leave, neither between tags nor in an attribute, without what [`plain`] leaves out.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Signs that turn the direction of writing or are never seen.
pub fn is_unseen(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn breaks(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::{headline, plain};

    #[test]
    fn captured_text_does_not_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{7}\r\n\u{9b}2J\u{0}c"), "a [31mb    2J c");
        assert_eq!(plain("invoice\u{202e}fdp.exe\u{2066}\u{feff}"), "invoicefdp.exe");
        assert_eq!(plain("نمی\u{200c}خواهم"), "نمی\u{200c}خواهم");
        assert_eq!(headline(&"é".repeat(1 << 20)).chars().count(), 301);
    }
}
