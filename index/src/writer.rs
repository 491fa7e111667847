//! Documents into the index: one batch, one commit, one checkpoint.

use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{IndexWriter, Term};

use crate::document::Document;
use crate::error::IndexError;
use crate::opening::{Index, Payload};
use crate::schema::Layout;

/// Memory that documents may take before they are written out, bytes.
const MEMORY_BYTES: usize = 64_000_000;

/// The one writer of an index; holds its lock until it is dropped.
pub struct Writer {
    engine: IndexWriter,
}

impl Index {
    /// The writer; [`IndexError::Busy`] when there is one already, here or in another process.
    pub fn writer(&self) -> Result<Writer, IndexError> {
        let options =
            IndexWriterOptions::builder().memory_budget_per_thread(MEMORY_BYTES).num_worker_threads(1).num_merge_threads(1).build();
        let engine: IndexWriter = self.engine.writer_with_options(options)?;
        let mut merging = LogMergePolicy::default();
        // A segment that is mostly deleted documents is written anew: listings are replaced with each version.
        merging.set_del_docs_ratio_before_merge(0.3);
        engine.set_merge_policy(Box::new(merging));
        Ok(Writer { engine })
    }
}

impl Writer {
    /// Replaces and deletes documents by id and commits, with the checkpoint in the commit: after a kill the index is as after the batch, or
    /// as before it, and [`Index::checkpoint`] says which. Deletes come first; of two documents with one id the later counts.
    pub fn apply(&mut self, upserts: &[Document], deletes: &[String], checkpoint: i64) -> Result<(), IndexError> {
        let applied = self.try_apply(upserts, deletes, checkpoint);
        if applied.is_err() {
            // Nothing of a failed batch may slip into the next commit.
            self.engine.rollback()?;
        }
        Ok(applied?)
    }

    fn try_apply(&mut self, upserts: &[Document], deletes: &[String], checkpoint: i64) -> tantivy::Result<()> {
        let layout = Layout::get();
        for id in deletes {
            self.engine.delete_term(Term::from_field_text(layout.id, id));
        }
        for document in upserts {
            self.engine.delete_term(Term::from_field_text(layout.id, &document.id));
            self.engine.add_document(layout.to_engine(document))?;
        }
        let mut commit = self.engine.prepare_commit()?;
        let payload =
            serde_json::to_string(&Payload { checkpoint }).map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))?;
        commit.set_payload(&payload);
        commit.commit()?;
        Ok(())
    }

    /// Waits until segments that are being merged are written, then lets go of the lock. Dropping the writer does not wait.
    pub fn finish(self) -> Result<(), IndexError> {
        Ok(self.engine.wait_merging_threads()?)
    }
}
