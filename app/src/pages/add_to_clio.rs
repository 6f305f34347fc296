//! `/add-to-clio`: where Clio's "Add to Clio" leads.

use leptos::prelude::*;

use crate::{
    backend::backend,
    components::{BarePage, ClioButton, Doorway, ManageNote, ManageRegions, SignOutButton},
    gate,
    pages::NotFound,
    query,
    wire::Status,
};

const HERE: &str = "/add-to-clio";

/// Asks who it is, and goes on to Clio Manage. Clio opens this page, so that nothing begins before the person
/// says so.
#[component]
pub fn AddToClioPage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) if backend.has_manage() => backend,
        Ok(_) => return view! { <NotFound/> }.into_any(),
        Err(failure) => return gate::failed(failure, HERE),
    };
    let firm_name = backend.firm_name().to_owned();
    let Some(viewer) = backend.viewer() else {
        let back = match query::parameter("region") {
            Some(region) => query::link(HERE, &[("region", &region)]),
            None => HERE.to_owned(),
        };
        let start = query::start_link(&[("return_to", &back)]);
        return view! {
            <BarePage title="Add to Clio">
                <Doorway/>
                <h1>{firm_name} " and Clio"</h1>
                <p class="lead">
                    "Clio sent you here to connect the two. First tell us who you are."
                </p>
                <p class="way-in">
                    <ClioButton href=start/>
                </p>
            </BarePage>
        }
        .into_any();
    };
    if viewer.status != Status::Active {
        return gate::elsewhere("/pending");
    }
    Suspend::new(async move {
        let manage = match backend.own_manage().await {
            Ok(Some(manage)) => manage,
            Ok(None) => return view! { <NotFound/> }.into_any(),
            Err(failure) => return gate::failed(failure, HERE),
        };
        let mut regions = manage.regions;
        // Clio's own word for where the person is counts more than what we would guess.
        if let Some(named) = query::parameter("region") {
            regions.sort_by_key(|region| region.code() != named);
        }
        view! {
            <BarePage title="Add to Clio">
                <Doorway/>
                <h1>{firm_name} " and Clio"</h1>
                <ManageNote/>
                <p class="lead">
                    "Clio Manage asks you to approve, and takes you back to where you came from."
                </p>
                <ManageRegions regions purpose="add" says="Add to Clio"/>
                <p class="fine">"You are signed in as " {viewer.name} "."</p>
                <SignOutButton/>
            </BarePage>
        }
        .into_any()
    })
    .into_any()
}
