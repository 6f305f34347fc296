//! A backend that knows one browser, and the answers it gets.

mod backend;
mod inviting;
mod manage;
mod reviewing;
pub mod roster;
pub mod roster_samples;
mod samples;

use std::sync::Arc;

use app::{
    api::Failure,
    backend::Handle,
    wire::{
        Account, Activity, Confirmation, Connections, Notice, OpenSession, OwnManage, PasswordPage,
        PendingLink, Role, SentCode, Status, Viewer, Waiting, Welcome,
        desk::{
            AccountDossier, ActPage, BulkLine, BulkPage, ClosingReview, Comparison, Duplicates,
            DuplicatesQuery, Frame, ImportReport, ImportSummary, Invitations, LinkDossier,
            NewReview, Review, ReviewList, Revocations, UndoPage, UnlinkPage,
            dormancy::{Dormancy, Exempting},
            links::LinksPage,
            queue::{Decision, Queue, Report},
            record::RecordPage,
        },
    },
};
use axum::{
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use http_body_util::BodyExt as _;

pub use self::samples::{
    PAIR, account, activity, comparison, confirmation, connections, duplicates, happening, moment,
    pending_link, sessions,
};

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
    pub activity: Option<Activity>,
    pub connections: Option<Connections>,
    pub manage: Option<OwnManage>,
    pub sessions: Option<Vec<OpenSession>>,
    pub password: Option<PasswordPage>,
    pub confirmation: Option<Confirmation>,
    pub sent_code: Option<SentCode>,
    pub notice: Option<Notice>,
    pub frame: Option<Frame>,
    pub links: Option<LinksPage>,
    pub reviews: Option<ReviewList>,
    pub new_review: Option<NewReview>,
    pub review: Option<Review>,
    pub revocations: Option<Revocations>,
    pub closing_review: Option<ClosingReview>,
    pub queue: Option<Queue>,
    pub decision: Option<Decision>,
    pub report: Option<Report>,
    pub dossiers: Box<Dossiers>,
    pub invitations: Option<Invitations>,
    pub imports: Option<Vec<ImportSummary>>,
    pub import_report: Option<ImportReport>,
    pub duplicates: Option<Duplicates>,
    /// What the page of duplicates has to ask for; anything where nothing is said.
    pub asked_for_duplicates: Option<DuplicatesQuery>,
    pub comparison: Option<Comparison>,
    pub dormancy: Option<Dormancy>,
    pub exempting: Option<Exempting>,
    pub record: Option<RecordPage>,
    pub roster: Box<roster::Known>,
    pub bulk: Option<BulkPage>,
    pub bulks: Option<Vec<BulkLine>>,
    /// Whether the database is away.
    pub down: bool,
    /// Whether this build has no islands' bundle.
    pub without_bundle: bool,
}

/// What the fake server knows of one account and one link.
#[derive(Clone, Default)]
pub struct Dossiers {
    pub account: Option<AccountDossier>,
    pub link: Option<LinkDossier>,
    pub act: Option<ActPage>,
    pub unlink: Option<UnlinkPage>,
    pub undo: Option<UndoPage>,
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

    /// A browser in which somebody who may look at the desk is signed in.
    pub fn at_desk(role: Role) -> Self {
        let mut fake = Self::signed_in(Status::Active);
        if let Some(viewer) = &mut fake.viewer {
            viewer.role = role;
            viewer.welcomed = true;
        }
        fake.frame = Some(Frame {
            waiting: 3,
            roster: None,
        });
        fake
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

    /// What only somebody who is signed in may know.
    async fn answer<T: Clone>(&self, known: Option<&T>) -> Result<T, Failure> {
        self.look_up(known).await?.ok_or(Failure::SignInRequired)
    }

    /// Answers later, as a database does, so that the page is really waited for.
    async fn look_up<T: Clone>(&self, known: Option<&T>) -> Result<Option<T>, Failure> {
        tokio::task::yield_now().await;
        if self.down {
            return Err(Failure::Unavailable);
        }
        Ok(known.cloned())
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

    /// What is read, without the marks that Leptos leaves between pieces of text, and the places where a
    /// line may be broken.
    pub fn says(&self, text: &str) -> bool {
        let read = self.html.replace("<!>", "").replace("<wbr>", "");
        read.contains(text)
    }

    /// What the browser's tab says, as it is written.
    pub fn title(&self) -> &str {
        let (_, rest) = self.html.split_once("<title>").unwrap();
        rest.split_once("</title>").unwrap().0
    }

    /// The elements that want the focus when the page opens.
    pub fn focused(&self) -> Vec<&str> {
        self.tags_with_focus()
            .map(|tag| tag.split(' ').next().unwrap())
            .collect()
    }

    /// Whether an element with this among its attributes wants the focus.
    pub fn focuses(&self, attribute: &str) -> bool {
        attribute.is_empty() || self.tags_with_focus().any(|tag| tag.contains(attribute))
    }

    fn tags_with_focus(&self) -> impl Iterator<Item = &str> {
        self.html
            .split('<')
            .filter_map(|text| text.split_once('>'))
            .map(|(tag, _)| tag)
            .filter(|tag| tag.contains(" autofocus"))
    }

    /// The form that is sent to this path.
    pub fn form(&self, action: &str) -> &str {
        let begin = format!("method=\"post\" action=\"{action}\"");
        assert!(self.contains(&begin), "no form to {action}: {}", self.html);
        let (_, rest) = self.html.split_once(&begin).unwrap();
        rest.split_once("</form>").unwrap().0
    }

    /// Whether a form is sent to this path.
    pub fn has_form(&self, action: &str) -> bool {
        self.contains(&format!("action=\"{action}\""))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    }
}
