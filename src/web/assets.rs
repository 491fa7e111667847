//! Style, script and sign of the pages. Their addresses carry a digest, so that a browser keeps them for good and never keeps an old one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 3] = [
    Asset { name: "desk.css", content_type: "text/css; charset=utf-8", text: include_str!("assets/desk.css") },
    Asset { name: "desk.js", content_type: "text/javascript; charset=utf-8", text: include_str!("assets/desk.js") },
    Asset { name: "sign.svg", content_type: "image/svg+xml", text: include_str!("assets/sign.svg") },
];

static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let all = ASSETS.iter().fold(Sha256::new(), |all, one| all.chain_update(one.text));
    all.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// Where an asset is found.
pub(super) fn address(name: &str) -> String {
    format!("/static/{}/{name}", *DIGEST)
}

/// `/static/{digest}/{name}`.
pub(super) async fn serve(Path((digest, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name && digest == *DIGEST) {
        Some(asset) => {
            let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, asset.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
