//! What people do in their browsers, one step after the other.

use std::{panic::Location, sync::Arc};

use sqlx::PgPool;
use tokio::{sync::Barrier, task::JoinSet};

use super::{accounts::account_with_password, browser::Browser, reply::Reply, site::Site};

/// Dana's e-mail at Clio.
pub const DANA: &str = "d.whitlock@harbourlane.test";
/// Who signs in after each refusal, in a browser of their own, to show that nothing is broken.
pub const WITNESS: &str = "witness";

/// Somebody whose sign-in ended at the prompt to link.
pub async fn prompted(site: &Site, subject: &str) -> Browser {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, subject).await;
    reply.leads_to("/link");
    assert!(
        browser.cookie("vestibule").is_none(),
        "no session before the proof"
    );
    browser
}

/// Somebody who is signed in.
pub async fn signed_in(site: &Site, subject: &str) -> Browser {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, subject).await;
    assert!(
        ["/welcome", "/account"].contains(&reply.location()),
        "{reply:?}"
    );
    assert!(browser.account().await.is_some());
    browser
}

/// A site where Dana has an account with [`PASSWORD`](super::PASSWORD), and the browser in which her
/// sign-in ended at the prompt to link.
pub async fn dana_at_the_prompt(pool: PgPool) -> (Site, Browser) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let browser = prompted(&site, "dana").await;
    (site, browser)
}

/// Fills in the password at the prompt to link.
pub async fn give_password(browser: &Browser, password: &str) -> Reply {
    browser
        .post_form("/link/password", &[("password", password)])
        .await
}

/// Confirms the link that was proved, with the account's own name where the names differ.
pub async fn confirm_link(browser: &Browser) -> Reply {
    browser
        .post_form("/link/confirm", &[("name", "account")])
        .await
}

/// Fills in the password at the prompt to link, and confirms.
pub async fn link_by_password(browser: &Browser, password: &str) -> Reply {
    give_password(browser, password).await.leads_to("/link");
    confirm_link(browser).await
}

/// Fills in the names on the welcome page.
pub async fn give_names(browser: &Browser, first_name: &str, last_name: &str) -> Reply {
    let fields = [("first_name", first_name), ("last_name", last_name)];
    browser.post_form("/welcome/names", &fields).await
}

/// Lets everybody come back from Clio at the same moment. The answers come as they arrive.
pub async fn all_at_once(visits: Vec<(Browser, String)>) -> Vec<Reply> {
    let comings = visits
        .into_iter()
        .map(|(browser, callback)| async move { browser.finish(&callback).await });
    all_do_at_once(comings).await
}

/// Lets everybody do their thing at the same moment. The answers come as they arrive.
pub async fn all_do_at_once<T: Send + 'static>(
    things: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let things: Vec<_> = things.into_iter().collect();
    let start = Arc::new(Barrier::new(things.len()));
    let mut running = JoinSet::new();
    for thing in things {
        let start = Arc::clone(&start);
        running.spawn(async move {
            start.wait().await;
            thing.await
        });
    }
    running.join_all().await
}

impl Site {
    /// Shows that an honest person still gets in.
    #[track_caller]
    pub fn honest_sign_in_works(&self) -> impl Future<Output = ()> + '_ {
        let place = Location::caller();
        async move {
            self.witness().await;
            let browser = Browser::new(self);
            let reply = browser.sign_in(self, WITNESS).await;
            assert_eq!(
                reply.location(),
                "/account",
                "the honest sign-in after {place}"
            );
            assert!(
                browser.account().await.is_some(),
                "the honest sign-in after {place}"
            );
        }
    }
}
