//! An HTTP answer that a script may bend, and how it reaches the client.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, PRAGMA};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};

use super::body::ScriptedBody;

/// One answer of the token endpoint or of the key set, before it is sent.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers; a name or value that HTTP can't carry is left out.
    pub headers: Vec<(String, String)>,
    /// The whole body; `None` is the honest one.
    pub body: Option<Vec<u8>>,
    /// This many spaces follow the body: a huge answer that is still good JSON.
    pub padding: u64,
    /// Waits this long before the first byte.
    pub delay: Option<Duration>,
    /// How it is sent.
    pub manner: Manner,
}

/// How an answer is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// At once.
    #[default]
    Whole,
    /// One byte at a time, with this pause before each.
    Drip(Duration),
    /// The connection closes after this many bytes of the body; with `None`, before the status line.
    Cut(Option<usize>),
    /// Never: the connection stays open without an answer.
    Hang,
}

impl Answer {
    /// An honest JSON answer that nobody may cache.
    pub(crate) fn json() -> Self {
        let header = |name: HeaderName, value: &str| (name.to_string(), value.to_owned());
        Self {
            status: StatusCode::OK.as_u16(),
            headers: vec![
                header(CONTENT_TYPE, "application/json;charset=UTF-8"),
                header(CACHE_CONTROL, "no-store"),
                header(PRAGMA, "no-cache"),
            ],
            body: None,
            padding: 0,
            delay: None,
            manner: Manner::Whole,
        }
    }

    /// Sets the status and the whole body.
    pub fn replace(&mut self, status: StatusCode, body: impl Into<Vec<u8>>) {
        self.status = status.as_u16();
        self.body = Some(body.into());
    }

    /// Sets a header, in place of those with the same name.
    pub fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.headers
            .retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Sends the client elsewhere with a 307, which asks it to post the same body again.
    pub fn redirect_to(&mut self, url: impl Into<String>) {
        self.replace(StatusCode::TEMPORARY_REDIRECT, Vec::new());
        self.set_header(LOCATION.as_str(), url);
    }

    /// Sends one byte at a time.
    pub fn drip(&mut self, pause: Duration) {
        self.manner = Manner::Drip(pause);
    }

    /// Closes the connection before the status line.
    pub fn cut(&mut self) {
        self.manner = Manner::Cut(None);
    }

    /// Never answers.
    pub fn hang(&mut self) {
        self.manner = Manner::Hang;
    }
}

/// Marks a response in whose place the server closes the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutConnection;

/// Sends `answer`, with `honest` for its body unless the script gave another.
pub(crate) async fn deliver(answer: Answer, honest: Vec<u8>) -> Response<Body> {
    if let Some(delay) = answer.delay {
        tokio::time::sleep(delay).await;
    }
    let mut response = Response::new(Body::empty());
    match answer.manner {
        Manner::Hang => std::future::pending::<()>().await,
        Manner::Cut(None) => {
            response.extensions_mut().insert(CutConnection);
            return response;
        }
        Manner::Whole | Manner::Drip(_) | Manner::Cut(Some(_)) => {}
    }
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    let bytes = Bytes::from(answer.body.unwrap_or(honest));
    *response.body_mut() = if answer.manner == Manner::Whole && answer.padding == 0 {
        Body::from(bytes)
    } else {
        Body::new(ScriptedBody::new(bytes, answer.padding, answer.manner))
    };
    response
}
