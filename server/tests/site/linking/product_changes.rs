//! Proofs that were given and not yet confirmed, and what people do to the account meanwhile through
//! the product itself.

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, service::cases};

use super::{CONFIRMATION, NOTHING, nothing_linked, prompt_shows};
use crate::harness::{
    Browser, CONNECTED, CONNECTED_EMAIL, DANA, PASSWORD, Rung, Settings, Site,
    account_with_every_proof, ask_administrator, confirm_link, connect, connected_login,
    connecting, disconnect, forget_everybody, give_names, link_by_password, mailed_code,
    not_me_link, number, prompted, send_link_code, signed_in, sql, text, type_link_code, undo,
};

/// What somebody does to Dana's account while her proof waits.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    ChangesThePassword,
    ConnectsAnotherLogin,
    DisconnectsALogin,
    UndoesADisconnection,
    SaysThisWasntMe,
    LinksAnotherLoginByAPromptOfItsOwn,
    HasAnotherLoginLinkedByAnAdministrator,
    FollowsClioToAnotherEmail,
}

const ALL: [Meanwhile; 8] = [
    Meanwhile::ChangesThePassword,
    Meanwhile::ConnectsAnotherLogin,
    Meanwhile::DisconnectsALogin,
    Meanwhile::UndoesADisconnection,
    Meanwhile::SaysThisWasntMe,
    Meanwhile::LinksAnotherLoginByAPromptOfItsOwn,
    Meanwhile::HasAnotherLoginLinkedByAnAdministrator,
    Meanwhile::FollowsClioToAnotherEmail,
];

/// People at Clio: Dana's logins, and one more with her e-mail.
fn people(settings: &mut Settings) {
    connected_login(settings);
    settings
        .people
        .push(simulated_clio::Person::new("recreated", DANA).named("Dana", "Whitlock"));
    settings.set("PROFILE_EMAIL", "follow");
}

impl Meanwhile {
    /// What has to be there before Dana's prompt; the browser that is signed in to her account.
    async fn prepared(self, site: &Site) -> Browser {
        site.clio.change_email(CONNECTED, CONNECTED_EMAIL).unwrap();
        let own = signed_in(site, CONNECTED).await;
        match self {
            Self::UndoesADisconnection => {
                connect(site, &own, "ikram").await;
                disconnect(&own, site.identity_of("ikram").await).await;
            }
            Self::SaysThisWasntMe => connect(site, &own, "ikram").await,
            _ => {}
        }
        own
    }

    async fn happens(self, site: &Site, own: &Browser) {
        let done = match self {
            Self::ChangesThePassword => {
                let again = "brass bells & lanterns";
                let fields = [("password", again), ("again", again)];
                own.post_form("/account/password", &fields).await
            }
            Self::ConnectsAnotherLogin => {
                let callback = connecting(site, own, "tomas").await;
                own.finish(&callback).await
            }
            Self::DisconnectsALogin => disconnect(own, site.identity_of(CONNECTED).await).await,
            Self::UndoesADisconnection => {
                let unlinked =
                    "SELECT max(id) FROM audit_events WHERE action = 'identity.unlinked'";
                undo(own, number(site, unlinked).await).await
            }
            Self::SaysThisWasntMe => {
                let link = not_me_link(site, "linked").await;
                let (_, token) = link.split_once("token=").unwrap();
                let reader = Browser::new(site);
                reader.post_form("/not-me/act", &[("token", token)]).await
            }
            Self::LinksAnotherLoginByAPromptOfItsOwn => {
                let other = prompted(site, "recreated").await;
                link_by_password(&other, PASSWORD).await
            }
            Self::HasAnotherLoginLinkedByAnAdministrator => {
                let other = prompted(site, "recreated").await;
                ask_administrator(&other, "").await;
                let reference = text(site, "SELECT reference FROM cases WHERE settled_at IS NULL")
                    .await
                    .unwrap();
                let decided = cases::approve(&site.services, &reference).await.unwrap();
                assert!(matches!(decided, cases::Decided::Done(_)), "{decided:?}");
                return;
            }
            Self::FollowsClioToAnotherEmail => {
                site.clio
                    .change_email(CONNECTED, "dana.whitlock@harbourlane.test")
                    .unwrap();
                Browser::new(site).sign_in(site, CONNECTED).await
            }
        };
        assert!(
            done.status == 303 && !done.location().contains("problem="),
            "{self:?}: {done:?}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_dies_with_whatever_somebody_does_to_what_it_rests_on(pool: PgPool) {
    let site = Site::start(pool, people).await;
    for meanwhile in ALL {
        forget_everybody(&site).await;
        account_with_every_proof(&site).await;
        let own = meanwhile.prepared(&site).await;
        let browser = prompted(&site, "dana").await;
        Rung::Password
            .climb(&site, &browser)
            .await
            .leads_to("/link");
        prompt_shows(&browser, CONFIRMATION).await;

        meanwhile.happens(&site, &own).await;

        prompt_shows(&browser, NOTHING).await;
        let reply = confirm_link(&browser).await;
        assert_eq!(reply.location(), "/link?problem=expired", "{meanwhile:?}");
        nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_that_waits_to_be_typed_dies_with_them_too(pool: PgPool) {
    let site = Site::start(pool, people).await;
    for meanwhile in ALL {
        forget_everybody(&site).await;
        account_with_every_proof(&site).await;
        let own = meanwhile.prepared(&site).await;
        let browser = prompted(&site, "dana").await;
        send_link_code(&browser).await.leads_to("/link");
        let code = mailed_code(&site, DANA).await;

        meanwhile.happens(&site, &own).await;

        let reply = type_link_code(&browser, &code).await;
        assert_eq!(reply.location(), "/link?problem=expired", "{meanwhile:?}");
        nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_outlives_what_somebody_does_elsewhere_in_the_account(pool: PgPool) {
    let site = Site::start(pool, people).await;
    account_with_every_proof(&site).await;
    let own = signed_in(&site, CONNECTED).await;
    let browser = prompted(&site, "dana").await;
    Rung::Password
        .climb(&site, &browser)
        .await
        .leads_to("/link");
    sql(&site, "UPDATE accounts SET welcomed_at = NULL").await;
    give_names(&own, "Beatrix", "Kiddo").await;
    own.post_form("/account/sessions/end", &[("session", "all")])
        .await;
    own.post_form("/auth/sign-out", &[]).await;
    confirm_link(&browser).await.leads_to("/account");
}
