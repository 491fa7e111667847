//! Bodies of answers that come piece by piece.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

/// Bytes of a file that are held at a time.
const PIECE: usize = 64 * 1024;

/// What a task sends, as the body of an answer.
pub(super) struct Pieces<T>(pub(super) mpsc::Receiver<T>);

impl<T> futures_core::Stream for Pieces<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll_recv(context)
    }
}

/// A file as it is taken by whoever asked; `kept` lives until it was, or until nobody wants it any more.
pub(super) fn of_file(mut file: File, kept: impl Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
    tokio::spawn(async move {
        let _kept = kept;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece).await;
            let is_whole = matches!(read, Ok(0));
            let is_broken = read.is_err();
            // Whoever no longer takes it has gone.
            if is_whole || sender.send(read.map(|_| piece.into())).await.is_err() || is_broken {
                return;
            }
        }
    });
    Body::from_stream(Pieces(receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_comes_whole_and_what_it_needs_is_kept_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        let text: Vec<u8> = (0..3 * PIECE + 17).map(|n| u8::try_from(n % 251).unwrap()).collect();
        std::fs::write(&place, &text).unwrap();
        let folder_path = folder.path().to_owned();
        let body = of_file(File::open(&place).await.unwrap(), folder);
        assert!(folder_path.exists());
        assert_eq!(axum::body::to_bytes(body, usize::MAX).await.unwrap(), text);
        for _ in 0..100 {
            if !folder_path.exists() {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the folder is left");
    }
}
