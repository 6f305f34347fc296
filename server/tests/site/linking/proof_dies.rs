//! What a proof dies of that was given and not yet confirmed: any change of what it rests on.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{CONFIRMATION, NOTHING, nothing_linked, prompt_shows, refusal_recorded_after};
use crate::harness::{
    CONNECTED, Rung, Site, account_with_every_proof, confirm_link, forget_everybody, ladder,
    last_event, overtaken, prompted, signed_in, sql,
};

const CHANGED: &str = "/link?problem=changed";

/// Changes of Dana's account by which every proof of it dies, as SQL writes them. Each locks the
/// account first, as the product does.
const CHANGES: [(&str, &str); 12] = [
    (
        "another password",
        "UPDATE accounts SET password_hash = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAA'",
    ),
    (
        "no password any more",
        "UPDATE accounts SET password_hash = NULL",
    ),
    (
        "another e-mail",
        "UPDATE accounts SET email = 'partner@harbourlane.test'",
    ),
    (
        "an e-mail that isn't proved any more",
        "UPDATE accounts SET email_verified_at = NULL",
    ),
    (
        "an e-mail that was proved anew",
        "UPDATE accounts SET email_verified_at = email_verified_at + interval '1 second'",
    ),
    (
        "another login linked",
        "SELECT FROM accounts FOR UPDATE;
         INSERT INTO identities (account_id, issuer, subject)
         SELECT account_id, issuer, 'mallory' FROM identities WHERE subject = 'dana-before'",
    ),
    (
        "the login that was connected is not any more",
        "SELECT FROM accounts FOR UPDATE;
         UPDATE identities SET unlinked_at = now() WHERE subject = 'dana-before'",
    ),
    (
        "the login went and came back as another link",
        "SELECT FROM accounts FOR UPDATE;
         UPDATE identities SET unlinked_at = now() WHERE subject = 'dana-before';
         INSERT INTO identities (account_id, issuer, subject)
         SELECT account_id, issuer, subject FROM identities WHERE subject = 'dana-before'",
    ),
    ("suspended", "UPDATE accounts SET status = 'suspended'"),
    ("deleted", "UPDATE accounts SET status = 'deleted'"),
    (
        "closed, and its e-mail another's",
        "UPDATE accounts SET status = 'deleted';
         INSERT INTO accounts (email, email_verified_at)
         VALUES ('d.whitlock@harbourlane.test', now())",
    ),
    (
        "all of it at once",
        "UPDATE accounts SET password_hash = NULL, email_verified_at = NULL, status = 'suspended'",
    ),
];

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_dies_with_any_change_of_what_it_rests_on(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    for (what, change) in CHANGES {
        for rung in Rung::ALL {
            forget_everybody(&site).await;
            account_with_every_proof(&site).await;
            let browser = prompted(&site, "dana").await;
            rung.climb(&site, &browser).await.leads_to("/link");
            sql(&site, change).await;
            let before = last_event(&site).await;
            let reply = confirm_link(&browser).await;
            assert_eq!(reply.location(), CHANGED, "{rung:?}, {what}");
            nothing_linked(&site, &browser, &reply, CHANGED).await;
            refusal_recorded_after(&site, before, "account_changed").await;
            // For good: the way back begins at Clio.
            prompt_shows(&browser, NOTHING).await;
            confirm_link(&browser)
                .await
                .leads_to("/link?problem=expired");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_dies_with_a_change_that_overtakes_the_confirmation(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    for (what, change) in CHANGES {
        forget_everybody(&site).await;
        account_with_every_proof(&site).await;
        let browser = prompted(&site, "dana").await;
        Rung::ConnectedLogin
            .climb(&site, &browser)
            .await
            .leads_to("/link");
        let reply = overtaken(&site, change, confirm_link(&browser)).await;
        assert_eq!(reply.location(), CHANGED, "{what}");
        nothing_linked(&site, &browser, &reply, CHANGED).await;
        assert_eq!(site.sessions().await, 0, "{what}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_outlives_what_it_doesnt_rest_on(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    for harmless in [
        "SELECT",
        "UPDATE accounts SET first_name = 'Beatrix', last_name = 'Kiddo'",
        "UPDATE accounts SET email = upper(email)",
        "UPDATE accounts SET role = 'reviewer'",
        "UPDATE identities SET last_used_at = now(), email = 'other@private.test'",
    ] {
        for rung in Rung::ALL {
            forget_everybody(&site).await;
            let dana = account_with_every_proof(&site).await;
            let browser = prompted(&site, "dana").await;
            rung.climb(&site, &browser).await.leads_to("/link");
            sql(&site, harmless).await;
            signed_in(&site, CONNECTED).await;
            prompt_shows(&browser, CONFIRMATION).await;
            let reply = confirm_link(&browser).await;
            assert_eq!(reply.location(), "/account", "{rung:?}, {harmless}");
            assert_eq!(browser.account().await, Some(dana), "{rung:?}, {harmless}");
        }
    }
}

/// Dana's account has become an administrator's since the proof.
async fn confirmed_as_administrator(site: &Site, rung: Rung, role: &str, overtakes: bool) -> bool {
    forget_everybody(site).await;
    account_with_every_proof(site).await;
    let browser = prompted(site, "dana").await;
    rung.climb(site, &browser).await.leads_to("/link");
    let promotion = format!("UPDATE accounts SET role = '{role}'");
    let reply = if overtakes {
        overtaken(site, &promotion, confirm_link(&browser)).await
    } else {
        sql(site, &promotion).await;
        confirm_link(&browser).await
    };
    match reply.location() {
        CHANGED => nothing_linked(site, &browser, &reply, CHANGED).await,
        place => assert_eq!(place, "/account"),
    }
    browser.account().await.is_some()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_proof_of_a_mailbox_dies_when_the_account_becomes_an_administrators(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    for role in ["admin", "owner"] {
        for overtakes in [false, true] {
            for (rung, is_enough) in [
                (Rung::Code, false),
                (Rung::Password, true),
                (Rung::ConnectedLogin, true),
            ] {
                assert_eq!(
                    confirmed_as_administrator(&site, rung, role, overtakes).await,
                    is_enough,
                    "{rung:?}, {role}"
                );
            }
        }
    }
}
