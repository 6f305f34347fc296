//! Sign-ins for which Clio's token endpoint answers something else than usual.

use simulated_clio::TokenScript;

use super::{
    browser::Browser,
    people::WITNESS,
    refusal::{Refusal, refused_alone},
    site::Site,
};

/// Bends the next answer of the token endpoint, and shows that the sign-in it belongs to is refused
/// with `code`; nobody else is tried. The person is a stranger here.
pub async fn bent(
    site: &Site,
    code: &str,
    bend: impl FnOnce(&mut TokenScript) + Send + 'static,
) -> Refusal {
    site.clio.next_token(bend);
    let (browser, callback) = Browser::back_from_clio(site, "stranger").await;
    refused_alone(site, &browser, &callback, code).await
}

/// Bends the next answer of the token endpoint, and shows that [`WITNESS`] is signed in by it all
/// the same.
pub async fn accepted(
    site: &Site,
    what: &str,
    bend: impl FnOnce(&mut TokenScript) + Send + 'static,
) {
    let witness = site.witness().await;
    site.clio.next_token(bend);
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, WITNESS).await;
    assert_eq!(reply.location(), "/account", "{what}");
    assert_eq!(browser.account().await, Some(witness), "{what}");
}
