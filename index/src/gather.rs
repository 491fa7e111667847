//! One pass over the matching documents: how many, the best ones in order, and how many under each value.

use std::collections::{BTreeMap, HashMap};

use tantivy::columnar::{Cardinality, Column, StrColumn};
use tantivy::fastfield::AliveBitSet;
use tantivy::query::Weight;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, Score, SegmentReader};

use crate::best::{Best, Gather, Ranked, Reading};
use crate::columns::{firsts, resolve};
use crate::query::forms::FormsWeight;
use crate::results::{Rank, Sort};
use crate::schema::{FAMILY_CODE, count_column};

/// What matches.
pub(crate) enum Asked {
    /// One word, which is told which scores are wanted.
    Word(FormsWeight),
    Other(Box<dyn Weight>),
}

impl Asked {
    fn weight(&self) -> &dyn Weight {
        match self {
            Self::Word(word) => word,
            Self::Other(weight) => weight.as_ref(),
        }
    }
}

/// A document among the first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) rank: Rank,
    pub(crate) address: DocAddress,
    pub(crate) score: Score,
    /// Matching documents of its family, itself among them; 1 where families are not collapsed.
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
    /// Families of the matching documents, when families are collapsed.
    pub(crate) families: u64,
}

/// Most values of a column that are counted in a row of numbers, one for each.
const FEW: usize = 1 << 16;

/// How many documents of a segment hold each value of a column, by ordinal.
struct Tally {
    name: &'static str,
    column: Option<StrColumn>,
    /// Of a column with few values; empty otherwise.
    few: Vec<u64>,
    many: HashMap<u64, u64, foldhash::fast::RandomState>,
}

impl Tally {
    fn open(name: &'static str, reader: &SegmentReader) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(&count_column(name))?;
        let values = column.as_ref().map_or(0, |column| column.num_terms());
        Ok(Self { name, column, few: if values <= FEW { vec![0; values] } else { Vec::new() }, many: HashMap::default() })
    }

    fn see(&mut self, docs: &[DocId]) {
        let Some(column) = &self.column else { return };
        let mut add = |ord: u64| match self.few.get_mut(ord as usize) {
            Some(count) => *count += 1,
            None => *self.many.entry(ord).or_default() += 1,
        };
        match column.ords().get_cardinality() {
            Cardinality::Multivalued => docs.iter().for_each(|doc| column.term_ords(*doc).for_each(&mut add)),
            _ => firsts(column.ords(), docs, |_, ord| ord.into_iter().for_each(&mut add)),
        }
    }

    fn held(self) -> tantivy::Result<Vec<(u64, String)>> {
        let held = (0..).zip(self.few).filter(|(_, count)| *count > 0).chain(self.many).collect();
        self.column.map(|column| resolve(&column, held)).transpose().map(Option::unwrap_or_default)
    }
}

/// What is counted of all matching documents of a segment.
struct Counting<'a> {
    tallies: Vec<Tally>,
    /// Codes of families, and how many documents each has.
    families: Option<(Column<u64>, &'a mut Families)>,
}

impl Counting<'_> {
    fn counts(&self) -> bool {
        !self.tallies.is_empty() || self.families.is_some()
    }

    fn see(&mut self, docs: &[DocId]) {
        self.tallies.iter_mut().for_each(|tally| tally.see(docs));
        if let Some((codes, families)) = &mut self.families {
            firsts(codes, docs, |_, code| families.add(code.unwrap_or_default()));
        }
    }
}

/// How many documents each family has, by its code. A segment holds its documents in the order of these codes.
#[derive(Default)]
struct Families(Vec<(u64, u64)>);

impl Families {
    fn add(&mut self, code: u64) {
        match self.0.last_mut() {
            Some(last) if last.0 == code => last.1 += 1,
            _ => self.0.push((code, 1)),
        }
    }

    /// Joins what the segments have in common. The sort knows stretches that are in order already.
    fn join(&mut self) {
        self.0.sort_by_key(|(code, _)| *code);
        self.0.dedup_by(|next, one| {
            let same = next.0 == one.0;
            one.1 += if same { next.1 } else { 0 };
            same
        });
    }

    fn members(&self, code: u64) -> u64 {
        let place = self.0.binary_search_by_key(&code, |(code, _)| *code).ok();
        place.and_then(|place| self.0.get(place)).map_or(1, |(_, many)| *many)
    }
}

impl Gather {
    pub(crate) fn scores(&self) -> bool {
        self.sort == Sort::Relevance && self.keep > 0
    }

    /// One pass over all segments.
    pub(crate) fn pass(&self, engine: &tantivy::Searcher, asked: &Asked) -> tantivy::Result<Gathered> {
        let mut gathered = Gathered::default();
        let mut best = Best::new(self);
        let mut families = Families::default();
        let mut counts: BTreeMap<&str, BTreeMap<String, u64>> = self.count_by.iter().map(|name| (*name, BTreeMap::new())).collect();
        for (segment, reader) in (0..).zip(engine.segment_readers()) {
            let tallies = self.count_by.iter().map(|name| Tally::open(name, reader)).collect::<tantivy::Result<_>>()?;
            let codes = if self.collapse { Some((reader.fast_fields().u64(FAMILY_CODE)?, &mut families)) } else { None };
            let mut counting = Counting { tallies, families: codes };
            let reading = Reading::open(self, segment, reader)?;
            gathered.total += self.segment(reader, asked, &mut counting, &mut best, &reading)?;
            for tally in counting.tallies {
                let field = counts.entry(tally.name).or_default();
                tally.held()?.into_iter().for_each(|(count, value)| *field.entry(value).or_default() += count);
            }
        }
        families.join();
        gathered.families = families.0.len() as u64;
        let kept = |one: Ranked| Kept { rank: one.rank(), address: one.address(), score: one.score(), members: families.members(one.code) };
        gathered.kept = best.end(engine)?.into_iter().map(kept).collect();
        for (name, values) in counts {
            let mut values: Vec<_> = values.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            gathered.counts.insert(name.to_owned(), values);
        }
        Ok(gathered)
    }

    /// How many documents of a segment match.
    fn segment(
        &self,
        reader: &SegmentReader,
        asked: &Asked,
        counting: &mut Counting<'_>,
        best: &mut Best,
        reading: &Reading,
    ) -> tantivy::Result<u64> {
        let alive = reader.alive_bitset();
        let mut living = Living { alive, block: [0; COLLECT_BLOCK_BUFFER_LEN] };
        let mut total = 0;
        match asked {
            Asked::Word(word) if self.scores() => {
                word.walk(reader, Some(best.least()), |window| {
                    if alive.is_none() && !counting.counts() {
                        total += u64::from(window.len());
                    } else {
                        window.blocks(|docs| {
                            let docs = living.of(docs);
                            total += docs.len() as u64;
                            counting.see(docs);
                        });
                    }
                    window.scored(|doc, score| {
                        if alive.is_none_or(|alive| alive.is_alive(doc)) {
                            best.offer(reading, doc, score);
                        }
                    });
                    best.least()
                })?;
            }
            _ if self.scores() => {
                let mut block = Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN);
                asked.weight().for_each(reader, &mut |doc, score| {
                    if alive.is_none_or(|alive| alive.is_alive(doc)) {
                        total += 1;
                        best.offer(reading, doc, score);
                        block.push(doc);
                        if block.len() == COLLECT_BLOCK_BUFFER_LEN {
                            counting.see(&block);
                            block.clear();
                        }
                    }
                })?;
                counting.see(&block);
            }
            _ => asked.weight().for_each_no_score(reader, &mut |docs| {
                let docs = living.of(docs);
                total += docs.len() as u64;
                counting.see(docs);
                if self.keep > 0 {
                    best.offer_all(reading, docs);
                }
            })?,
        }
        Ok(total)
    }
}

/// Leaves out documents that were deleted.
struct Living<'a> {
    alive: Option<&'a AliveBitSet>,
    block: [DocId; COLLECT_BLOCK_BUFFER_LEN],
}

impl Living<'_> {
    /// Those of at most a block.
    fn of<'a>(&'a mut self, docs: &'a [DocId]) -> &'a [DocId] {
        let Some(alive) = self.alive else { return docs };
        let mut many = 0;
        for doc in docs {
            if let Some(place) = self.block.get_mut(many) {
                *place = *doc;
                many += usize::from(alive.is_alive(*doc));
            }
        }
        self.block.get(..many).unwrap_or_default()
    }
}
