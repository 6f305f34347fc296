//! A region, and what is kept of it.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::firm::{Firm, ManageUser};
use super::grants::Grants;
use super::rate::Rates;
use crate::options::Options;
use crate::script::{Answer, Edits};
use crate::sync::lock;

/// Only the latest requests are kept.
const KEPT: usize = 10_000;
/// How many requests a minute a token has at peak, as Clio's API reference says.
const PER_MINUTE: u64 = 50;
/// How long an access token lives, in seconds: 30 days.
const TOKEN_LIFE: u64 = 30 * 24 * 60 * 60;

/// A region of Clio Manage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// The United States.
    Us,
    /// Canada.
    Ca,
    /// Europe.
    Eu,
    /// Australia.
    Au,
}

impl Region {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Us, Self::Ca, Self::Eu, Self::Au];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Ca => "ca",
            Self::Eu => "eu",
            Self::Au => "au",
        }
    }

    /// The region with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.as_str() == word)
    }
}

/// What programs ask a region for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/oauth/token`.
    Token,
    /// `/oauth/deauthorize`.
    Deauthorize,
    /// `/api/v4/users/who_am_i`.
    WhoAmI,
    /// `/api/v4/users.json`.
    Users,
}

impl Endpoint {
    const ALL: [Self; 4] = [Self::Token, Self::Deauthorize, Self::WhoAmI, Self::Users];
}

/// One request of a program, answered well or not.
#[derive(Clone, Debug)]
pub struct ReceivedManageRequest {
    /// When it came.
    pub at: OffsetDateTime,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its query or its form, decoded, in order.
    pub parameters: Vec<(String, String)>,
}

impl ReceivedManageRequest {
    /// The first parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first header with this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What a region does otherwise than well, until it is switched back.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// The application lacks the permission to read users.
    pub(crate) no_permission: AtomicBool,
    /// Answers to a refresh leave the refresh token out.
    pub(crate) no_refresh_token: AtomicBool,
    /// Answers to a code leave the refresh token out.
    pub(crate) no_first_refresh_token: AtomicBool,
    /// A refresh leaves the access token before it good.
    pub(crate) keeps_old_token: AtomicBool,
    /// Whoever approves is sent back with `server_error`.
    pub(crate) server_error: AtomicBool,
    /// `who_am_i` says another user of the firm.
    pub(crate) another_user: AtomicBool,
    /// Users whose login is off are answered as well.
    pub(crate) answers_disabled: AtomicBool,
    /// What is wrong with lists.
    pub(crate) list: Mutex<Option<ListFault>>,
}

/// What may be wrong with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListFault {
    /// Every page but the first fails.
    Breaks,
    /// Each page leads to itself.
    Loops,
    /// Each page leads to another host.
    LeadsElsewhere,
    /// There is always one more page.
    NeverEnds,
    /// The last of a page is left out, and counted.
    LeavesOut,
}

/// One region.
pub(crate) struct Branch {
    pub(crate) region: Region,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    redirect_uris: Mutex<Vec<String>>,
    at_the_start: (Vec<Firm>, Vec<ManageUser>),
    firms: Mutex<Vec<Firm>>,
    users: Mutex<Vec<ManageUser>>,
    pub(crate) grants: Mutex<Grants>,
    pub(crate) rates: Mutex<Rates>,
    pub(crate) faults: Faults,
    pub(crate) per_minute: AtomicU64,
    pub(crate) token_life: AtomicU64,
    pub(crate) retired_versions: Mutex<Vec<String>>,
    edits: HashMap<Endpoint, Edits<Answer>>,
    requests: Mutex<HashMap<Endpoint, VecDeque<ReceivedManageRequest>>>,
}

impl Branch {
    fn new(region: Region, options: &Options) -> Self {
        let firms: Vec<Firm> = options
            .firms
            .iter()
            .filter(|firm| firm.region == region)
            .cloned()
            .collect();
        let users = options
            .manage_users
            .iter()
            .filter(|(own, _)| *own == region);
        let users: Vec<ManageUser> = users.map(|(_, user)| user.clone()).collect();
        Self {
            region,
            client_id: format!("{}-{}", options.manage_client_id, region.as_str()),
            client_secret: options.manage_client_secret.clone(),
            redirect_uris: Mutex::new(options.manage_redirect_uris.clone()),
            at_the_start: (firms.clone(), users.clone()),
            firms: Mutex::new(firms),
            users: Mutex::new(users),
            grants: Mutex::default(),
            rates: Mutex::default(),
            faults: Faults::default(),
            per_minute: AtomicU64::new(PER_MINUTE),
            token_life: AtomicU64::new(TOKEN_LIFE),
            retired_versions: Mutex::new(vec!["4.0.1".to_owned()]),
            edits: Endpoint::ALL
                .map(|endpoint| (endpoint, Edits::default()))
                .into(),
            requests: Mutex::default(),
        }
    }

    pub(crate) fn has_redirect_uri(&self, uri: &str) -> bool {
        lock(&self.redirect_uris).iter().any(|own| own == uri)
    }

    pub(crate) fn allow_redirect_uri(&self, uri: String) {
        lock(&self.redirect_uris).push(uri);
    }

    pub(crate) fn firm(&self, id: u64) -> Option<Firm> {
        lock(&self.firms).iter().find(|firm| firm.id == id).cloned()
    }

    /// All of them.
    pub(crate) fn firms(&self) -> Vec<Firm> {
        lock(&self.firms).clone()
    }

    pub(crate) fn put_firm(&self, firm: Firm) {
        let mut firms = lock(&self.firms);
        firms.retain(|own| own.id != firm.id);
        firms.push(firm);
    }

    /// Everybody, in the order of their numbers.
    pub(crate) fn users(&self) -> Vec<ManageUser> {
        lock(&self.users).clone()
    }

    pub(crate) fn user(&self, id: u64) -> Option<ManageUser> {
        lock(&self.users).iter().find(|user| user.id == id).cloned()
    }

    pub(crate) fn put_users(&self, mut new: Vec<ManageUser>, now: OffsetDateTime) {
        for user in &mut new {
            (user.created_at, user.updated_at) = (now, now);
        }
        let mut users = lock(&self.users);
        users.retain(|own| !new.iter().any(|user| user.id == own.id));
        users.extend(new);
        users.sort_by_key(|user| user.id);
    }

    /// Adds a user under the next number.
    pub(crate) fn hire(
        &self,
        firm: u64,
        email: &str,
        (first_name, last_name): (&str, &str),
        now: OffsetDateTime,
    ) {
        let users = self.users();
        let id = users.iter().map(|user| user.id).max().unwrap_or(0) + 1;
        let user = ManageUser::new(id, firm, email).named(first_name, last_name);
        self.put_users(vec![user], now);
    }

    pub(crate) fn change_user(
        &self,
        id: u64,
        now: OffsetDateTime,
        change: impl FnOnce(&mut ManageUser),
    ) -> bool {
        let mut users = lock(&self.users);
        let found = users.iter_mut().find(|user| user.id == id);
        let changed = found.map(|user| {
            change(user);
            user.updated_at = now;
        });
        changed.is_some()
    }

    pub(crate) fn remove_user(&self, id: u64) {
        lock(&self.users).retain(|user| user.id != id);
    }

    /// The script for an endpoint's answers.
    pub(crate) fn edits(&self, endpoint: Endpoint) -> Option<&Edits<Answer>> {
        self.edits.get(&endpoint)
    }

    pub(crate) fn received(&self, endpoint: Endpoint, request: ReceivedManageRequest) {
        let mut requests = lock(&self.requests);
        let kept = requests.entry(endpoint).or_default();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(request);
    }

    pub(crate) fn requests(&self, endpoint: Endpoint) -> Vec<ReceivedManageRequest> {
        let requests = lock(&self.requests);
        requests
            .get(&endpoint)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Back to the start: firms, users, scripts and faults. What was granted stays.
    pub(crate) fn reset(&self) {
        (*lock(&self.firms)).clone_from(&self.at_the_start.0);
        (*lock(&self.users)).clone_from(&self.at_the_start.1);
        self.honest();
        self.per_minute.store(PER_MINUTE, Ordering::Relaxed);
        self.token_life.store(TOKEN_LIFE, Ordering::Relaxed);
    }

    /// Forgets scripts and faults.
    pub(crate) fn honest(&self) {
        for edits in self.edits.values() {
            edits.clear();
        }
        let faults = &self.faults;
        for fault in [
            &faults.no_permission,
            &faults.no_refresh_token,
            &faults.no_first_refresh_token,
            &faults.keeps_old_token,
            &faults.server_error,
            &faults.another_user,
            &faults.answers_disabled,
        ] {
            fault.store(false, Ordering::Relaxed);
        }
        *lock(&faults.list) = None;
    }
}

/// All regions, and what they share.
pub(crate) struct Branches {
    all: Vec<Arc<Branch>>,
    /// Where "Add to Clio" leads.
    pub(crate) add_to_clio_url: Option<String>,
    /// Where it is told that somebody revoked what they granted.
    pub(crate) callback_url: Mutex<Option<String>>,
    /// What came of telling it: the status of each answer, 0 without one.
    pub(crate) callbacks: Mutex<Vec<u16>>,
    /// How often a browser arrived where "Add to Clio" ends.
    pub(crate) added: AtomicU64,
}

impl Branches {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            all: Region::ALL
                .map(|region| Arc::new(Branch::new(region, options)))
                .into(),
            add_to_clio_url: options.add_to_clio_url.clone(),
            callback_url: Mutex::new(options.deauthorization_callback_url.clone()),
            callbacks: Mutex::default(),
            added: AtomicU64::default(),
        }
    }

    pub(crate) fn all(&self) -> &[Arc<Branch>] {
        &self.all
    }

    /// The region with this word.
    pub(crate) fn by_word(&self, word: &str) -> Option<&Arc<Branch>> {
        let region = Region::from_word(word)?;
        self.all.iter().find(|branch| branch.region == region)
    }
}
