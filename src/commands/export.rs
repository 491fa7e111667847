//! `vigie export`.

use anyhow::Result;

use crate::cli::{Common, ExportWhat};

pub(super) async fn run(_: &Common, _: ExportWhat) -> Result<u8> {
    anyhow::bail!("pending merge")
}
