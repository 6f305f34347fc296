//! Answers that are written while they are read: however long they are, little of them is in memory.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{body::Body, response::Response};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use hyper::body::{Bytes, Frame};
use tokio::sync::mpsc;

/// How many pieces wait to be sent.
const WAITING: usize = 2;

/// Where the pieces of an answer go. Dropping it without [`Pieces::end`] cuts the answer off, so that
/// nobody takes the part for the whole.
pub struct Pieces(mpsc::Sender<Option<Bytes>>);

impl Pieces {
    /// Hands a piece over, and waits while the reader is slow; `false` when nobody reads any more.
    pub async fn send(&self, piece: String) -> bool {
        self.0.send(Some(piece.into())).await.is_ok()
    }

    /// Says that this was all.
    pub async fn end(self) {
        // Whoever doesn't read any more needn't know.
        let _ = self.0.send(None).await;
    }
}

/// An answer to be saved as a file, and where its pieces go. The file's name is plain ASCII.
pub fn download(content_type: &'static str, file_name: &str) -> (Response, Pieces) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let mut response = Response::new(Body::new(Rows(receiver)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let disposition = format!("attachment; filename=\"{file_name}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    (response, Pieces(sender))
}

/// The body: ends with the last piece, and breaks off when no last one comes.
struct Rows(mpsc::Receiver<Option<Bytes>>);

/// The rest couldn't be read.
#[derive(Debug, thiserror::Error)]
#[error("the answer breaks off")]
struct BrokenOff;

impl hyper::body::Body for Rows {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        self.0.poll_recv(context).map(|piece| match piece {
            Some(Some(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(None) => None,
            None => Some(Err(BrokenOff)),
        })
    }
}
