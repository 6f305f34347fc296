//! The outer shield: every request passes it, before any route.
//!
//! It bounds what is read and how long it takes, takes the cookies and the `Referer` away from
//! what is behind it, refuses what no page of ours sent, limits floods, finds the session, and
//! hardens the answer.

use std::{net::SocketAddr, sync::Arc};

use app::{ErrorPage, backend::Handle};
use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{ACCEPT_LANGUAGE, ALLOW, CONTENT_TYPE, COOKIE, REFERER, SET_COOKIE, USER_AGENT},
};

use super::{
    bounds::{Bounds, deadline, is_too_large},
    client,
    cookie_changes::CookieChanges,
    cookies::Cookies,
    flow::{self, Judgement, Step, judge},
    headers,
    limits::FlowLimits,
    manage, origin, pages,
    session::BroughtSession,
};
use crate::{
    backend::{Parts, RequestBackend},
    domain::{device, return_to::ReturnTo},
    random,
    service::{Services, visit::Visit},
};

/// What the shield works with.
pub struct Shield {
    /// The services.
    pub services: Arc<Services>,
    /// The limits of the sign-in flow.
    pub limits: Arc<FlowLimits>,
    /// The cookies.
    pub cookies: Cookies,
}

impl Shield {
    /// A shield over services.
    pub fn new(services: Arc<Services>) -> Self {
        Self {
            limits: Arc::default(),
            cookies: Cookies::new(services.config.web.public_url.is_secure()),
            services,
        }
    }

    fn problem(&self, headers: &HeaderMap, error: ErrorPage) -> Response {
        pages::problem(&self.services.config, headers, error)
    }
}

/// The outside of the shield as a middleware: the deadline, the looks of refusals, the headers of
/// every answer, also of what [`guard`] or a handler says after a panic.
pub async fn shield(State(shield): State<Arc<Shield>>, request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let request_id = random::bytes::<8>().map_or_else(
        |_| String::new(),
        |bytes| format!("{:016x}", u64::from_be_bytes(bytes)),
    );
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let deadline = deadline(&method, &path);
    let asked = request.headers().clone();
    let guarded = tracing::Instrument::instrument(
        tokio::time::timeout(deadline, next.run(request)),
        tracing::info_span!("request", id = %request_id),
    );
    let mut response = match guarded.await {
        Ok(response) => response,
        Err(_) => shield.problem(&asked, ErrorPage::Unavailable),
    };
    dress_refusals(&shield, &asked, &mut response);
    headers::harden(
        response.headers_mut(),
        shield.services.config.web.public_url.is_secure(),
    );
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    // The path only: queries hold codes and states.
    tracing::debug!(
        request.id = %request_id,
        http.method = %method,
        http.path = path,
        http.status = response.status().as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Routes and server functions answer some things with a bare status or in JSON; whoever asked for
/// a page gets one.
fn dress_refusals(shield: &Shield, asked: &HeaderMap, response: &mut Response) {
    let error = match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => ErrorPage::BadRequest,
        StatusCode::METHOD_NOT_ALLOWED => ErrorPage::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorPage::TooLarge,
        StatusCode::INTERNAL_SERVER_ERROR => ErrorPage::Internal,
        StatusCode::SERVICE_UNAVAILABLE => ErrorPage::Unavailable,
        _ => return,
    };
    let kind = response.headers().get(CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page && pages::wants_page(asked) {
        let allow = response.headers().get(ALLOW).cloned();
        *response = shield.problem(asked, error);
        if let Some(allow) = allow {
            response.headers_mut().insert(ALLOW, allow);
        }
    }
}

/// Whether a request sends a form that nobody has to be signed in for. Each leaves a row in the record,
/// so there is an end to them.
fn is_open_form(method: &Method, path: &str) -> bool {
    const ROOMS: [&str; 4] = ["/auth/local/", "/link/", "/not-me/", manage::DEAUTHORIZED];
    *method == Method::POST && ROOMS.iter().any(|room| path.starts_with(room))
}

/// The inside of the shield as a middleware: what is refused before any route sees it, and the visit
/// that goes on.
pub async fn guard(
    State(shield): State<Arc<Shield>>,
    mut request: Request,
    next: Next,
) -> Response {
    let shield = &*shield;
    let path = request.uri().path();
    if path.starts_with("/assets/") || path == "/healthz" || path == "/readyz" {
        return next.run(request).await;
    }
    let public_url = &shield.services.config.web.public_url;
    // The one address to which another site's program posts; it changes nothing by itself.
    let is_hint = path == manage::DEAUTHORIZED && *request.method() == Method::POST;
    if !is_hint && !origin::may_pass(request.method(), request.headers(), public_url.origin()) {
        return shield.problem(request.headers(), ErrorPage::ForeignForm);
    }
    if is_too_large(&request) {
        return shield.problem(request.headers(), ErrorPage::TooLarge);
    }
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(
            || std::net::Ipv4Addr::UNSPECIFIED.into(),
            |peer| peer.0.ip(),
        );
    let trusted = &shield.services.config.web.trusted_proxies;
    let address = client::address(peer, request.headers(), trusted);
    let limit_key = client::limit_key(address);
    let step = Step::at(path);
    if let Some(step) = step {
        match judge_step(shield, step, &request) {
            Ok(uri) => *request.uri_mut() = uri,
            Err(response) => return *response,
        }
        let limit = match step {
            Step::Start | Step::ManageStart => &shield.limits.starts,
            Step::Callback | Step::ManageCallback => &shield.limits.callbacks,
        };
        if let Err(wait) = limit.take(limit_key, shield.services.now()) {
            return shield.problem(request.headers(), ErrorPage::TooManyRequests(wait));
        }
    }

    if is_open_form(request.method(), request.uri().path())
        && let Err(wait) = shield.limits.forms.take(limit_key, shield.services.now())
    {
        return shield.problem(request.headers(), ErrorPage::TooManyRequests(wait));
    }

    let brought = shield.cookies.read(request.headers());
    let session = brought
        .session
        .as_ref()
        .map(|key| BroughtSession::new(&shield.services, key));
    let found = match &session {
        Some(session) => session.live().await,
        None => Ok(None),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(reason = %error, "the session can't be looked up");
            return shield.problem(request.headers(), ErrorPage::Unavailable);
        }
    };
    let bounds = Bounds::of(&request, found.as_ref());
    let visit = Visit {
        browser: brought.browser,
        session: found,
        address: address.to_string(),
        limit_key: limit_key.to_string(),
        user_agent: user_agent(request.headers()),
        languages: languages(request.headers()),
    };
    let changes = CookieChanges::new(shield.cookies);
    let backend = RequestBackend::new(Parts {
        services: Arc::clone(&shield.services),
        limits: Arc::clone(&shield.limits),
        client: limit_key,
        visit,
        brought: session,
        cookies: changes.clone(),
    });
    request
        .extensions_mut()
        .insert(Handle(Arc::new(backend.clone())));
    request.extensions_mut().insert(backend);
    // Nothing behind needs them: cookies are read here, and a native form whose server function
    // fails would otherwise be sent to the Referer's host.
    request.headers_mut().remove(COOKIE);
    request.headers_mut().remove(REFERER);
    if request.method() == Method::POST {
        request = match readable(shield, request, bounds).await {
            Ok(request) => request,
            Err(response) => return *response,
        };
    }

    let mut response = next.run(request).await;
    for cookie in changes.take() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Reads a form to its end, within its bounds. Server functions replace what isn't UTF-8; here it is
/// refused, as is NUL.
async fn readable(
    shield: &Shield,
    request: Request,
    bounds: Bounds,
) -> Result<Request, Box<Response>> {
    let (parts, body) = request.into_parts();
    let problem = |error| Box::new(shield.problem(&parts.headers, error));
    let form = tokio::time::timeout(bounds.within, axum::body::to_bytes(body, bounds.most))
        .await
        .map_err(|_| problem(ErrorPage::Unavailable))?
        .map_err(|_| problem(ErrorPage::TooLarge))?;
    if !flow::is_decodable(&form) {
        return Err(problem(ErrorPage::BadRequest));
    }
    Ok(Request::from_parts(parts, Body::from(form)))
}

/// The address with which the request goes on, or the answer that it gets at once.
fn judge_step(shield: &Shield, step: Step, request: &Request) -> Result<Uri, Box<Response>> {
    let response = match judge(step, request.method(), request.uri(), request.headers()) {
        Judgement::Pass { query } => {
            let uri = format!("{}?{query}", request.uri().path());
            match uri.parse() {
                Ok(uri) => return Ok(uri),
                Err(_) => shield.problem(request.headers(), ErrorPage::BadRequest),
            }
        }
        Judgement::ToSignIn { return_to } => {
            let query = return_to.as_deref().and_then(ReturnTo::parse).map(|path| {
                let encoded: String =
                    form_urlencoded::byte_serialize(path.as_str().as_bytes()).collect();
                format!("?return_to={encoded}")
            });
            pages::see_other(&format!("/sign-in{}", query.unwrap_or_default()))
        }
        Judgement::ToConnections => pages::see_other("/account/connections"),
        Judgement::WrongMethod => {
            let mut response = shield.problem(request.headers(), ErrorPage::MethodNotAllowed);
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET"));
            response
        }
        Judgement::BadQuery => shield.problem(request.headers(), ErrorPage::BadRequest),
    };
    Err(Box::new(response))
}

fn languages(headers: &HeaderMap) -> String {
    const MOST: usize = 200;
    let languages = headers.get(ACCEPT_LANGUAGE);
    let languages = languages.and_then(|languages| languages.to_str().ok());
    languages.unwrap_or_default().chars().take(MOST).collect()
}

fn user_agent(headers: &HeaderMap) -> String {
    let name = headers.get(USER_AGENT).and_then(|name| name.to_str().ok());
    device::storable(name.unwrap_or_default())
}
