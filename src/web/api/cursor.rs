//! Cursors: where a page ended, in a form that programs carry and do not read.

use data_encoding::BASE64URL_NOPAD;

use crate::web::problem::Problem;

/// The cursor of a place in a list; `of` names the list, so that no cursor is taken by another one.
pub(super) fn written(of: &str, place: &str) -> String {
    BASE64URL_NOPAD.encode(format!("{of} {place}").as_bytes())
}

/// The place that a cursor of this list stands for.
pub(super) fn read(of: &str, cursor: &str) -> Result<String, Problem> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.as_deref().and_then(|text| text.strip_prefix(of)?.strip_prefix(' ')).map(str::to_owned);
    place.ok_or_else(unknown)
}

/// The place as a number.
pub(super) fn number(of: &str, cursor: &str) -> Result<i64, Problem> {
    read(of, cursor)?.parse().map_err(|_| unknown())
}

pub(super) fn unknown() -> Problem {
    Problem::unclear("cursor_not_understood", "`after` is no cursor of this list; hint: take `next` of the page before as it is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_is_taken_by_its_own_list_alone() {
        let cursor = written("alerts", "17");
        assert_eq!(number("alerts", &cursor).unwrap(), 17);
        for (of, cursor) in [("audit", cursor.as_str()), ("alerts", "17"), ("alerts", ""), ("alerts", &written("alerts", "x"))] {
            assert!(number(of, cursor).is_err(), "{of} {cursor}");
        }
    }
}
