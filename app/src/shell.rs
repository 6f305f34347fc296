//! The document of a page, and which page stands at which path.

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
        AccountPage, ClaimPage, HomePage, LinkPage, NotFound, PendingPage, SignInPage, WelcomePage,
    },
    policy,
};

/// The document, with the page at the request's path.
pub fn shell() -> impl IntoView {
    policy::still();
    let assets = backend().ok().map(|backend| backend.assets());
    document(assets, view! { <MetaTags/> }, view! { <App/> })
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
                <Route path=path!("/claim") view=ClaimPage ssr=SsrMode::Async/>
                <Route path=path!("/link") view=LinkPage ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=WelcomePage ssr=SsrMode::Async/>
                <Route path=path!("/pending") view=PendingPage ssr=SsrMode::Async/>
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
