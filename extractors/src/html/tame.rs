//! Takes the sting out of markup that costs a parser quadratic time: tags with a great many attributes, and deep nesting.

use html5ever::tokenizer::TagKind;
use html5ever::{LocalName, local_name};

/// Attributes kept in one tag; each is compared with all before it.
pub(super) const MAX_ATTRIBUTES: usize = 256;
/// Open elements beyond which further start tags are left out. Browsers stop at 512.
const MAX_OPEN: usize = 256;

/// Counts open elements, as far as the tags alone tell.
#[derive(Default)]
pub(super) struct Tame {
    open: Vec<LocalName>,
    /// Whether something was left out.
    pub(super) cut: bool,
}

impl Tame {
    /// Whether a tag goes on to the tree.
    pub(super) fn takes(&mut self, kind: TagKind, name: &LocalName) -> bool {
        if kind == TagKind::EndTag {
            self.close(name);
            return true;
        }
        if is_raw(name) {
            return true;
        }
        if is_flat(name) {
            if matches!(*name, local_name!("tr") | local_name!("td") | local_name!("th")) {
                self.back_to_table();
            }
            return true;
        }
        if self.open.len() >= MAX_OPEN || *name == local_name!("plaintext") {
            self.cut = true;
            return false;
        }
        self.open.push(name.clone());
        true
    }

    /// A new cell closes whatever an earlier cell left open.
    fn back_to_table(&mut self) {
        if let Some(at) = self.open.iter().rposition(|open| *open == local_name!("table")) {
            self.open.truncate(at + 1);
        }
    }

    fn close(&mut self, name: &LocalName) {
        let depth = self.open.len();
        for (at, open) in self.open.iter().enumerate().rev() {
            if open == name {
                self.open.truncate(at);
                return;
            }
            if is_wall(open) && *name != local_name!("table") || depth - at > 64 {
                return;
            }
        }
    }
}

fn is_raw(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
            | local_name!("xmp")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("iframe")
    )
}

/// Elements that end tags of others do not reach through.
fn is_wall(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("table")
            | local_name!("object")
            | local_name!("applet")
            | local_name!("marquee")
            | local_name!("template")
            | local_name!("button")
            | local_name!("svg")
            | local_name!("math")
            | local_name!("caption")
    )
}

/// Elements whose end tag is usually left out or that hold nothing; they do not nest in themselves.
fn is_flat(name: &LocalName) -> bool {
    #[rustfmt::skip]
    let flat = matches!(
        *name,
        local_name!("a") | local_name!("area") | local_name!("base") | local_name!("body") | local_name!("br") | local_name!("col") | local_name!("colgroup") | local_name!("dd") | local_name!("dt") | local_name!("embed") | local_name!("head") | local_name!("hr") | local_name!("html") | local_name!("img")
            | local_name!("input") | local_name!("li") | local_name!("link") | local_name!("meta") | local_name!("optgroup") | local_name!("option") | local_name!("p") | local_name!("param") | local_name!("rp") | local_name!("rt") | local_name!("source") | local_name!("tbody")
            | local_name!("td") | local_name!("tfoot") | local_name!("th") | local_name!("thead") | local_name!("tr") | local_name!("track") | local_name!("wbr")
    );
    flat
}
