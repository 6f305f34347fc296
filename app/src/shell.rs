//! The document of a page, and which page stands at which path.

use http::request::Parts;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    backend::backend,
    document::document,
    pages::{
        AccountPage, ActOnAccountPage, ActivityPage, AddToClioPage, AuditPage, BeginReviewPage,
        BulkPage, BulksPage, CarryOutPage, ClaimPage, CloseReviewPage, ComparePage, ConfirmPage,
        ConnectionsPage, DeskAccountPage, DeskHomePage, DeskLinkPage, DormancyPage, DuplicatesPage,
        ExemptPage, HomePage, ImportPage, ImportReportPage, InvitationsPage, LinkPage, LinksPage,
        NotFound, NotMePage, PasswordPage, PendingPage, QueueApprovePage, QueueAskPage,
        QueueDeclinePage, QueuePage, QueueReportPage, ReviewPage, ReviewsPage, RosterDecidePage,
        RosterDisconnectPage, RosterPage, RosterPeoplePage, RosterReadPage, RosterRulePage,
        SessionsPage, SignInCodePage, SignInPage, UndoAtDeskPage, UnlinkLinkPage, WelcomePage,
    },
    policy,
};

/// Pages whose form is sent to their own address: asked for, that address is the page.
pub const PAGES_WITH_THEIR_FORM: [&str; 9] = [
    "/account/password",
    "/admin/undo",
    "/admin/invitations/import",
    "/admin/queue/approve",
    "/admin/queue/decline",
    "/admin/queue/ask",
    "/admin/roster/rule",
    "/admin/roster/decide",
    "/admin/roster/disconnect",
];

/// The document, with the page at the request's path.
pub fn shell() -> impl IntoView {
    policy::still();
    let assets = backend().ok().map(|backend| backend.assets());
    // Here and not in the desk's pages: what a page puts into the head while it is written out finds its
    // way there only if it is written by the thread that began it.
    let desk_style = assets
        .filter(|_| is_at_desk())
        .map(|assets| view! { <link rel="stylesheet" href=assets.desk_style/> });
    document(
        assets,
        view! {
            {desk_style}
            <MetaTags/>
        },
        view! { <App/> },
    )
}

/// Whether a page of the administrators' desk is asked for.
fn is_at_desk() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let path = parts.uri.path();
        path == "/admin" || path.starts_with("/admin/")
    })
}

/// The pages, by path.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=SignInCodePage ssr=SsrMode::Async/>
                <Route path=path!("/claim") view=ClaimPage ssr=SsrMode::Async/>
                <Route path=path!("/link") view=LinkPage ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=WelcomePage ssr=SsrMode::Async/>
                <Route path=path!("/pending") view=PendingPage ssr=SsrMode::Async/>
                <Route path=path!("/add-to-clio") view=AddToClioPage ssr=SsrMode::Async/>
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                <Route path=path!("/account/connections") view=ConnectionsPage ssr=SsrMode::Async/>
                <Route path=path!("/account/sessions") view=SessionsPage ssr=SsrMode::Async/>
                <Route path=path!("/account/activity") view=ActivityPage ssr=SsrMode::Async/>
                <Route path=path!("/account/password") view=PasswordPage ssr=SsrMode::Async/>
                <Route path=path!("/account/confirm") view=ConfirmPage ssr=SsrMode::Async/>
                <Route path=path!("/not-me") view=NotMePage ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=DeskHomePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/links") view=LinksPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/links/:id") view=DeskLinkPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/links/:id/unlink") view=UnlinkLinkPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/accounts/:id") view=DeskAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/accounts/:id/:act") view=ActOnAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/undo") view=UndoAtDeskPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/queue") view=QueuePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/queue/approve") view=QueueApprovePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/queue/decline") view=QueueDeclinePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/queue/ask") view=QueueAskPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/queue/reports/:id") view=QueueReportPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/invitations") view=InvitationsPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/invitations/import") view=ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/invitations/import/:id") view=ImportReportPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/duplicates") view=DuplicatesPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/duplicates/:a/:b") view=ComparePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/dormancy") view=DormancyPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/dormancy/exempt") view=ExemptPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/roster") view=RosterPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/roster/rule") view=RosterRulePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/roster/decide") view=RosterDecidePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/roster/disconnect") view=RosterDisconnectPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/roster/people") view=RosterPeoplePage ssr=SsrMode::Async/>
                <Route path=path!("/admin/roster/reads/:id") view=RosterReadPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/bulk") view=BulksPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/bulk/:id") view=BulkPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/reviews") view=ReviewsPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/reviews/new") view=BeginReviewPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/reviews/:id") view=ReviewPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/reviews/:id/carry-out") view=CarryOutPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/reviews/:id/close") view=CloseReviewPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
