//! One pass over the matching documents: how many, the best ones in order, and how many under each value.

use std::collections::{BTreeMap, BinaryHeap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError, i64_to_u64};

use crate::results::Sort;
use crate::schema::count_column;

/// A place in the order of hits: class, then value; lower is earlier.
type Rank = (u8, u64);

/// What to gather.
pub(crate) struct Gather {
    pub(crate) sort: Sort,
    /// How many of the first documents to keep.
    pub(crate) keep: usize,
    pub(crate) count_by: Vec<&'static str>,
}

/// A document among the first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    rank: Rank,
    pub(crate) id: String,
    pub(crate) address: DocAddress,
    pub(crate) score: Score,
}

/// What was gathered.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) total: u64,
    /// In order.
    pub(crate) kept: Vec<Kept>,
    /// Most frequent first, then by value.
    pub(crate) counts: BTreeMap<String, Vec<(String, u64)>>,
}

/// The columns that decide the order.
enum Keys {
    Score,
    Newest(Column<i64>),
    Price { usd: Column<i64>, amount: Column<i64>, dearest: bool },
    Risk(Column<f64>),
}

impl Keys {
    fn open(sort: Sort, reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(match sort {
            Sort::Relevance => Self::Score,
            Sort::NewestFirst => Self::Newest(columns.i64("first_seen")?),
            Sort::PriceAsc | Sort::PriceDesc => {
                Self::Price { usd: columns.i64("price_usd")?, amount: columns.i64("price")?, dearest: sort == Sort::PriceDesc }
            }
            Sort::Risk => Self::Risk(columns.f64("risk")?),
        })
    }

    fn rank(&self, doc: DocId, score: Score) -> Rank {
        match self {
            // Scores are not negative, so their bits are in their order.
            Self::Score => (0, u64::MAX - u64::from(score.to_bits())),
            Self::Newest(column) => (0, u64::MAX - i64_to_u64(column.first(doc).unwrap_or(i64::MIN))),
            Self::Risk(column) => (0, u64::MAX - column.first(doc).unwrap_or_default().max(0.0).to_bits()),
            Self::Price { usd, amount, dearest } => {
                let way = |value: i64| if *dearest { u64::MAX - i64_to_u64(value) } else { i64_to_u64(value) };
                match (usd.first(doc), amount.first(doc)) {
                    (Some(usd), _) => (0, way(usd)),
                    (None, Some(amount)) => (1, way(amount)),
                    (None, None) => (2, 0),
                }
            }
        }
    }
}

pub(crate) struct SegmentGather {
    keep: usize,
    segment: SegmentOrdinal,
    keys: Keys,
    ids: StrColumn,
    total: u64,
    /// The worst of the kept on top. Within a segment the ordinals of ids are in the order of the ids. Last, the bits of the score.
    heap: BinaryHeap<(Rank, u64, DocId, u32)>,
    counts: Vec<(&'static str, Option<StrColumn>, HashMap<u64, u64>)>,
}

impl SegmentCollector for SegmentGather {
    type Fruit = tantivy::Result<Gathered>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        for (_, column, counts) in &mut self.counts {
            for ord in column.iter().flat_map(|column| column.term_ords(doc)) {
                *counts.entry(ord).or_default() += 1;
            }
        }
        if self.keep == 0 {
            return;
        }
        let entry = (self.keys.rank(doc, score), self.ids.term_ords(doc).next().unwrap_or(u64::MAX), doc, score.to_bits());
        if self.heap.len() < self.keep {
            self.heap.push(entry);
        } else if let Some(mut worst) = self.heap.peek_mut().filter(|worst| entry < **worst) {
            *worst = entry;
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut gathered = Gathered { total: self.total, ..Gathered::default() };
        let ords: Vec<_> = self.heap.into_iter().map(|(rank, ord, doc, bits)| (ord, (rank, doc, bits))).collect();
        for ((rank, doc, bits), id) in resolve(&self.ids, ords)? {
            gathered.kept.push(Kept { rank, id, address: DocAddress::new(self.segment, doc), score: Score::from_bits(bits) });
        }
        for (name, column, counts) in self.counts {
            let resolved = column.map(|column| resolve(&column, counts.into_iter().collect())).transpose()?.unwrap_or_default();
            gathered.counts.insert(name.to_owned(), resolved.into_iter().map(|(count, value)| (value, count)).collect());
        }
        Ok(gathered)
    }
}

/// The strings of a column's ordinals.
fn resolve<T>(column: &StrColumn, mut ords: Vec<(u64, T)>) -> tantivy::Result<Vec<(T, String)>> {
    ords.sort_unstable_by_key(|(ord, _)| *ord);
    let numbers: Vec<u64> = ords.iter().map(|(ord, _)| *ord).collect();
    let mut values = Vec::with_capacity(numbers.len());
    column.dictionary().sorted_ords_to_term_cb(&numbers, |bytes| values.push(String::from_utf8_lossy(bytes).into_owned()))?;
    Ok(ords.into_iter().map(|(_, payload)| payload).zip(values).collect())
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = SegmentGather;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let columns = reader.fast_fields();
        let column = |name: &&'static str| Ok((*name, columns.str(&count_column(name))?, HashMap::new()));
        Ok(SegmentGather {
            keep: self.keep.min(reader.max_doc() as usize),
            segment,
            keys: Keys::open(self.sort, reader)?,
            ids: columns.str("id")?.ok_or_else(|| TantivyError::InternalError("no column of ids".to_owned()))?,
            total: 0,
            heap: BinaryHeap::new(),
            counts: self.count_by.iter().map(column).collect::<tantivy::Result<_>>()?,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && self.keep > 0
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Gathered>>) -> tantivy::Result<Gathered> {
        let mut all = Gathered::default();
        let mut counts: BTreeMap<String, BTreeMap<String, u64>> =
            self.count_by.iter().map(|name| ((*name).to_owned(), BTreeMap::new())).collect();
        for segment in segments {
            let segment = segment?;
            all.total += segment.total;
            all.kept.extend(segment.kept);
            for (name, values) in segment.counts {
                let field = counts.entry(name).or_default();
                values.into_iter().for_each(|(value, count)| *field.entry(value).or_default() += count);
            }
        }
        all.kept.sort_by(|a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
        all.kept.truncate(self.keep);
        for (name, values) in counts {
            let mut values: Vec<_> = values.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            all.counts.insert(name, values);
        }
        Ok(all)
    }
}
