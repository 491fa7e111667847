//! Where the fields of a document lie in the engine.

use std::ops::Deref;
use std::sync::LazyLock;

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexSettings, IndexSortByField, Order, TantivyDocument};

use crate::analysis::{Analysis, searchable};
use crate::document::Document;
use crate::fields::{FIELDS, FieldSpec, Kind, countable, finite, fixed, terms};
use crate::fold::{MAX_KEYWORD_BYTES, cut};

/// Raised whenever the schema or the analysis changes: an index of another version is built again.
pub const SCHEMA_VERSION: u32 = 3;

/// One text: an exact field and a stemmed field for each language.
pub(crate) struct TextFields {
    pub(crate) exact: Field,
    pub(crate) stems: Vec<Field>,
}

impl TextFields {
    pub(crate) fn holds(&self, field: Field) -> bool {
        self.exact == field || self.stems.contains(&field)
    }
}

/// Where a field lies in the engine.
pub(crate) enum Place {
    Text(TextFields),
    AllText,
    Term(Field),
    Number(Field),
}

/// The schema and where everything lies in it.
pub(crate) struct Layout {
    pub(crate) schema: Schema,
    pub(crate) id: Field,
    pub(crate) language: Field,
    pub(crate) stored: Field,
    family: Field,
    head: Field,
    pub(crate) places: Vec<Place>,
    /// Raw values to count by, for fields that are counted.
    counts: Vec<Option<Field>>,
}

/// Name of the column that holds the codes of families.
pub(crate) const FAMILY_CODE: &str = "family_code";

/// A family as a number: 64 bits of FNV-1a, so that two of ten million families are taken for one in one of 300,000 indexes. A document
/// without a family is one by itself.
fn family_code(document: &Document) -> u64 {
    let name = if document.family.is_empty() { &document.id } else { &document.family };
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |code, byte| (code ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Name of the column that holds the heads of ids.
pub(crate) const ID_HEAD: &str = "id_head";

/// The first eight bytes of an id as a number: in the order of ids, but for those that begin alike.
pub(crate) fn head(id: &str) -> u64 {
    id.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |head, byte| head << 8 | u64::from(byte))
}

/// Documents lie in the order of their families: copies side by side take less room, and are told apart without a table.
pub(crate) fn settings() -> IndexSettings {
    let order = IndexSortByField { field: FAMILY_CODE.to_owned(), order: Order::Asc };
    IndexSettings { sort_by_field: Some(order), ..IndexSettings::default() }
}

/// Name of the column that holds the raw values of a counted field.
pub(crate) fn count_column(name: &str) -> String {
    format!("count_{name}")
}

fn indexed(tokenizer: &str, option: IndexRecordOption, norms: bool) -> TextOptions {
    TextOptions::default()
        .set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option).set_fieldnorms(norms))
}

fn text_fields(builder: &mut SchemaBuilder, name: &str) -> TextFields {
    let exact = indexed(Analysis::Exact.name(), IndexRecordOption::WithFreqsAndPositions, true) | STORED;
    let exact = builder.add_text_field(&format!("{name}_exact"), exact);
    let stem = |stem: Analysis| {
        builder.add_text_field(&format!("{name}_{}", stem.name()), indexed(stem.name(), IndexRecordOption::WithFreqs, true))
    };
    TextFields { exact, stems: Analysis::stems().map(stem).collect() }
}

impl Layout {
    /// The one layout of this version.
    pub(crate) fn get() -> &'static Self {
        static LAYOUT: LazyLock<Layout> = LazyLock::new(Layout::build);
        LAYOUT.deref()
    }

    fn build() -> Self {
        let mut builder = Schema::builder();
        // An unused field: comparing schemas then compares versions too, in the very file that a commit replaces as a whole.
        builder.add_bool_field(&format!("version_{SCHEMA_VERSION}"), STORED);
        let id = builder.add_text_field("id", STRING | FAST | STORED);
        let language = builder.add_text_field("language", STORED);
        let stored = builder.add_text_field("stored", STORED);
        let family = builder.add_u64_field(FAMILY_CODE, FAST);
        let head = builder.add_u64_field(ID_HEAD, FAST);
        let places = FIELDS.iter().map(|spec| match spec.kind {
            Kind::AllText => Place::AllText,
            Kind::Text(_) => Place::Text(text_fields(&mut builder, spec.name)),
            Kind::Words(_) => {
                let words = indexed(Analysis::Exact.name(), IndexRecordOption::WithFreqsAndPositions, false);
                Place::Term(builder.add_text_field(spec.name, words))
            }
            Kind::Keyword(_) | Kind::Hexadecimal(_) | Kind::Hierarchy(_) | Kind::Week(_) => {
                Place::Term(builder.add_text_field(spec.name, indexed("raw", IndexRecordOption::Basic, false)))
            }
            Kind::Money(_) | Kind::Time(_) => Place::Number(builder.add_i64_field(spec.name, FAST | INDEXED)),
            Kind::Score(_) => Place::Number(builder.add_f64_field(spec.name, FAST | INDEXED)),
        });
        let places = places.collect();
        let column = |spec: &FieldSpec| spec.counted.then(|| builder.add_text_field(&count_column(spec.name), FAST));
        let counts = FIELDS.iter().map(column).collect();
        Self { schema: builder.build(), id, language, stored, family, head, places, counts }
    }

    /// The field that keeps a text as it came.
    pub(crate) fn kept_text(&self, name: &str) -> Option<Field> {
        self.places.iter().zip(FIELDS).find_map(|(place, spec)| match place {
            Place::Text(fields) if spec.name == name => Some(fields.exact),
            _ => None,
        })
    }

    /// The analyses, by the names that the schema uses.
    pub(crate) fn tokenizers() -> TokenizerManager {
        let tokenizers = TokenizerManager::default();
        for analysis in std::iter::once(Analysis::Exact).chain(Analysis::stems()) {
            tokenizers.register(analysis.name(), analysis.analyzer());
        }
        tokenizers
    }

    /// A document in the engine's form.
    pub(crate) fn to_engine(&self, document: &Document) -> TantivyDocument {
        let mut out = TantivyDocument::new();
        out.add_text(self.id, &document.id);
        out.add_text(self.stored, &document.stored);
        out.add_u64(self.family, family_code(document));
        out.add_u64(self.head, head(&document.id));
        if let Some(language) = &document.language {
            out.add_text(self.language, language);
        }
        let Analysis::Stem(stem) = Analysis::stem_for(document.language.as_deref()) else { return out };
        for ((spec, place), count) in FIELDS.iter().zip(&self.places).zip(&self.counts) {
            match place {
                Place::AllText => {}
                Place::Text(fields) => {
                    let Kind::Text(read) = spec.kind else { continue };
                    let text = searchable(read(document));
                    out.add_text(fields.exact, text);
                    if let Some(field) = fields.stems.get(stem) {
                        out.add_text(*field, text);
                    }
                }
                Place::Term(field) => terms(spec.kind, document).iter().for_each(|term| out.add_text(*field, term)),
                Place::Number(field) => match spec.kind {
                    Kind::Money(read) => read(document).into_iter().for_each(|amount| out.add_i64(*field, fixed(amount))),
                    Kind::Time(read) => out.add_i64(*field, read(document)),
                    Kind::Score(read) => out.add_f64(*field, finite(read(document))),
                    _ => {}
                },
            }
            if let Some(field) = count {
                for value in countable(spec, document) {
                    out.add_text(*field, cut(&value, MAX_KEYWORD_BYTES));
                }
            }
        }
        out
    }
}
