//! A backend that knows one browser, and the answers it gets.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Assets, Backend, ClioAnswer, Destination, Handle},
    wire::{
        Account, Connection, LinkMethod, Moment, PendingLink, ProfileField, Role, SignIn, Status,
        Suggestion, Viewer, Waiting, Welcome,
    },
};
use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use http_body_util::BodyExt as _;

/// A name that wants to be a script.
pub const HOSTILE: &str = "<script>alert(\"x\")</script>&'";

/// What the fake server knows of the browser that asks.
#[derive(Clone, Default)]
pub struct Fake {
    pub viewer: Option<Viewer>,
    pub link: Option<PendingLink>,
    pub waiting: Option<Waiting>,
    pub welcome: Option<Welcome>,
    pub account: Option<Account>,
    /// Whether the database is away.
    pub down: bool,
    /// Whether this build has no islands' bundle.
    pub without_bundle: bool,
}

impl Fake {
    /// A browser in which somebody is signed in.
    pub fn signed_in(status: Status) -> Self {
        Self {
            viewer: Some(Viewer {
                name: "Dana Whitlock".to_owned(),
                email: "d.whitlock@harbourlane.test".to_owned(),
                role: Role::Member,
                status,
                welcomed: false,
            }),
            ..Self::default()
        }
    }

    /// Asks for a page.
    pub async fn get(self, path: &str) -> Page {
        let mut request = Request::get(path)
            .header(header::ACCEPT, "text/html")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(Handle(Arc::new(self)));
        let response = app::page(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Page {
            head: Response::from_parts(parts, ()),
            html: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    fn answer<T>(&self, known: Option<&T>) -> Result<T, Failure>
    where
        T: Clone,
    {
        if self.down {
            return Err(Failure::Unavailable);
        }
        known.cloned().ok_or(Failure::SignInRequired)
    }
}

/// A page as the browser gets it.
pub struct Page {
    pub head: Response<()>,
    pub html: String,
}

impl Page {
    pub fn status(&self) -> StatusCode {
        self.head.status()
    }

    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    pub fn policy(&self) -> &str {
        self.header("content-security-policy").unwrap_or_default()
    }

    pub fn contains(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// What is read, without the marks that Leptos leaves between pieces of text.
    pub fn says(&self, text: &str) -> bool {
        self.html.replace("<!>", "").contains(text)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    }
}

pub fn moment() -> Moment {
    Moment {
        iso: "2026-11-12T14:05:00Z".to_owned(),
        full: "12 November 2026, 14:05 UTC".to_owned(),
        ago: "3 days ago".to_owned(),
    }
}

pub fn pending_link() -> PendingLink {
    PendingLink {
        clio_name: "Dana Whitlock".to_owned(),
        clio_email: "d.whitlock@harbourlane.test".to_owned(),
        tries_left: 5,
    }
}

pub fn account() -> Account {
    Account {
        first_name: "Dana".to_owned(),
        last_name: "Whitlock".to_owned(),
        email: "d.whitlock@harbourlane.test".to_owned(),
        role: Role::Member,
        created: moment(),
        connections: vec![Connection {
            clio_email: Some("dana@harbourlane.test".to_owned()),
            method: LinkMethod::FirstSignIn,
            linked: moment(),
            last_used: Moment {
                ago: "just now".to_owned(),
                ..moment()
            },
        }],
        sign_ins: vec![
            SignIn {
                at: Moment {
                    ago: "just now".to_owned(),
                    ..moment()
                },
                device: "Firefox on Windows".to_owned(),
                address: "192.0.2.17".to_owned(),
                current: true,
            },
            SignIn {
                at: moment(),
                device: "Safari on iPhone".to_owned(),
                address: "2001:db8::17".to_owned(),
                current: false,
            },
        ],
        suggestions: vec![
            Suggestion {
                field: ProfileField::LastName,
                ours: "Whitlock".to_owned(),
                theirs: "Whitlock-Osei".to_owned(),
            },
            Suggestion {
                field: ProfileField::Email,
                ours: "d.whitlock@harbourlane.test".to_owned(),
                theirs: "dana@harbourlane.test".to_owned(),
            },
        ],
    }
}

#[async_trait]
impl Backend for Fake {
    fn firm_name(&self) -> &'static str {
        "Harbour & Lane"
    }

    fn public_url(&self) -> &'static str {
        "https://vestibule.example"
    }

    fn viewer(&self) -> Option<Viewer> {
        self.viewer.clone()
    }

    fn assets(&self) -> Assets {
        Assets {
            style: "/assets/style.0123.css",
            script: (!self.without_bundle).then_some("/assets/vestibule.0123.js"),
            wasm: (!self.without_bundle).then_some("/assets/vestibule.0123.wasm"),
        }
    }

    async fn begin_sign_in(
        &self,
        _: Option<String>,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn complete_sign_in(&self, _: ClioAnswer) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn sign_out(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn pending_link(&self) -> Result<Option<PendingLink>, Failure> {
        // Answers later, as a database does, so that the page is really waited for.
        tokio::task::yield_now().await;
        if self.down {
            return Err(Failure::Unavailable);
        }
        Ok(self.link.clone())
    }

    async fn link_by_password(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn cancel_link(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn waiting(&self) -> Result<Option<Waiting>, Failure> {
        tokio::task::yield_now().await;
        if self.down {
            return Err(Failure::Unavailable);
        }
        Ok(self.waiting.clone())
    }

    async fn send_admission_code(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn admit_by_code(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn welcome(&self) -> Result<Welcome, Failure> {
        tokio::task::yield_now().await;
        self.answer(self.welcome.as_ref())
    }

    async fn finish_welcome(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn account(&self) -> Result<Account, Failure> {
        tokio::task::yield_now().await;
        self.answer(self.account.as_ref())
    }

    async fn settle_suggestion(&self, _: ProfileField, _: bool) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}
