//! Ending a link at the desk, and linking it again as it was.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, PASSWORD, Site, empty_outbox, form_refused, last_event, mailed, newest_letter, number,
    only_event_after, overtaken, set_password, sign_in_by_password, signed_in, sql, text,
    undo_at_desk, undo_refused, with_role,
};

const WHY: &str = "The login was shared, says Ms O’Hara.";

async fn unlink(browser: &Browser, link: Uuid, reason: &str) -> crate::harness::Reply {
    let link = link.to_string();
    browser
        .post_form(
            "/admin/links/unlink",
            &[("link", &link), ("reason", reason)],
        )
        .await
}

async fn unlink_refused(
    site: &Site,
    browser: &Browser,
    (link, reason): (Uuid, &str),
    (problem, word): (&str, &str),
) {
    let id = link.to_string();
    let fields = [("link", id.as_str()), ("reason", reason)];
    let place = format!("/admin/links/{link}/unlink?problem={problem}");
    let event = form_refused(site, browser, ("/admin/links/unlink", &fields), &place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some(word))
    );
}

/// When a link ended, as text; `None` while it is there.
async fn ended(site: &Site, link: Uuid) -> Option<String> {
    text(
        site,
        &format!("SELECT unlinked_at::text FROM identities WHERE id = '{link}'"),
    )
    .await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_ends_with_its_sessions_and_the_person_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let member = with_role(&site, "ikram", "member").await;
    let account = member.account().await.unwrap();
    set_password(&site, account, PASSWORD).await;
    let elsewhere = Browser::new(&site);
    sign_in_by_password(&elsewhere, "ikram@harbourlane.test", PASSWORD).await;
    let link = site.identity_of("ikram").await;
    empty_outbox(&site).await;
    let before = last_event(&site).await;

    let page = admin.get(&format!("/admin/links/{link}/unlink")).await.body;
    let page = page.replace("<!>", "");
    for words in [
        "One browser is signed out.",
        "its password",
        "isn’t linked again by itself",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    unlink(&admin, link, WHY)
        .await
        .leads_to(&format!("/admin/links/{link}?done=unlinked"));

    assert!(ended(&site, link).await.is_some());
    assert_eq!(member.account().await, None, "signed in with that login");
    assert_eq!(
        elsewhere.account().await,
        Some(account),
        "signed in otherwise"
    );
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.actor_account_id,
            event.account_id
        ),
        ("identity.unlinked", admin.account().await, Some(account))
    );
    assert_eq!(mailed(&site).await, ["unlinked ikram@harbourlane.test"]);
    let letter = newest_letter(&site, "unlinked").await;
    assert!(
        letter.contains("This wasn’t me") && letter.contains("An administrator"),
        "{letter}"
    );
    assert!(
        !letter.contains("Hara") && !letter.contains("Undo"),
        "{letter}"
    );
    let page = admin.get(&format!("/admin/links/{link}")).await.body;
    for words in [
        "Unlinked",
        WHY,
        "action=\"/admin/undo\"",
        "A Clio login was unlinked",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Neither by itself nor by its person's own undo.
    Browser::new(&site)
        .sign_in(&site, "ikram")
        .await
        .leads_to("/pending");
    let own = elsewhere.get("/account/activity").await.body;
    assert!(!own.contains("action=\"/account/undo\""), "{own}");
    let undone = elsewhere
        .post_form("/account/undo", &[("event", &event.id.to_string())])
        .await;
    assert!(undone.location().contains("problem="), "{undone:?}");
    assert!(ended(&site, link).await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_is_put_back_exactly_and_the_person_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let row = format!("SELECT i::text FROM identities i WHERE id = '{link}'");
    let as_it_was = text(&site, &row).await;
    unlink(&admin, link, WHY).await;
    let event = last_event(&site).await;
    empty_outbox(&site).await;

    undo_at_desk(&admin, event)
        .await
        .leads_to(&format!("/admin/accounts/{account}?done=undone"));

    assert_eq!(text(&site, &row).await, as_it_was);
    let restoring = only_event_after(&site, event).await;
    assert_eq!(restoring.action, "identity.restored");
    assert_eq!(restoring.actor_account_id, admin.account().await);
    assert_eq!(mailed(&site).await, ["linked ikram@harbourlane.test"]);
    undo_refused(&site, &admin, event, ("decided", "decided")).await;
    signed_in(&site, "ikram").await;
    let page = admin.get(&format!("/admin/links/{link}")).await.body;
    assert!(
        page.contains("Undone <") && !page.contains("action=\"/admin/undo\""),
        "{page}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_opens_another_account_by_now_isnt_taken_from_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    unlink(&admin, link, WHY).await;
    let event = last_event(&site).await;
    let taken = site.linked("ikram", "elsewhere@harbourlane.test").await;
    undo_refused(&site, &admin, event, ("changed", "changed")).await;
    assert_eq!(site.account_of("ikram").await, Some(taken));
    assert!(ended(&site, link).await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_last_way_in_goes_but_for_the_last_owners(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    let other = with_role(&site, "tomas", "owner").await;
    let own = site.identity_of("dana").await;
    unlink_refused(&site, &owner, (own, WHY), ("oneself", "oneself")).await;
    let tomas = site.identity_of("tomas").await;
    let demoted = "UPDATE accounts SET role = 'admin' WHERE email LIKE 'tomas%'";
    sql(&site, demoted).await;
    unlink_refused(&site, &other, (own, WHY), ("owners_only", "owners_only")).await;
    // Two owners, and one of them takes the other's only login.
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'tomas%'",
    )
    .await;
    unlink(&owner, tomas, WHY)
        .await
        .leads_to(&format!("/admin/links/{tomas}?done=unlinked"));
    let page = owner.get(&format!("/admin/links/{own}/unlink")).await.body;
    assert!(!page.contains("action=\"/admin/links/unlink\""), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_missing_over_or_not_there_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let missing = ("reason_missing", "reason");
    unlink_refused(&site, &admin, (link, " "), missing).await;
    let long = "x".repeat(501);
    unlink_refused(&site, &admin, (link, &long), ("too_long", "too_long")).await;
    unlink_refused(&site, &admin, (Uuid::max(), WHY), ("decided", "gone")).await;
    unlink(&admin, link, WHY).await;
    unlink_refused(&site, &admin, (link, WHY), ("decided", "decided")).await;
    let page = admin.get(&format!("/admin/links/{link}/unlink")).await.body;
    assert!(page.contains("Somebody else decided"), "{page}");
    site.advance(std::time::Duration::from_secs(301));
    unlink_refused(&site, &admin, (link, WHY), ("confirm_first", "not_fresh")).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_its_person_disconnects_meanwhile_is_gone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let change = format!(
        "SELECT FROM accounts WHERE email LIKE 'ikram%' FOR UPDATE;
         UPDATE identities SET unlinked_at = now() WHERE id = '{link}'"
    );
    let reply = overtaken(&site, &change, unlink(&admin, link, WHY)).await;
    reply.leads_to(&format!("/admin/links/{link}/unlink?problem=decided"));
    let unlinked = "SELECT count(*) FROM audit_events WHERE action = 'identity.unlinked'";
    assert_eq!(number(&site, unlinked).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_its_person_disconnected_isnt_put_back_at_the_desk(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let member = with_role(&site, "ikram", "member").await;
    let account = member.account().await.unwrap();
    set_password(&site, account, PASSWORD).await;
    let link = site.identity_of("ikram").await.to_string();
    member
        .post_form("/account/connections/disconnect", &[("identity", &link)])
        .await
        .leads_to("/sign-in?done=disconnected");
    let event = last_event(&site).await;
    undo_refused(&site, &admin, event, ("decided", "decided")).await;
    let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
    assert!(!page.contains("action=\"/admin/undo\""), "{page}");
    assert!(page.contains("By themself"), "{page}");
}
