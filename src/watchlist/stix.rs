//! STIX 2.1: a bundle with indicators, one indicator, or one pattern a line.

use std::fmt;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::stix_pattern::question;
use super::{MOST_WATCHES, WatchList};

/// An object: an indicator, or a bundle of them. Other members are passed over.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Object {
    #[serde(rename = "type")]
    kind: Text,
    id: Text,
    name: Text,
    pattern: Text,
    pattern_type: Text,
    revoked: Text,
    objects: Indicators,
}

/// A member that should be a text, and may be anything; what is neither text nor truth value is empty.
#[derive(Default)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;
        impl<'de> Visitor<'de> for Anything {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member of a STIX object")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Text, E> {
                Ok(Text(truth.to_string()))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Text, A::Error> {
                while values.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Text, A::Error> {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(Anything)
    }
}

/// The indicators among the objects of a bundle.
#[derive(Default)]
struct Indicators {
    found: Vec<Object>,
    others: u64,
}

impl<'de> Deserialize<'de> for Indicators {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Objects;
        impl<'de> Visitor<'de> for Objects {
            type Value = Indicators;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of STIX objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> Result<Indicators, A::Error> {
                let mut indicators = Indicators::default();
                // One more than can be taken tells that there are too many.
                while indicators.found.len() <= MOST_WATCHES {
                    match objects.next_element::<Object>()? {
                        Some(object) if object.kind.0 == "indicator" => indicators.found.push(object),
                        Some(_) => indicators.others += 1,
                        None => return Ok(indicators),
                    }
                }
                while objects.next_element::<IgnoredAny>()?.is_some() {}
                Ok(indicators)
            }
        }
        deserializer.deserialize_seq(Objects)
    }
}

pub(super) fn read(text: &str, list: &mut WatchList) -> Result<()> {
    if !text.trim_start().starts_with('{') {
        return lines(text, list);
    }
    let hint = "hint: a bundle of STIX 2.1, or one pattern a line";
    let file: Object = serde_json::from_str(text).with_context(|| format!("the file is no STIX object; {hint}"))?;
    if file.kind.0 == "indicator" {
        return indicator(&file, "the file", list);
    }
    if file.kind.0 != "bundle" {
        bail!("the file is of type {:?}; {hint}", super::cut(&file.kind.0, 60));
    }
    if file.objects.others > 0 {
        list.notes.push(format!("objects that are no indicators, not read: {}", file.objects.others));
    }
    file.objects.found.iter().zip(1_u64..).try_for_each(|(object, n)| indicator(object, &format!("indicator {n}"), list))
}

fn lines(text: &str, list: &mut WatchList) -> Result<()> {
    for (line, n) in text.lines().zip(1_u64..) {
        let (at, line) = (format!("line {n}"), line.trim());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match question(line) {
            Ok(query) => list.take(&at, "", query)?,
            Err(reason) => list.refuse(&at, &reason),
        }
    }
    Ok(())
}

fn indicator(object: &Object, at: &str, list: &mut WatchList) -> Result<()> {
    let at = if object.id.0.is_empty() { at } else { &object.id.0 };
    let name = if object.name.0.is_empty() { at } else { &object.name.0 };
    if object.revoked.0 == "true" {
        list.refuse(at, "it is revoked");
    } else if !matches!(object.pattern_type.0.as_str(), "" | "stix") {
        list.refuse(at, &format!("its pattern is written in {:?}", super::cut(&object.pattern_type.0, 60)));
    } else {
        match question(&object.pattern.0) {
            Ok(query) => list.take(at, name, query)?,
            Err(reason) => list.refuse(at, &reason),
        }
    }
    Ok(())
}
