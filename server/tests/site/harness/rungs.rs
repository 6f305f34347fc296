//! The ladder at the prompt to link: each rung as a person climbs it.

use sqlx::PgPool;
use uuid::Uuid;

use simulated_clio::Person;

use super::{
    accounts::{PASSWORD, set_password},
    browser::Browser,
    database::sql,
    mail::mailed_code,
    people::{DANA, give_password},
    reply::Reply,
    settings::Settings,
    site::Site,
};

/// A login of Dana's that opens her account already, on sites of [`ladder`].
pub const CONNECTED: &str = "dana-before";

/// The e-mail of that login at Clio, which isn't the account's.
pub const CONNECTED_EMAIL: &str = "dana@private.test";

/// The name of Dana's account on sites of [`ladder`], which isn't the one that Clio has.
pub const NAME_HERE: &str = "Linked Person";

/// A rung that a person climbs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    Password,
    Code,
    ConnectedLogin,
}

impl Rung {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Password, Self::Code, Self::ConnectedLogin];

    /// The word for it in `identities.link_method`.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::ConnectedLogin => "linked_sign_in",
        }
    }

    /// Gives Dana's honest proof at her prompt; the answer to the last step.
    pub async fn climb(self, site: &Site, browser: &Browser) -> Reply {
        match self {
            Self::Password => give_password(browser, PASSWORD).await,
            Self::Code => {
                send_link_code(browser).await.leads_to("/link");
                let code = mailed_code(site, DANA).await;
                type_link_code(browser, &code).await
            }
            Self::ConnectedLogin => use_connected_login(site, browser, CONNECTED).await,
        }
    }
}

/// A site where every rung leads to Dana's account, and that account: it has [`PASSWORD`], a mailbox,
/// and opens with the login [`CONNECTED`].
pub async fn ladder(pool: PgPool) -> (Site, Uuid) {
    let site = Site::start(pool, connected_login).await;
    let dana = account_with_every_proof(&site).await;
    (site, dana)
}

/// Gives Dana her second login at Clio.
pub fn connected_login(settings: &mut Settings) {
    settings
        .people
        .push(Person::new(CONNECTED, CONNECTED_EMAIL).named("Linked", "Person"));
}

/// Dana's account with a password, a mailbox and a login that opens it. Clio must know [`CONNECTED`].
pub async fn account_with_every_proof(site: &Site) -> Uuid {
    let dana = site.linked(CONNECTED, DANA).await;
    let at_clio = format!("UPDATE identities SET email = '{CONNECTED_EMAIL}'");
    sql(site, &format!("{at_clio} WHERE account_id = '{dana}'")).await;
    set_password(site, dana, PASSWORD).await;
    dana
}

/// Asks for a code at the prompt to link.
pub async fn send_link_code(browser: &Browser) -> Reply {
    browser.post_form("/link/code/send", &[]).await
}

/// Types a code at the prompt to link.
pub async fn type_link_code(browser: &Browser, code: &str) -> Reply {
    browser.post_form("/link/code", &[("code", code)]).await
}

/// Goes to Clio from the prompt to link, and comes back with a login that opens some account, or none.
pub async fn use_connected_login(site: &Site, browser: &Browser, subject: &str) -> Reply {
    browser
        .sign_in_at(site, "/auth/clio/start?purpose=link", subject)
        .await
}

/// Puts the question to an administrator.
pub async fn ask_administrator(browser: &Browser, message: &str) -> Reply {
    browser
        .post_form("/link/ask", &[("message", message)])
        .await
}

/// Confirms the link that was proved, with one name chosen or none.
pub async fn confirm_with(browser: &Browser, name: Option<&str>) -> Reply {
    let chosen = name.map(|name| ("name", name));
    browser.post_form("/link/confirm", chosen.as_slice()).await
}
