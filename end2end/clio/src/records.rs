//! What the provider received, for tests to look at.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderMap;
use time::OffsetDateTime;

use crate::sync::lock;

/// Only the latest are kept, so that a long benchmark stays small.
const KEPT: usize = 10_000;

/// One request to the authorization endpoint, answered well or not.
#[derive(Clone, Debug)]
pub struct ReceivedAuthorization {
    /// When it came.
    pub at: OffsetDateTime,
    /// Its headers, names in lower case; none for [`crate::SimulatedClio::authorize`].
    pub headers: Vec<(String, String)>,
    /// Its query, decoded, in order, doubled ones included.
    pub parameters: Vec<(String, String)>,
}

impl ReceivedAuthorization {
    /// The first parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.parameters, name)
    }
}

/// One request to the token endpoint, answered well or not.
#[derive(Clone, Debug)]
pub struct ReceivedTokenRequest {
    /// When it came.
    pub at: OffsetDateTime,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its form fields, decoded, in order, doubled ones included.
    pub fields: Vec<(String, String)>,
}

impl ReceivedTokenRequest {
    /// The first field with this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        first(&self.fields, name)
    }

    /// The first header with this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(own, _)| own == name)
        .map(|(_, value)| value.as_str())
}

/// Header names and values as text; bytes that aren't UTF-8 are replaced.
pub(crate) fn header_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect()
}

/// Everything received, the latest of each kind.
#[derive(Debug, Default)]
pub(crate) struct Records {
    authorizations: Mutex<VecDeque<ReceivedAuthorization>>,
    token_requests: Mutex<VecDeque<ReceivedTokenRequest>>,
    jwks_fetches: AtomicU64,
}

impl Records {
    pub(crate) fn authorization(&self, received: ReceivedAuthorization) {
        keep(&mut lock(&self.authorizations), received);
    }

    pub(crate) fn token_request(&self, received: ReceivedTokenRequest) {
        keep(&mut lock(&self.token_requests), received);
    }

    pub(crate) fn jwks_fetch(&self) {
        self.jwks_fetches.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn authorizations(&self) -> Vec<ReceivedAuthorization> {
        lock(&self.authorizations).iter().cloned().collect()
    }

    pub(crate) fn token_requests(&self) -> Vec<ReceivedTokenRequest> {
        lock(&self.token_requests).iter().cloned().collect()
    }

    pub(crate) fn jwks_fetches(&self) -> u64 {
        self.jwks_fetches.load(Ordering::Relaxed)
    }
}

fn keep<T>(kept: &mut VecDeque<T>, received: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(received);
}
