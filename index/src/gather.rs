//! One pass over the matching documents: how many, the best ones in order, and how many under each value.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn, TermOrdHit};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError, i64_to_u64};

use crate::results::{Cursor, Rank, Sort};
use crate::schema::{FAMILY_CODE, count_column};

/// What to gather.
pub(crate) struct Gather {
    pub(crate) sort: Sort,
    /// How many of the first documents to keep.
    pub(crate) keep: usize,
    /// Only what comes after it.
    pub(crate) after: Option<Cursor>,
    /// Only the first of each family.
    pub(crate) collapse: bool,
    pub(crate) count_by: Vec<&'static str>,
}

/// A document among the first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) rank: Rank,
    pub(crate) id: String,
    pub(crate) address: DocAddress,
    pub(crate) score: Score,
    /// Of the family, when families are collapsed.
    code: u64,
    /// Matching documents of its family, itself among them.
    pub(crate) members: u64,
}

/// What was gathered.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) total: u64,
    /// In order.
    pub(crate) kept: Vec<Kept>,
    /// Most frequent first, then by value.
    pub(crate) counts: BTreeMap<String, Vec<(String, u64)>>,
    /// Matching documents by family, when families are collapsed.
    pub(crate) families: Families,
    /// Families whose first document stands before what is asked for.
    passed: HashSet<u64>,
}

type Families = HashMap<u64, u64, foldhash::fast::RandomState>;

/// The columns that decide the order.
enum Keys {
    Score,
    Newest(Column<i64>),
    Price { usd: Column<i64>, amount: Column<i64>, dearest: bool },
    Risk(Column<f64>),
    Id,
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
            Sort::Id => Self::Id,
        })
    }

    fn rank(&self, doc: DocId, score: Score) -> Rank {
        match self {
            // Scores are not negative, so their bits are in their order.
            Self::Score => (0, u64::MAX - u64::from(score.to_bits())),
            Self::Newest(column) => (0, u64::MAX - i64_to_u64(column.first(doc).unwrap_or(i64::MIN))),
            Self::Risk(column) => (0, u64::MAX - column.first(doc).unwrap_or_default().max(0.0).to_bits()),
            Self::Id => (0, 0),
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

/// A document in the order of a segment, in which the ordinals of ids are in the order of the ids. Last, the bits of the score.
type Entry = (Rank, u64, DocId, u32);

pub(crate) struct SegmentGather {
    keep: usize,
    segment: SegmentOrdinal,
    keys: Keys,
    ids: StrColumn,
    /// Rank and ordinal of the first document to keep: those before it were shown.
    from: (Rank, u64),
    total: u64,
    /// The worst of the kept on top.
    heap: BinaryHeap<Entry>,
    /// Codes of families, and by them how many match and the first of them; when families are collapsed.
    codes: Option<Column<u64>>,
    families: HashMap<u64, (u64, Entry), foldhash::fast::RandomState>,
    counts: Vec<(&'static str, Option<StrColumn>, Tally)>,
}

/// Most values of a column that are counted in a row of numbers, one for each.
const FEW: usize = 1 << 16;

/// How many documents hold each value of a column, by ordinal.
#[derive(Default)]
struct Tally {
    /// Of a column with few values; empty otherwise.
    few: Vec<u64>,
    many: Families,
}

impl Tally {
    fn of(column: Option<&StrColumn>) -> Self {
        let values = column.map_or(0, |column| column.num_terms());
        Self { few: if values <= FEW { vec![0; values] } else { Vec::new() }, many: Families::default() }
    }

    fn add(&mut self, ord: u64) {
        match self.few.get_mut(ord as usize) {
            Some(count) => *count += 1,
            None => *self.many.entry(ord).or_default() += 1,
        }
    }

    fn held(self) -> Vec<(u64, u64)> {
        (0..).zip(self.few).filter(|(_, count)| *count > 0).chain(self.many).collect()
    }
}

impl SegmentGather {
    /// Whether a document of this rank is not kept, whatever its id.
    fn is_out(&self, rank: Rank) -> bool {
        rank < self.from.0 || self.heap.len() == self.keep && self.heap.peek().is_some_and(|worst| rank > worst.0)
    }

    fn offer(&mut self, entry: Entry) {
        if self.heap.len() < self.keep {
            self.heap.push(entry);
        } else if let Some(mut worst) = self.heap.peek_mut().filter(|worst| entry < **worst) {
            *worst = entry;
        }
    }
}

/// What a segment gives. The ids of its first documents are not looked up before it is known which are among the first of all.
pub(crate) struct Found {
    gathered: Gathered,
    segment: SegmentOrdinal,
    /// Each with the code of its family.
    first: Vec<(Entry, u64)>,
    ids: StrColumn,
}

impl Found {
    fn resolve(self, kept: &mut Vec<Kept>) -> tantivy::Result<()> {
        let ords = self.first.into_iter().map(|((rank, ord, doc, bits), code)| (ord, (rank, doc, bits, code))).collect();
        for ((rank, doc, bits, code), id) in resolve(&self.ids, ords)? {
            let (address, score) = (DocAddress::new(self.segment, doc), Score::from_bits(bits));
            kept.push(Kept { rank, id, address, score, code, members: 1 });
        }
        Ok(())
    }
}

impl SegmentCollector for SegmentGather {
    type Fruit = tantivy::Result<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        for (_, column, counts) in &mut self.counts {
            for ord in column.iter().flat_map(|column| column.term_ords(doc)) {
                counts.add(ord);
            }
        }
        if self.keep == 0 && self.codes.is_none() {
            return;
        }
        let rank = self.keys.rank(doc, score);
        let id = || self.ids.ords().first(doc).unwrap_or(u64::MAX);
        // Nearly all are out by their rank: looking up an id costs more than all else.
        match &self.codes {
            Some(codes) => {
                let (members, first) = self
                    .families
                    .entry(codes.first(doc).unwrap_or_default())
                    .or_insert((0, ((u8::MAX, u64::MAX), u64::MAX, DocId::MAX, 0)));
                *members += 1;
                if rank <= first.0 {
                    *first = (*first).min((rank, id(), doc, score.to_bits()));
                }
            }
            None if self.is_out(rank) => {}
            None => {
                let entry = (rank, id(), doc, score.to_bits());
                if (entry.0, entry.1) >= self.from {
                    self.offer(entry);
                }
            }
        }
    }

    fn harvest(mut self) -> Self::Fruit {
        let mut gathered = Gathered { total: self.total, ..Gathered::default() };
        for (code, (members, first)) in std::mem::take(&mut self.families) {
            gathered.families.insert(code, members);
            if (first.0, first.1) < self.from {
                gathered.passed.insert(code);
            } else if self.keep > 0 {
                // As many as are kept come before the others in this segment, and so before them in all.
                self.offer(first);
            }
        }
        for (name, column, counts) in self.counts {
            let resolved = column.map(|column| resolve(&column, counts.held())).transpose()?.unwrap_or_default();
            gathered.counts.insert(name.to_owned(), resolved.into_iter().map(|(count, value)| (value, count)).collect());
        }
        let code = |entry: &Entry| self.codes.as_ref().and_then(|codes| codes.first(entry.2)).unwrap_or_default();
        let first = self.heap.into_iter().map(|entry| (entry, code(&entry))).collect();
        Ok(Found { gathered, segment: self.segment, first, ids: self.ids })
    }
}

/// The strings of a column's ordinals.
pub(crate) fn resolve<T>(column: &StrColumn, mut ords: Vec<(u64, T)>) -> tantivy::Result<Vec<(T, String)>> {
    ords.sort_unstable_by_key(|(ord, _)| *ord);
    let numbers: Vec<u64> = ords.iter().map(|(ord, _)| *ord).collect();
    let mut values = Vec::with_capacity(numbers.len());
    column.dictionary().sorted_ords_to_term_cb(&numbers, |bytes| values.push(String::from_utf8_lossy(bytes).into_owned()))?;
    Ok(ords.into_iter().map(|(_, payload)| payload).zip(values).collect())
}

impl Gather {
    /// The rank of the last document to keep; nothing where that depends on families, or all are kept.
    fn last_rank(&self, segments: &[Found]) -> Option<Rank> {
        let mut ranks: Vec<Rank> = segments.iter().flat_map(|found| &found.first).map(|(entry, _)| entry.0).collect();
        let place = self.keep.checked_sub(1).filter(|place| !self.collapse && *place < ranks.len())?;
        Some(*ranks.select_nth_unstable(place).1)
    }
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = SegmentGather;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let columns = reader.fast_fields();
        let column = |name: &&'static str| {
            let column = columns.str(&count_column(name))?;
            let tally = Tally::of(column.as_ref());
            Ok((*name, column, tally))
        };
        let ids = columns.str("id")?.ok_or_else(|| TantivyError::InternalError("no column of ids".to_owned()))?;
        let from = match &self.after {
            None => ((0, 0), 0),
            Some(cursor) => match ids.dictionary().term_ord_or_next(&cursor.id)? {
                TermOrdHit::Exact(ord) => (cursor.rank, ord + 1),
                TermOrdHit::Next(ord) => (cursor.rank, ord),
            },
        };
        Ok(SegmentGather {
            keep: self.keep.min(reader.max_doc() as usize),
            segment,
            keys: Keys::open(self.sort, reader)?,
            ids,
            from,
            total: 0,
            heap: BinaryHeap::new(),
            codes: if self.collapse { Some(columns.u64(FAMILY_CODE)?) } else { None },
            families: HashMap::default(),
            counts: self.count_by.iter().map(column).collect::<tantivy::Result<_>>()?,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && self.keep > 0
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Found>>) -> tantivy::Result<Gathered> {
        let mut all = Gathered::default();
        let mut counts: BTreeMap<String, BTreeMap<String, u64>> =
            self.count_by.iter().map(|name| ((*name).to_owned(), BTreeMap::new())).collect();
        let segments = segments.into_iter().collect::<tantivy::Result<Vec<Found>>>()?;
        let last = self.last_rank(&segments);
        for mut found in segments {
            found.first.retain(|(entry, _)| last.is_none_or(|last| entry.0 <= last));
            let segment = std::mem::take(&mut found.gathered);
            found.resolve(&mut all.kept)?;
            all.total += segment.total;
            segment.families.into_iter().for_each(|(code, members)| *all.families.entry(code).or_default() += members);
            all.passed.extend(segment.passed);
            for (name, values) in segment.counts {
                let field = counts.entry(name).or_default();
                values.into_iter().for_each(|(value, count)| *field.entry(value).or_default() += count);
            }
        }
        all.kept.sort_by(|a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
        if self.collapse {
            let mut taken = std::mem::take(&mut all.passed);
            all.kept.retain(|one| taken.insert(one.code));
            all.kept.iter_mut().for_each(|one| one.members = all.families.get(&one.code).copied().unwrap_or(1));
        }
        all.kept.truncate(self.keep);
        for (name, values) in counts {
            let mut values: Vec<_> = values.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            all.counts.insert(name, values);
        }
        Ok(all)
    }
}
