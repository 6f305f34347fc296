//! Accounts that decide about people: a mailbox alone never opens them to another login.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{
    CONFIRMATION, ONE_MORE_PROOF, PROMPT, method_of_dana, nothing_linked, prompt_shows,
    refusal_recorded_after,
};
use crate::harness::{
    DANA, NAME_HERE, PASSWORD, Rung, Site, account, ask_administrator, confirm_link,
    forget_everybody, give_password, ladder, last_event, mailed_code, only_event_after, prompted,
    send_link_code, sql, text, type_link_code,
};

const LINKED: &str = "/account";
const PRIVILEGED: [&str; 2] = ["admin", "owner"];

async fn set_role(site: &Site, role: &str) {
    sql(site, &format!("UPDATE accounts SET role = '{role}'")).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_alone_leads_an_administrator_to_one_more_proof_and_links_nothing(pool: PgPool) {
    for role in PRIVILEGED {
        let (site, _) = ladder(pool.clone()).await;
        set_role(&site, role).await;
        let browser = prompted(&site, "dana").await;
        let reply = Rung::Code.climb(&site, &browser).await;
        nothing_linked(&site, &browser, &reply, "/link").await;
        let page = prompt_shows(&browser, ONE_MORE_PROOF).await;
        assert!(!page.contains(NAME_HERE), "{role}: nothing is shown yet");
        assert!(!page.contains("/link/code"), "{role}: no other code either");

        let before = last_event(&site).await;
        let reply = confirm_link(&browser).await;
        nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
        refusal_recorded_after(&site, before, "not_proved").await;
        prompt_shows(&browser, ONE_MORE_PROOF).await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_alone_is_enough_for_whoever_decides_about_nobody(pool: PgPool) {
    for role in ["member", "reviewer"] {
        let (site, dana) = ladder(pool.clone()).await;
        set_role(&site, role).await;
        let browser = prompted(&site, "dana").await;
        Rung::Code.climb(&site, &browser).await.leads_to("/link");
        confirm_link(&browser).await.leads_to(LINKED);
        assert_eq!(browser.account().await, Some(dana), "{role}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_credential_of_its_own_proves_an_administrators_account_with_a_code_before_or_without(
    pool: PgPool,
) {
    for role in PRIVILEGED {
        for (rungs, method) in [
            (&[Rung::Password][..], "password"),
            (&[Rung::ConnectedLogin], "linked_sign_in"),
            (&[Rung::Code, Rung::Password], "password"),
            (&[Rung::Code, Rung::ConnectedLogin], "linked_sign_in"),
        ] {
            let (site, dana) = ladder(pool.clone()).await;
            set_role(&site, role).await;
            let browser = prompted(&site, "dana").await;
            for rung in rungs {
                rung.climb(&site, &browser).await.leads_to("/link");
            }
            prompt_shows(&browser, CONFIRMATION).await;
            confirm_link(&browser).await.leads_to(LINKED);
            assert_eq!(browser.account().await, Some(dana), "{role}, {rungs:?}");
            let linked_by = method_of_dana(&site).await;
            assert_eq!(linked_by.as_deref(), Some(method), "{role}, {rungs:?}");
            forget_everybody(&site).await;
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_password_after_the_code_leaves_the_administrator_at_one_more_proof(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    set_role(&site, "admin").await;
    let browser = prompted(&site, "dana").await;
    Rung::Code.climb(&site, &browser).await.leads_to("/link");
    let reply = give_password(&browser, "wrong").await;
    nothing_linked(&site, &browser, &reply, "/link?problem=wrong_password").await;
    let page = prompt_shows(&browser, ONE_MORE_PROOF).await;
    assert!(!page.contains(NAME_HERE), "{page}");
    // An administrator who can't do more may ask another one.
    ask_administrator(&browser, "")
        .await
        .leads_to("/link?done=asked");
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_link(&browser).await.leads_to(LINKED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrators_account_is_never_adopted_by_its_email_in_whatever_state(pool: PgPool) {
    for role in PRIVILEGED {
        for status in ["active", "invited", "pending"] {
            let site = Site::start(pool.clone(), |_| ()).await;
            account(&site, DANA, status).await;
            set_role(&site, role).await;
            let browser = prompted(&site, "dana").await;
            prompt_shows(&browser, PROMPT).await;
            let before = last_event(&site).await;
            Rung::Code.climb(&site, &browser).await.leads_to("/link");
            let reply = confirm_link(&browser).await;
            nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
            assert!(last_event(&site).await > before);
            forget_everybody(&site).await;
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_record_says_that_a_code_was_not_enough(pool: PgPool) {
    for (role, enough) in [("member", "true"), ("owner", "false")] {
        let (site, _) = ladder(pool.clone()).await;
        set_role(&site, role).await;
        let browser = prompted(&site, "dana").await;
        send_link_code(&browser).await.leads_to("/link");
        let code = mailed_code(&site, DANA).await;
        let before = last_event(&site).await;
        type_link_code(&browser, &code).await;
        let event = only_event_after(&site, before).await;
        assert_eq!(event.action, "link.proved", "{role}");
        let said = text(
            &site,
            "SELECT detail ->> 'enough' FROM audit_events ORDER BY id DESC LIMIT 1",
        )
        .await;
        assert_eq!(said.as_deref(), Some(enough), "{role}");
        forget_everybody(&site).await;
    }
}
