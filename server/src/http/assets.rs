//! The files that browsers load: compiled in, compressed, named by their content and so kept for
//! good.

use axum::{body::Body, extract::Request, response::Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
};

/// A file and its compressed forms.
#[derive(Debug)]
pub struct File {
    /// Its URL path.
    pub path: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// In brotli.
    pub brotli: &'static [u8],
    /// In gzip.
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The names for the pages.
pub fn names() -> app::backend::Assets {
    app::backend::Assets {
        style: STYLE,
        desk_style: DESK_STYLE,
        script: BUNDLE.map(|(script, _)| script),
        wasm: BUNDLE.map(|(_, wasm)| wasm),
    }
}

/// Answers a request below `/assets/`.
pub async fn serve(request: Request) -> Response {
    let found = FILES.iter().find(|file| file.path == request.uri().path());
    let mut response = Response::new(Body::empty());
    let Some(file) = found else {
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    let bytes = if accepts(request.headers(), "br") {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        file.brotli
    } else if accepts(request.headers(), "gzip") {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        file.gzip
    } else {
        file.plain
    };
    *response.body_mut() = Body::from(bytes);
    response
}

/// Whether a client takes an encoding: named, and not with a weight of nought (RFC 9110, section
/// 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let list = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    list.unwrap_or_default().split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}
