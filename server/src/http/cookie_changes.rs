//! The cookies that the answer to a request will set.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;

use super::cookies::Cookies;
use crate::service::visit::{BrowserSecret, SessionKey};

/// The cookies that the answer to a request will set.
#[derive(Clone, Debug)]
pub struct CookieChanges {
    cookies: Cookies,
    session: Arc<Mutex<Option<HeaderValue>>>,
    browser: Arc<Mutex<Option<HeaderValue>>>,
}

impl CookieChanges {
    /// No changes yet.
    pub fn new(cookies: Cookies) -> Self {
        Self {
            cookies,
            session: Arc::default(),
            browser: Arc::default(),
        }
    }

    /// Signs the browser in.
    pub fn set_session(&self, key: &SessionKey) {
        put(&self.session, self.cookies.set_session(key));
    }

    /// Signs the browser out.
    pub fn clear_session(&self) {
        put(&self.session, self.cookies.clear_session());
    }

    /// Lets the browser be recognised when it comes back from Clio.
    pub fn set_browser(&self, browser: &BrowserSecret) {
        put(&self.browser, self.cookies.set_browser(browser));
    }

    /// What is to be set.
    pub fn take(&self) -> impl Iterator<Item = HeaderValue> {
        [&self.session, &self.browser]
            .map(|place| place.lock().unwrap_or_else(PoisonError::into_inner).take())
            .into_iter()
            .flatten()
    }
}

fn put(place: &Mutex<Option<HeaderValue>>, value: Option<HeaderValue>) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = value;
}
