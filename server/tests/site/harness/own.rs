//! What people do with what opens their own account.

use uuid::Uuid;

use super::{
    accounts::PASSWORD,
    browser::Browser,
    people::{DANA, signed_in},
    reply::Reply,
    site::Site,
};

/// Dana, who has signed in just now to her account, whose e-mail is proved.
pub async fn dana_signed_in(site: &Site) -> Browser {
    if site.account_of("dana").await.is_none() {
        site.linked("dana", DANA).await;
    }
    signed_in(site, "dana").await
}

/// Asks for another login to be connected; gives Clio's authorization URL.
pub async fn begin_connecting(browser: &Browser) -> String {
    let reply = browser.post_form("/account/connections/connect", &[]).await;
    assert!(reply.location().contains("oauth2/auth?"), "{reply:?}");
    reply.location().to_owned()
}

/// Asks for another login to be connected, and logs in with it at Clio; gives the callback URL, not
/// yet visited.
pub async fn connecting(site: &Site, browser: &Browser, subject: &str) -> String {
    let url = begin_connecting(browser).await;
    site.clio.authorize(&url, subject).unwrap()
}

/// Connects another login.
pub async fn connect(site: &Site, browser: &Browser, subject: &str) {
    let callback = connecting(site, browser, subject).await;
    let reply = browser.finish(&callback).await;
    reply.leads_to("/account/connections?done=connected");
}

/// Asks for a login to be disconnected.
pub async fn disconnect(browser: &Browser, identity: Uuid) -> Reply {
    let identity = identity.to_string();
    browser
        .post_form(
            "/account/connections/disconnect",
            &[("identity", identity.as_str())],
        )
        .await
}

/// Asks for what an event says to be undone.
pub async fn undo(browser: &Browser, event: i64) -> Reply {
    let event = event.to_string();
    browser
        .post_form("/account/undo", &[("event", event.as_str())])
        .await
}

/// Shows by [`PASSWORD`] that it is still the person.
pub async fn confirm_by_password(browser: &Browser) {
    let fields = [("password", PASSWORD), ("then", "/account/connections")];
    let reply = browser
        .post_form("/account/confirm/password", &fields)
        .await;
    reply.leads_to("/account/connections");
}

impl Site {
    /// The link by which a login opens its account.
    pub async fn identity_of(&self, subject: &str) -> Uuid {
        sqlx::query_scalar(
            "SELECT id FROM identities
             WHERE issuer = $1 AND subject = $2 AND unlinked_at IS NULL",
        )
        .bind(self.services.clio.issuer())
        .bind(subject)
        .fetch_one(&self.pool)
        .await
        .unwrap()
    }
}
