//! The attributes of an element that RDFa is made of.

use crate::html::Element;

/// The attributes of an element that matter here.
#[derive(Default)]
pub(super) struct Attributes<'a> {
    pub(super) about: Option<&'a str>,
    pub(super) content: Option<&'a str>,
    pub(super) datatype: Option<&'a str>,
    pub(super) datetime: Option<&'a str>,
    pub(super) target: Option<&'a str>,
    pub(super) resource: Option<&'a str>,
    pub(super) prefix: Option<&'a str>,
    pub(super) property: Option<&'a str>,
    pub(super) rel: Option<&'a str>,
    pub(super) rev: Option<&'a str>,
    pub(super) kind: Option<&'a str>,
    pub(super) vocab: Option<&'a str>,
    pub(super) xmlns: bool,
}

impl<'a> Attributes<'a> {
    /// `None` where an element has none of them.
    pub(super) fn of(element: Element<'a>) -> Option<Self> {
        let mut own = Attributes::default();
        let mut any = false;
        let mut src = None;
        for (own_name, value) in element.attributes() {
            if !own_name.is_plain() {
                continue;
            }
            let value: Option<&'a str> = Some(value);
            let slot = match &*own_name.name {
                "about" => &mut own.about,
                "href" => &mut own.target,
                "src" => &mut src,
                "resource" => &mut own.resource,
                "prefix" => &mut own.prefix,
                "property" => &mut own.property,
                "rel" => &mut own.rel,
                "rev" => &mut own.rev,
                "typeof" => &mut own.kind,
                "vocab" => &mut own.vocab,
                "content" => {
                    own.content = value;
                    continue;
                }
                "datatype" => {
                    own.datatype = value;
                    continue;
                }
                "datetime" => {
                    own.datetime = value;
                    continue;
                }
                other => {
                    own.xmlns |= other.starts_with("xmlns:");
                    continue;
                }
            };
            *slot = value;
            any = true;
        }
        own.target = own.target.or(src);
        (any || own.xmlns).then_some(own)
    }
}
