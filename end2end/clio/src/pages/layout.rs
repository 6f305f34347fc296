//! What every page has around its content.

use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};

use super::html::esc;

const STYLE: &str = include_str!("style.css");

/// No script, nothing from elsewhere, not in a frame. `form-action` stays open: browsers apply it to the whole chain
/// of redirects, which leads back to the application.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// One page.
pub(crate) struct Page {
    pub(super) status: StatusCode,
    pub(super) title: String,
    /// The HTML inside `main`, under the heading.
    pub(super) body: String,
}

impl Page {
    pub(crate) fn new(title: impl Into<String>, body: String) -> Self {
        let title = title.into();
        Self {
            status: StatusCode::OK,
            title,
            body,
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let title = esc(&self.title);
        let body = &self.body;
        let html = format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Simulated Clio</title>
<style>{STYLE}</style>
</head>
<body>
<header>Simulated Clio — for development</header>
<main>
<h1>{title}</h1>
{body}
</main>
<footer><nav aria-label="Simulation"><a href="/simulation">Switches</a> <a href="/mailbox">Mailbox</a></nav>
<p>Not Clio, and not made by Clio. Nobody here is real.</p></footer>
</body>
</html>
"#
        );
        let headers = [
            (CACHE_CONTROL, "no-store"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (REFERRER_POLICY, "no-referrer"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (self.status, headers, Html(html)).into_response()
    }
}
