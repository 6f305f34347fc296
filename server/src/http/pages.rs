//! Answers that say what went wrong, made outside of any page.

use app::{ErrorPage, STILL_PAGE, Site, error_document};
use axum::{body::Body, response::Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER},
};

use super::assets;
use crate::config::Config;

/// A page that says what went wrong, or a word for programs.
pub fn problem(config: &Config, headers: &HeaderMap, error: ErrorPage) -> Response {
    let mut response = if wants_page(headers) {
        let site = Site {
            firm_name: &config.firm_name,
            public_url: config.web.public_url.origin(),
            assets: assets::names(),
        };
        let mut response = Response::new(Body::from(error_document(error, site, None)));
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(STILL_PAGE),
        );
        response
    } else {
        let mut response = Response::new(Body::from(format!("{}\n", error.title())));
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        response
    };
    *response.status_mut() = error.status();
    if let ErrorPage::TooManyRequests(wait) = error {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response
}

/// Whether a browser asks for a page, rather than a program for a word.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Sends the browser to a path of this site that has been checked or composed here.
pub fn see_other(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
