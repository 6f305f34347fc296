//! Routes and handlers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::answers::{self, Honest};
use super::pages;
use super::region::{Branch, Endpoint, ReceivedManageRequest};
use super::{deauthorized, handle};
use crate::pages::problem;
use crate::protocol::parameters::Parameters;
use crate::provider::Provider;
use crate::records::header_pairs;
use crate::script::{Answer, deliver};
use crate::sync::lock;
use crate::web::cookies;

type Shared = State<Arc<Provider>>;

pub(crate) fn routes() -> Router<Arc<Provider>> {
    Router::new()
        .route(
            "/manage/{region}/oauth/authorize",
            get(authorize).post(decide),
        )
        .route("/manage/{region}/oauth/token", post(token))
        .route("/manage/{region}/oauth/deauthorize", post(deauthorize))
        .route("/manage/{region}/api/v4/users/who_am_i", get(who_am_i))
        .route("/manage/{region}/api/v4/users/who_am_i.json", get(who_am_i))
        .route("/manage/{region}/api/v4/users.json", get(users))
        .route("/manage/{region}/app_integrations_callback", get(added))
        .route("/simulation/manage", get(switches))
        .route("/simulation/manage/user", post(change_user))
        .route("/simulation/manage/people", post(add_user))
        .route("/simulation/manage/revoke", post(revoke))
        .route("/simulation/manage/fault", post(fault))
}

/// The page on which a user approves.
async fn authorize(
    State(provider): Shared,
    Path(region): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(branch) = provider.manage.by_word(&region) else {
        return problem::not_found().into_response();
    };
    let query = query.unwrap_or_default();
    let parameters = Parameters::parse(query.as_bytes());
    if let Err(hint) = handle::check(branch, &parameters) {
        return pages::refused(hint).into_response();
    }
    let person = cookies::login(&headers).and_then(|cookie| provider.logged_in(cookie));
    let email = person.and_then(|(person, _)| person.email);
    pages::authorize(branch, &provider.client.name, &query, email.as_deref()).into_response()
}

#[derive(Deserialize)]
struct DecisionForm {
    /// The query of the authorization request.
    request: String,
    /// Who.
    user: Option<u64>,
    /// `approve` or `decline`.
    decision: String,
}

/// Approves or declines.
async fn decide(
    State(provider): Shared,
    Path(region): Path<String>,
    Form(form): Form<DecisionForm>,
) -> Response {
    let Some(branch) = provider.manage.by_word(&region) else {
        return problem::not_found().into_response();
    };
    let parameters = Parameters::parse(form.request.as_bytes());
    if let Err(hint) = handle::check(branch, &parameters) {
        return pages::refused(hint).into_response();
    }
    if form.decision != "approve" {
        return match handle::declined(&parameters) {
            Some(url) => Redirect::to(&url).into_response(),
            None => pages::stranded().into_response(),
        };
    }
    let user = form.user.and_then(|id| branch.user(id));
    match user {
        None => pages::refused("Choose who you are").into_response(),
        Some(user) if !user.enabled => pages::switched_off(&user).into_response(),
        Some(user) => {
            let url = handle::approved(branch, &parameters, user.id, provider.clock.now());
            Redirect::to(&url).into_response()
        }
    }
}

/// Answers a program, as the scripts bend it: they replace an answer, or bend status, headers
/// and how the honest one is sent.
async fn answered(
    provider: &Provider,
    branch: &Branch,
    endpoint: Endpoint,
    headers: &HeaderMap,
    parameters: &Parameters,
    honest: impl FnOnce() -> Honest,
) -> Response {
    branch.received(
        endpoint,
        ReceivedManageRequest {
            at: provider.clock.now(),
            headers: header_pairs(headers),
            parameters: parameters.pairs().to_vec(),
        },
    );
    let mut scripted = Answer::json();
    if let Some(edits) = branch.edits(endpoint) {
        edits.apply(&mut scripted);
    }
    // Whoever is answered something else entirely was refused before anything was done.
    if scripted.body.is_some() {
        return deliver(scripted, Vec::new()).await;
    }
    let Honest { mut answer, body } = honest();
    let plain = Answer::json();
    if scripted.status != plain.status {
        answer.status = scripted.status;
    }
    let own = scripted.headers.into_iter();
    for (name, value) in own.filter(|header| !plain.headers.contains(header)) {
        answer.set_header(&name, value);
    }
    (answer.delay, answer.padding, answer.manner) =
        (scripted.delay, scripted.padding, scripted.manner);
    deliver(answer, body).await
}

async fn token(
    State(provider): Shared,
    Path(region): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(branch) = provider.manage.by_word(&region) else {
        return problem::not_found().into_response();
    };
    let form = Parameters::parse(&body);
    let now = provider.clock.now();
    let honest = || answers::token(branch, &form, now);
    answered(&provider, branch, Endpoint::Token, &headers, &form, honest).await
}

async fn deauthorize(
    State(provider): Shared,
    Path(region): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(branch) = provider.manage.by_word(&region) else {
        return problem::not_found().into_response();
    };
    let form = Parameters::parse(&body);
    let now = provider.clock.now();
    let honest = || answers::deauthorize(branch, &headers, now);
    answered(
        &provider,
        branch,
        Endpoint::Deauthorize,
        &headers,
        &form,
        honest,
    )
    .await
}

async fn who_am_i(
    State(provider): Shared,
    Path(region): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(branch) = provider.manage.by_word(&region) else {
        return problem::not_found().into_response();
    };
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let now = provider.clock.now();
    let honest = || answers::who_am_i(branch, &headers, &query, now);
    answered(
        &provider,
        branch,
        Endpoint::WhoAmI,
        &headers,
        &query,
        honest,
    )
    .await
}

async fn users(
    State(provider): Shared,
    Path(region): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(branch) = provider.manage.by_word(&region) else {
        return problem::not_found().into_response();
    };
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let now = provider.clock.now();
    let address = format!("{}/api/v4/users.json", handle::base_url(&provider, branch));
    let honest = || answers::users(branch, &headers, &query, &address, now);
    answered(&provider, branch, Endpoint::Users, &headers, &query, honest).await
}

/// Where "Add to Clio" ends.
async fn added(State(provider): Shared, Path(region): Path<String>) -> Response {
    if provider.manage.by_word(&region).is_none() {
        return problem::not_found().into_response();
    }
    provider.manage.added.fetch_add(1, Ordering::Relaxed);
    pages::added().into_response()
}

async fn switches(State(provider): Shared) -> Response {
    pages::switches(&provider.manage).into_response()
}

fn back() -> Response {
    Redirect::to("/simulation/manage").into_response()
}

#[derive(Deserialize)]
struct UserForm {
    region: String,
    user: u64,
    /// `disable`, `enable`, `remove`, or an e-mail.
    act: String,
    #[serde(default)]
    email: String,
}

async fn change_user(State(provider): Shared, Form(form): Form<UserForm>) -> Response {
    let Some(branch) = provider.manage.by_word(&form.region) else {
        return problem::bad_form("There is no such region.").into_response();
    };
    let now = provider.clock.now();
    let is_known = match form.act.as_str() {
        "disable" => branch.change_user(form.user, now, |user| user.enabled = false),
        "enable" => branch.change_user(form.user, now, |user| user.enabled = true),
        "email" => branch.change_user(form.user, now, |user| user.email = Some(form.email)),
        "remove" => {
            branch.remove_user(form.user);
            true
        }
        _ => false,
    };
    if is_known {
        back()
    } else {
        problem::bad_form("There is no such user.").into_response()
    }
}

#[derive(Deserialize)]
struct NewUserForm {
    region: String,
    firm: u64,
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

async fn add_user(State(provider): Shared, Form(form): Form<NewUserForm>) -> Response {
    let Some(branch) = provider.manage.by_word(&form.region) else {
        return problem::bad_form("There is no such region.").into_response();
    };
    if branch.firm(form.firm).is_none() {
        return problem::bad_form("There is no such firm.").into_response();
    }
    let names = (form.first_name.as_str(), form.last_name.as_str());
    branch.hire(form.firm, &form.email, names, provider.clock.now());
    back()
}

#[derive(Deserialize)]
struct RevokeForm {
    region: String,
    user: u64,
}

/// A user revokes what they granted, on Clio's own page.
async fn revoke(State(provider): Shared, Form(form): Form<RevokeForm>) -> Response {
    let Some(branch) = provider.manage.by_word(&form.region) else {
        return problem::bad_form("There is no such region.").into_response();
    };
    if lock(&branch.grants).revoke(form.user) {
        deauthorized::tell(&provider, branch, form.user);
    }
    back()
}

#[derive(Deserialize)]
struct FaultForm {
    region: String,
    fault: String,
}

async fn fault(State(provider): Shared, Form(form): Form<FaultForm>) -> Response {
    let Some(branch) = provider.manage.by_word(&form.region) else {
        return problem::bad_form("There is no such region.").into_response();
    };
    if handle::switch(branch, &form.fault) {
        back()
    } else {
        problem::bad_form("There is no such fault.").into_response()
    }
}
