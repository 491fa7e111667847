//! Groups of copies among the documents that match: what is notified once, and when the first of each was seen.

use std::collections::HashMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::columns::resolve;
use crate::error::IndexError;
use crate::query::Query;
use crate::schema::{FAMILY_CODE, count_column};
use crate::searcher::Searcher;

/// Matching documents of one family, vendor and source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// When the first of them was first seen, microseconds since 1970.
    pub first_seen: i64,
    /// Source id.
    pub source: String,
}

impl Searcher {
    /// The groups of all documents that match, by the time of their first; exact.
    pub fn groups(&self, query: &Query) -> Result<Vec<Group>, IndexError> {
        let firsts = self.engine.search(self.compiler.compile(query).as_ref(), &Firsts)?;
        let mut groups: Vec<Group> =
            firsts.into_iter().map(|((_, _, source), first_seen)| Group { first_seen, source: source.into() }).collect();
        groups.sort();
        Ok(groups)
    }
}

/// Family, hash of the vendor's name, source id; and the first time.
type Seen = HashMap<(u64, u64, Box<str>), i64, foldhash::fast::RandomState>;

/// Vendors by the hash of their name, which is the same in every segment.
const NAMES: foldhash::fast::FixedState = foldhash::fast::FixedState::with_seed(1);

struct Firsts;

struct SegmentFirsts {
    families: Column<u64>,
    times: Column<i64>,
    vendors: Option<StrColumn>,
    sources: Option<StrColumn>,
    /// By family and the ordinals of vendor and source.
    seen: HashMap<(u64, Option<u64>, Option<u64>), i64, foldhash::fast::RandomState>,
}

impl SegmentCollector for SegmentFirsts {
    type Fruit = tantivy::Result<Seen>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        let ordinal = |column: &Option<StrColumn>| column.as_ref().and_then(|column| column.term_ords(doc).next());
        let key = (self.families.first(doc).unwrap_or_default(), ordinal(&self.vendors), ordinal(&self.sources));
        let at = self.times.first(doc).unwrap_or_default();
        self.seen.entry(key).and_modify(|first| *first = at.min(*first)).or_insert(at);
    }

    fn harvest(self) -> Self::Fruit {
        let names = |column: &Option<StrColumn>, ordinals: Vec<u64>| -> tantivy::Result<HashMap<u64, String>> {
            let Some(column) = column else { return Ok(HashMap::new()) };
            let mut once: Vec<(u64, u64)> = ordinals.into_iter().map(|ordinal| (ordinal, ordinal)).collect();
            once.sort_unstable();
            once.dedup();
            Ok(resolve(column, once)?.into_iter().collect())
        };
        let vendors = names(&self.vendors, self.seen.keys().filter_map(|(_, vendor, _)| *vendor).collect())?;
        let sources = names(&self.sources, self.seen.keys().filter_map(|(_, _, source)| *source).collect())?;
        let name =
            |names: &HashMap<u64, String>, ordinal: Option<u64>| ordinal.and_then(|one| names.get(&one).cloned()).unwrap_or_default();
        let mut seen = Seen::default();
        for ((family, vendor, source), at) in self.seen {
            let vendor = std::hash::BuildHasher::hash_one(&NAMES, name(&vendors, vendor));
            earlier(&mut seen, (family, vendor, name(&sources, source).into()), at);
        }
        Ok(seen)
    }
}

fn earlier(seen: &mut Seen, key: (u64, u64, Box<str>), at: i64) {
    seen.entry(key).and_modify(|first| *first = at.min(*first)).or_insert(at);
}

impl Collector for Firsts {
    type Fruit = Seen;
    type Child = SegmentFirsts;

    fn for_segment(&self, _segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentFirsts> {
        let columns = reader.fast_fields();
        Ok(SegmentFirsts {
            families: columns.u64(FAMILY_CODE)?,
            times: columns.i64("first_seen")?,
            vendors: columns.str(&count_column("vendor"))?,
            sources: columns.str(&count_column("source"))?,
            seen: HashMap::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Seen>>) -> tantivy::Result<Seen> {
        let mut all = Seen::default();
        for segment in segments {
            segment?.into_iter().for_each(|(key, at)| earlier(&mut all, key, at));
        }
        Ok(all)
    }
}
