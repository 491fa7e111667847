//! The measure's peer: the engine's own parser and collectors on the same index, with nothing of ours between. Only `vigie bench` asks it.

use serde_json::json;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::query::QueryParser;
use tantivy::schema::Value;
use tantivy::{DocAddress, Order, TantivyDocument, TantivyError};

use crate::error::IndexError;
use crate::opening::Index;
use crate::query::compile::Compiler;
use crate::results::{SearchOptions, Sort};
use crate::schema::{FAMILY_CODE, Layout, Place, count_column};

/// Most values of a field that are counted; more than any has.
const MOST_VALUES: usize = 60_000;

/// The engine as it is at one moment.
pub struct Raw {
    engine: tantivy::Searcher,
    parser: QueryParser,
    /// Words as written may have one letter wrong.
    near: QueryParser,
}

/// What it finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RawAnswer {
    /// All matching documents; 0 where they were not asked for.
    pub total: u64,
    /// Documents read.
    pub hits: usize,
    /// Bytes of their ids.
    pub bytes: usize,
}

impl Index {
    /// The peer on the index as it is now. Bare words are looked for in both texts, as written and by the stems of every language in it.
    pub fn raw(&self) -> Result<Raw, IndexError> {
        self.reader.reload()?;
        let engine = self.reader.searcher();
        let compiler = Compiler::new(&engine)?;
        let texts: Vec<_> =
            Layout::get().places.iter().filter_map(|place| if let Place::Text(fields) = place { Some(fields) } else { None }).collect();
        let fields = texts.iter().flat_map(|fields| std::iter::once(fields.exact).chain(compiler.living(fields))).collect();
        let parser = QueryParser::for_index(&self.engine, fields);
        let mut near = QueryParser::for_index(&self.engine, texts.iter().map(|fields| fields.exact).collect());
        texts.iter().for_each(|fields| near.set_field_fuzzy(fields.exact, false, 1, true));
        Ok(Raw { engine, parser, near })
    }
}

impl Raw {
    /// Answers a query in the engine's own language over the index's own fields: order, number of hits and fields to count by as in `options`,
    /// the total where `total` says so. It has nothing that shows one hit of each family: where they are joined, it counts the largest.
    pub fn answer(&self, text: &str, near: bool, options: &SearchOptions, total: bool) -> Result<RawAnswer, IndexError> {
        let parser = if near { &self.near } else { &self.parser };
        let query = parser.parse_query(text).map_err(|error| TantivyError::InvalidArgument(error.to_string()))?;
        let families = options.collapse.then(|| (FAMILY_CODE.to_owned(), options.limit.max(1)));
        let columns: Vec<_> = options.count_by.iter().map(|name| (count_column(name), MOST_VALUES)).chain(families).collect();
        let counts = if columns.is_empty() { None } else { Some(by_value(&columns)?) };
        let top = TopDocs::with_limit(options.limit.max(1)).and_offset(options.offset);
        let (addresses, total) = match options.sort {
            Sort::NewestFirst => self.ask(&*query, top.order_by_fast_field::<i64>("first_seen", Order::Desc), total, counts)?,
            Sort::PriceAsc => self.ask(&*query, top.order_by_fast_field::<i64>("price_usd", Order::Asc), total, counts)?,
            Sort::PriceDesc => self.ask(&*query, top.order_by_fast_field::<i64>("price_usd", Order::Desc), total, counts)?,
            Sort::Risk => self.ask(&*query, top.order_by_fast_field::<f64>("risk", Order::Desc), total, counts)?,
            _ => self.ask(&*query, top.order_by_score(), total, counts)?,
        };
        let mut answer = RawAnswer { total, ..RawAnswer::default() };
        for address in addresses {
            let document: TantivyDocument = self.engine.doc(address)?;
            answer.hits += 1;
            answer.bytes += document.get_first(Layout::get().id).and_then(|id| id.as_str()).unwrap_or_default().len();
        }
        Ok(answer)
    }

    fn ask<K: Send + 'static>(
        &self,
        query: &dyn tantivy::query::Query,
        top: impl Collector<Fruit = Vec<(K, DocAddress)>>,
        total: bool,
        counts: Option<AggregationCollector>,
    ) -> tantivy::Result<(Vec<DocAddress>, u64)> {
        let (found, total) = match counts {
            // Alone it may skip what can't be among the first.
            None if !total => (self.engine.search(query, &top)?, 0),
            None => self.engine.search(query, &(top, Count))?,
            Some(counts) => {
                let (found, total, _) = self.engine.search(query, &(top, Count, counts))?;
                (found, total)
            }
        };
        Ok((found.into_iter().map(|(_, address)| address).collect(), total as u64))
    }
}

/// Counts by the values of columns, as many of the most frequent as said.
fn by_value(columns: &[(String, usize)]) -> tantivy::Result<AggregationCollector> {
    let one = |(name, size): &(String, usize)| (name.clone(), json!({"terms": {"field": name, "size": size}}));
    let asked: serde_json::Map<String, serde_json::Value> = columns.iter().map(one).collect();
    let asked: Aggregations = serde_json::from_value(asked.into()).map_err(|error| TantivyError::InvalidArgument(error.to_string()))?;
    Ok(AggregationCollector::from_aggs(asked, Default::default()))
}
