//! The first documents in an order, over all segments of an index.

use std::collections::{HashMap, HashSet};

use tantivy::columnar::{Column, StrColumn, TermOrdHit};
use tantivy::schema::Value;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, TantivyError};

use crate::columns::firsts;
use crate::results::{Cursor, Rank, Sort};
use crate::schema::{FAMILY_CODE, ID_HEAD, Layout, head};

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

/// How many more than twice as many as are kept are found before those that are out are left out.
const ROOM: usize = 64;

/// A place in the order of hits, but for ids that begin alike: rank, and the head of the id.
type Place = (Rank, u64);

/// What is out of reach.
const LAST: Place = ((u8::MAX, u64::MAX), u64::MAX);

/// The columns that decide the order. Times and amounts as numbers in the same order, from 0.
enum Keys {
    Score,
    Newest(Column<u64>),
    Price { usd: Column<u64>, amount: Column<u64>, dearest: bool },
    Risk(Column<f64>),
    Id,
}

impl Keys {
    fn open(sort: Sort, reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let number = |name| {
            let column = columns.u64_lenient(name)?;
            Ok::<_, TantivyError>(column.map_or_else(|| Column::build_empty_column(reader.max_doc()), |(column, _)| column))
        };
        Ok(match sort {
            Sort::Relevance => Self::Score,
            Sort::NewestFirst => Self::Newest(number("first_seen")?),
            Sort::PriceAsc | Sort::PriceDesc => {
                Self::Price { usd: number("price_usd")?, amount: number("price")?, dearest: sort == Sort::PriceDesc }
            }
            Sort::Risk => Self::Risk(columns.f64("risk")?),
            Sort::Id => Self::Id,
        })
    }

    /// The ranks of a block of documents, but for some behind `last`; where scores decide, nothing.
    fn ranks(&self, docs: &[DocId], last: Rank, mut take: impl FnMut(DocId, Rank)) {
        match self {
            Self::Score => {}
            Self::Newest(column) => firsts(column, docs, |doc, time| take(doc, (0, u64::MAX - time.unwrap_or_default()))),
            Self::Risk(column) => {
                let risk = |doc: DocId| u64::MAX - column.first(doc).unwrap_or_default().max(0.0).to_bits();
                docs.iter().for_each(|doc| take(*doc, (0, risk(*doc))));
            }
            Self::Id => docs.iter().for_each(|doc| take(*doc, (0, 0))),
            Self::Price { usd, amount, dearest } => {
                let way = |value: u64| if *dearest { u64::MAX - value } else { value };
                firsts(usd, docs, |doc, usd| match usd {
                    Some(usd) => take(doc, (0, way(usd))),
                    None if last.0 == 0 => {}
                    None => take(doc, amount.first(doc).map_or((2, 0), |amount| (1, way(amount)))),
                });
            }
        }
    }
}

/// A document and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    place: Place,
    segment: SegmentOrdinal,
    doc: DocId,
    bits: u32,
    /// Of the family, when families are collapsed.
    pub(crate) code: u64,
}

impl Ranked {
    pub(crate) fn rank(&self) -> Rank {
        self.place.0
    }

    pub(crate) fn address(&self) -> DocAddress {
        DocAddress::new(self.segment, self.doc)
    }

    pub(crate) fn score(&self) -> Score {
        Score::from_bits(self.bits)
    }
}

/// What a segment is read by.
pub(crate) struct Reading {
    segment: SegmentOrdinal,
    keys: Keys,
    heads: Column<u64>,
    codes: Option<Column<u64>>,
    from: Option<From>,
}

/// Those before it were shown.
struct From {
    place: Place,
    /// Of the ids that begin alike, the first that was not: its ordinal.
    ord: u64,
    ids: StrColumn,
}

impl Reading {
    pub(crate) fn open(gather: &Gather, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let from = match &gather.after {
            None => None,
            Some(Cursor { rank, id }) => {
                let ids = columns.str("id")?.ok_or_else(|| TantivyError::InternalError("no column of ids".to_owned()))?;
                let ord = match ids.dictionary().term_ord_or_next(id)? {
                    TermOrdHit::Exact(ord) => ord + 1,
                    TermOrdHit::Next(ord) => ord,
                };
                Some(From { place: (*rank, head(id)), ord, ids })
            }
        };
        let codes = if gather.collapse { Some(columns.u64(FAMILY_CODE)?) } else { None };
        Ok(Self { segment, keys: Keys::open(gather.sort, reader)?, heads: columns.u64(ID_HEAD)?, codes, from })
    }

    /// Whether a document was shown.
    fn passed(&self, doc: DocId, place: Place) -> bool {
        self.from
            .as_ref()
            .is_some_and(|from| place < from.place || place == from.place && from.ids.ords().first(doc).is_some_and(|ord| ord < from.ord))
    }
}

/// The first documents so far.
pub(crate) struct Best<'a> {
    gather: &'a Gather,
    /// With some that are out again.
    found: Vec<Ranked>,
    /// How many there may be before those that are out are left out.
    room: usize,
    /// What is behind this is out.
    end: Place,
    /// Families whose first document stands before what is asked for.
    passed: HashSet<u64>,
}

impl<'a> Best<'a> {
    pub(crate) fn new(gather: &'a Gather) -> Self {
        // It shows at the end only which families are out when some may have been passed.
        let room = if gather.collapse && gather.after.is_some() { usize::MAX } else { gather.keep.saturating_mul(2).saturating_add(ROOM) };
        Self { gather, found: Vec::new(), room, end: LAST, passed: HashSet::new() }
    }

    /// Scores below it are out.
    pub(crate) fn least(&self) -> Score {
        Score::from_bits((u64::MAX - self.end.0.1) as u32)
    }

    /// A document with its score.
    #[inline]
    pub(crate) fn offer(&mut self, reading: &Reading, doc: DocId, score: Score) {
        // Scores are not negative, so their bits are in their order.
        self.put(reading, doc, (0, u64::MAX - u64::from(score.to_bits())), score);
    }

    /// At most a block of documents, where scores do not decide.
    pub(crate) fn offer_all(&mut self, reading: &Reading, docs: &[DocId]) {
        reading.keys.ranks(docs, self.end.0, |doc, rank| self.put(reading, doc, rank, 0.0));
    }

    #[inline]
    fn put(&mut self, reading: &Reading, doc: DocId, rank: Rank, score: Score) {
        // Nearly all are out by their rank.
        if rank > self.end.0 {
            return;
        }
        let place = (rank, reading.heads.first(doc).unwrap_or_default());
        if place > self.end {
            return;
        }
        let code = reading.codes.as_ref().and_then(|codes| codes.first(doc)).unwrap_or_default();
        if reading.passed(doc, place) {
            if reading.codes.is_some() {
                self.passed.insert(code);
            }
            return;
        }
        self.found.push(Ranked { place, segment: reading.segment, doc, bits: score.to_bits(), code });
        if self.found.len() >= self.room {
            self.cut();
            self.room = self.room.max(self.found.len() * 2);
        }
    }

    /// Leaves out what is not among the first, and puts the others in order, but for those whose ids begin alike.
    fn cut(&mut self) {
        self.found.sort_unstable();
        if self.gather.collapse {
            let mut firsts = HashMap::new();
            self.found.retain(|one| *firsts.entry(one.code).or_insert(one.place) == one.place);
        }
        let mut codes = HashSet::new();
        let mut firsts = self.found.iter().filter(|one| !self.gather.collapse || codes.insert(one.code));
        if let Some(last) = firsts.nth(self.gather.keep.saturating_sub(1)) {
            self.end = last.place;
            self.found.truncate(self.found.partition_point(|one| one.place <= self.end));
        }
    }

    /// The first documents, in order.
    pub(crate) fn end(mut self, engine: &Searcher) -> tantivy::Result<Vec<Ranked>> {
        let mut passed = std::mem::take(&mut self.passed);
        self.found.retain(|one| !passed.contains(&one.code));
        self.cut();
        let mut first = Vec::new();
        for alike in self.found.chunk_by(|one, other| one.place == other.place) {
            let id = |one: &Ranked| {
                let document: TantivyDocument = engine.doc(one.address())?;
                let id = document.get_first(Layout::get().id).and_then(|id| id.as_str()).unwrap_or_default();
                Ok((id.to_owned(), *one))
            };
            let mut alike = match alike {
                [one] => vec![(String::new(), *one)],
                more => more.iter().map(id).collect::<tantivy::Result<Vec<_>>>()?,
            };
            alike.sort_unstable();
            first.extend(alike.into_iter().map(|(_, one)| one).filter(|one| !self.gather.collapse || passed.insert(one.code)));
            if first.len() >= self.gather.keep {
                break;
            }
        }
        first.truncate(self.gather.keep);
        Ok(first)
    }
}
