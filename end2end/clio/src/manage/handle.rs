//! The handle on a region that tests hold, and the acts that it shares with the pages.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use time::OffsetDateTime;

use super::deauthorized;
use super::firm::{Firm, ManageUser};
use super::region::{Branch, Endpoint, ListFault, ReceivedManageRequest};
use crate::handle::AuthorizeError;
use crate::people::UnknownPerson;
use crate::protocol::parameters::Parameters;
use crate::provider::Provider;
use crate::script::Answer;
use crate::sync::lock;

/// What a region can be switched to, with what the page says of it.
pub(super) const FAULTS: [(&str, &str); 18] = [
    ("honest", "Well"),
    (
        "server_error",
        "Whoever approves is sent back with an error",
    ),
    ("token_fails", "The token endpoint answers 502"),
    ("token_hangs", "The token endpoint never answers"),
    (
        "no_refresh_token",
        "Refreshing leaves the refresh token out",
    ),
    (
        "no_permission",
        "The application lacks the permission (403)",
    ),
    ("api_fails", "The API answers 500"),
    ("api_hangs", "The API never answers"),
    ("api_nonsense", "The API answers with broken JSON"),
    ("rate_limited", "The API always answers 429"),
    (
        "no_first_refresh_token",
        "Approving brings no refresh token at all",
    ),
    ("list_breaks", "A list fails from its second page on"),
    ("list_loops", "A page of a list leads to itself"),
    (
        "list_leads_elsewhere",
        "A page of a list leads to another host",
    ),
    ("list_never_ends", "A list always has one more page"),
    ("list_leaves_out", "A list leaves people out whom it counts"),
    ("another_user", "Who am I: another user of the firm"),
    (
        "answers_disabled",
        "Logins that are off are answered as well",
    ),
];

/// Switches a region; `false` when there is no such fault.
pub(super) fn switch(branch: &Branch, fault: &str) -> bool {
    branch.honest();
    let every = |endpoints: &[Endpoint], edit: fn(&mut Answer)| {
        for edits in endpoints
            .iter()
            .filter_map(|endpoint| branch.edits(*endpoint))
        {
            edits.set_every(edit);
        }
    };
    let api = [Endpoint::WhoAmI, Endpoint::Users];
    match fault {
        "honest" => {}
        "server_error" => branch.faults.server_error.store(true, Ordering::Relaxed),
        "token_fails" => every(&[Endpoint::Token], |answer| {
            answer.replace(StatusCode::BAD_GATEWAY, "502 Bad Gateway");
        }),
        "token_hangs" => every(&[Endpoint::Token], Answer::hang),
        "no_refresh_token" => branch
            .faults
            .no_refresh_token
            .store(true, Ordering::Relaxed),
        "no_permission" => branch.faults.no_permission.store(true, Ordering::Relaxed),
        "api_fails" => every(&api, |answer| {
            answer.replace(StatusCode::INTERNAL_SERVER_ERROR, "{}");
        }),
        "api_hangs" => every(&api, Answer::hang),
        "api_nonsense" => every(&api, |answer| answer.replace(StatusCode::OK, "{\"data\":")),
        "rate_limited" => every(&api, |answer| {
            answer.replace(StatusCode::TOO_MANY_REQUESTS, "{}");
            answer.set_header("Retry-After", "60");
        }),
        "no_first_refresh_token" => branch
            .faults
            .no_first_refresh_token
            .store(true, Ordering::Relaxed),
        "another_user" => branch.faults.another_user.store(true, Ordering::Relaxed),
        "answers_disabled" => branch
            .faults
            .answers_disabled
            .store(true, Ordering::Relaxed),
        fault => match list_fault(fault) {
            None => return false,
            fault => *lock(&branch.faults.list) = fault,
        },
    }
    true
}

fn list_fault(word: &str) -> Option<ListFault> {
    Some(match word {
        "list_breaks" => ListFault::Breaks,
        "list_loops" => ListFault::Loops,
        "list_leads_elsewhere" => ListFault::LeadsElsewhere,
        "list_never_ends" => ListFault::NeverEnds,
        "list_leaves_out" => ListFault::LeavesOut,
        _ => return None,
    })
}

/// What is wrong with an authorization request, so that nobody may be sent back.
pub(super) fn check(branch: &Branch, parameters: &Parameters) -> Result<(), &'static str> {
    let uri = parameters.get("redirect_uri");
    if parameters.get("client_id") != Some(&branch.client_id) {
        Err("The application isn't known in this region")
    } else if !uri.is_some_and(|uri| branch.has_redirect_uri(uri)) {
        Err("The redirect URI isn't registered")
    } else if parameters.get("response_type") != Some("code") {
        Err("The response type isn't code")
    } else {
        Ok(())
    }
}

fn callback(parameters: &Parameters, answer: (&str, &str)) -> String {
    let uri = parameters.get("redirect_uri").unwrap_or_default();
    let joint = if uri.contains('?') { '&' } else { '?' };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(answer.0, answer.1);
    query.extend_pairs(parameters.get("state").map(|state| ("state", state)));
    format!("{uri}{joint}{}", query.finish())
}

/// Where whoever approves is sent.
pub(super) fn approved(
    branch: &Branch,
    parameters: &Parameters,
    user: u64,
    now: OffsetDateTime,
) -> String {
    if branch.faults.server_error.load(Ordering::Relaxed) {
        return callback(parameters, ("error", "server_error"));
    }
    let uri = parameters.get("redirect_uri").unwrap_or_default();
    let code = lock(&branch.grants).code(user, uri, now);
    callback(parameters, ("code", &code))
}

/// Where whoever declines is sent, if the application asked for them back.
pub(super) fn declined(parameters: &Parameters) -> Option<String> {
    let wants = parameters.get("redirect_on_decline") == Some("true");
    wants.then(|| callback(parameters, ("error", "access_denied")))
}

/// Where a region is, without a slash at the end.
pub(super) fn base_url(provider: &Provider, branch: &Branch) -> String {
    format!("{}manage/{}", provider.base, branch.region.as_str())
}

/// A region of the simulated Clio Manage.
pub struct Manage<'c> {
    pub(crate) provider: &'c Arc<Provider>,
    pub(crate) branch: &'c Branch,
}

impl Manage<'_> {
    /// Where it is, without a slash at the end.
    pub fn base_url(&self) -> String {
        base_url(self.provider, self.branch)
    }

    /// The application's key in this region.
    pub fn client_id(&self) -> &str {
        &self.branch.client_id
    }

    /// The application's secret in this region.
    pub fn client_secret(&self) -> &str {
        &self.branch.client_secret
    }

    /// Registers one more redirect URI.
    pub fn allow_redirect_uri(&self, uri: impl Into<String>) {
        self.branch.allow_redirect_uri(uri.into());
    }

    /// What a browser does at `authorization_url` when `user` approves: the URL that it is sent back to.
    pub fn authorize(&self, authorization_url: &str, user: u64) -> Result<String, AuthorizeError> {
        let parameters = self.parameters(authorization_url)?;
        let unknown = || UnknownPerson(user.to_string());
        let user = self.branch.user(user).ok_or_else(unknown)?;
        let now = self.provider.clock.now();
        Ok(approved(self.branch, &parameters, user.id, now))
    }

    /// What a browser does there when the user declines; `None` when they are stranded.
    pub fn decline(&self, authorization_url: &str) -> Result<Option<String>, AuthorizeError> {
        Ok(declined(&self.parameters(authorization_url)?))
    }

    fn parameters(&self, url: &str) -> Result<Parameters, AuthorizeError> {
        let query = url
            .strip_prefix(&format!("{}/oauth/authorize?", self.base_url()))
            .ok_or_else(|| AuthorizeError::NotTheEndpoint(url.to_owned()))?;
        let parameters = Parameters::parse(query.as_bytes());
        check(self.branch, &parameters).map_err(|hint| AuthorizeError::ErrorPage {
            error: "invalid_request",
            hint: hint.to_owned(),
        })?;
        Ok(parameters)
    }

    /// Adds a firm, in place of one with the same number.
    pub fn add_firm(&self, id: u64, name: &str) {
        self.branch
            .put_firm(Firm::new(self.branch.region, id, name));
    }

    /// Adds a user, in place of one with the same number.
    pub fn add_user(&self, user: ManageUser) {
        let now = self.provider.clock.now();
        self.branch.put_users(vec![user], now);
    }

    /// Adds many users.
    pub fn add_users(&self, users: Vec<ManageUser>) {
        let now = self.provider.clock.now();
        self.branch.put_users(users, now);
    }

    /// Changes a user; `false` when there is none with this number.
    pub fn change_user(&self, id: u64, change: impl FnOnce(&mut ManageUser)) -> bool {
        let now = self.provider.clock.now();
        self.branch.change_user(id, now, change)
    }

    /// Removes a user.
    pub fn remove_user(&self, id: u64) {
        self.branch.remove_user(id);
    }

    /// A user revokes what they granted, and the application is told, if it named an address.
    pub fn revoke(&self, user: u64) {
        if lock(&self.branch.grants).revoke(user) {
            deauthorized::tell(self.provider, self.branch, user);
        }
    }

    /// The same, and nobody is told.
    pub fn revoke_quietly(&self, user: u64) {
        lock(&self.branch.grants).revoke(user);
    }

    /// Ends the access tokens of a user; refresh tokens stay good.
    pub fn expire_tokens(&self, user: u64) {
        lock(&self.branch.grants).expire(user);
    }

    /// How many grants of a user there are.
    pub fn grants(&self, user: u64) -> usize {
        lock(&self.branch.grants).count(user)
    }

    /// How many requests a minute a token has.
    pub fn rate_limit(&self, per_minute: u64) {
        self.branch.per_minute.store(per_minute, Ordering::Relaxed);
    }

    /// How long access tokens live from now on, in seconds.
    pub fn token_lifetime(&self, seconds: u64) {
        self.branch.token_life.store(seconds, Ordering::Relaxed);
    }

    /// Whether refreshing leaves the refresh token out.
    pub fn omit_refresh_token(&self, omit: bool) {
        self.branch
            .faults
            .no_refresh_token
            .store(omit, Ordering::Relaxed);
    }

    /// Whether whoever approves gives no refresh token at all.
    pub fn omit_first_refresh_token(&self, omit: bool) {
        self.branch
            .faults
            .no_first_refresh_token
            .store(omit, Ordering::Relaxed);
    }

    /// Whether the application lacks the permission to read users.
    pub fn forget_permission(&self, forget: bool) {
        self.branch
            .faults
            .no_permission
            .store(forget, Ordering::Relaxed);
    }

    /// Switches to a fault by its name on the switches page.
    pub fn switch(&self, fault: &str) -> bool {
        switch(self.branch, fault)
    }

    /// Bends the next answer of an endpoint; calls queue up.
    pub fn next(&self, endpoint: Endpoint, edit: impl FnOnce(&mut Answer) + Send + 'static) {
        if let Some(edits) = self.branch.edits(endpoint) {
            edits.push_next(edit);
        }
    }

    /// Bends every answer of an endpoint, until [`Self::honest`].
    pub fn every(&self, endpoint: Endpoint, edit: impl Fn(&mut Answer) + Send + Sync + 'static) {
        if let Some(edits) = self.branch.edits(endpoint) {
            edits.set_every(edit);
        }
    }

    /// Forgets scripts and faults.
    pub fn honest(&self) {
        self.branch.honest();
    }

    /// What programs asked an endpoint, oldest first, refused requests included.
    pub fn requests(&self, endpoint: Endpoint) -> Vec<ReceivedManageRequest> {
        self.branch.requests(endpoint)
    }
}
