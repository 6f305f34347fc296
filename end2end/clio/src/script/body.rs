//! A response body that drips, stops short or goes on and on.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::time::{Instant, Sleep, sleep};

use super::Manner;

/// Padding is sent in pieces of this size, so that a huge body needs no memory.
static PADDING: [u8; 16 * 1024] = [b' '; 16 * 1024];

/// The bytes of an answer, then its padding, in the manner asked for.
pub(crate) struct ScriptedBody {
    rest: Bytes,
    padding: u64,
    drip: Option<Drip>,
    cut_after: Option<usize>,
    /// Whether what came before the cut was given time to leave.
    flushed: bool,
}

struct Drip {
    pause: Duration,
    timer: Pin<Box<Sleep>>,
}

impl ScriptedBody {
    pub(crate) fn new(rest: Bytes, padding: u64, manner: Manner) -> Self {
        let drip = match manner {
            Manner::Drip(pause) => Some(Drip {
                pause,
                timer: Box::pin(sleep(pause)),
            }),
            Manner::Whole | Manner::Cut(_) | Manner::Hang => None,
        };
        let cut_after = match manner {
            Manner::Cut(after) => after,
            Manner::Whole | Manner::Drip(_) | Manner::Hang => None,
        };
        Self {
            rest,
            padding,
            drip,
            cut_after,
            flushed: false,
        }
    }

    /// The next piece, or nothing at the end.
    fn piece(&mut self) -> Option<Bytes> {
        let most = if self.drip.is_some() {
            1
        } else {
            PADDING.len()
        };
        let most = most.min(self.cut_after.unwrap_or(most));
        let piece = if self.rest.is_empty() {
            let left = usize::try_from(self.padding).unwrap_or(most);
            let piece = PADDING.get(..most.min(left))?;
            self.padding -= u64::try_from(piece.len()).unwrap_or(self.padding);
            Bytes::from_static(piece)
        } else {
            self.rest.split_to(most.min(self.rest.len()))
        };
        if let Some(left) = &mut self.cut_after {
            *left -= piece.len();
        }
        (!piece.is_empty()).then_some(piece)
    }
}

impl HttpBody for ScriptedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.cut_after == Some(0) {
            if !self.flushed {
                self.flushed = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
        }
        if let Some(drip) = &mut self.drip {
            ready!(drip.timer.as_mut().poll(context));
            let next = Instant::now() + drip.pause;
            drip.timer.as_mut().reset(next);
        }
        Poll::Ready(self.piece().map(Frame::data).map(Ok))
    }
}
