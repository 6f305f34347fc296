//! Routes and handlers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::here::Here;
use super::region::{Branch, Endpoint};
use super::{answers, deauthorized, handle, pages};
use crate::pages::problem;
use crate::protocol::parameters::Parameters;
use crate::provider::Provider;
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
async fn authorize(here: Here, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let Here { provider, branch } = here;
    let query = query.unwrap_or_default();
    let parameters = Parameters::parse(query.as_bytes());
    if let Err(hint) = handle::check(&branch, &parameters) {
        return pages::refused(hint).into_response();
    }
    let person = cookies::login(&headers).and_then(|cookie| provider.logged_in(cookie));
    let email = person.and_then(|(person, _)| person.email);
    pages::authorize(&branch, &provider.client.name, &query, email.as_deref()).into_response()
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
async fn decide(here: Here, Form(form): Form<DecisionForm>) -> Response {
    let Here { provider, branch } = here;
    let parameters = Parameters::parse(form.request.as_bytes());
    if let Err(hint) = handle::check(&branch, &parameters) {
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
            let url = handle::approved(&branch, &parameters, user.id, provider.clock.now());
            Redirect::to(&url).into_response()
        }
    }
}

async fn token(here: Here, headers: HeaderMap, body: Bytes) -> Response {
    let form = Parameters::parse(&body);
    let honest = |branch: &Branch, now| answers::token(branch, &form, now);
    here.answer(Endpoint::Token, &headers, &form, honest).await
}

async fn deauthorize(here: Here, headers: HeaderMap, body: Bytes) -> Response {
    let form = Parameters::parse(&body);
    let honest = |branch: &Branch, now| answers::deauthorize(branch, &headers, now);
    here.answer(Endpoint::Deauthorize, &headers, &form, honest)
        .await
}

async fn who_am_i(here: Here, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let honest = |branch: &Branch, now| answers::who_am_i(branch, &headers, &query, now);
    here.answer(Endpoint::WhoAmI, &headers, &query, honest)
        .await
}

async fn users(here: Here, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let base = handle::base_url(&here.provider, &here.branch);
    let address = format!("{base}/api/v4/users.json");
    let honest = |branch: &Branch, now| answers::users(branch, &headers, &query, &address, now);
    here.answer(Endpoint::Users, &headers, &query, honest).await
}

/// Where "Add to Clio" ends.
async fn added(here: Here) -> Response {
    here.provider.manage.added.fetch_add(1, Ordering::Relaxed);
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
