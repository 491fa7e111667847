//! Columns of the index, many values at once.

use tantivy::columnar::{Column, StrColumn};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId};

/// The first value of each of at most a block of documents.
pub(crate) fn firsts(column: &Column<u64>, docs: &[DocId], mut take: impl FnMut(DocId, Option<u64>)) {
    let mut values = [None; COLLECT_BLOCK_BUFFER_LEN];
    let Some(values) = values.get_mut(..docs.len()) else { return };
    column.first_vals(docs, values);
    docs.iter().zip(values).for_each(|(doc, value)| take(*doc, *value));
}

/// The strings of a column's ordinals.
pub(crate) fn resolve<T>(column: &StrColumn, mut ords: Vec<(u64, T)>) -> tantivy::Result<Vec<(T, String)>> {
    ords.sort_unstable_by_key(|(ord, _)| *ord);
    let numbers: Vec<u64> = ords.iter().map(|(ord, _)| *ord).collect();
    let mut values = Vec::with_capacity(numbers.len());
    column.dictionary().sorted_ords_to_term_cb(&numbers, |bytes| values.push(String::from_utf8_lossy(bytes).into_owned()))?;
    Ok(ords.into_iter().map(|(_, payload)| payload).zip(values).collect())
}
