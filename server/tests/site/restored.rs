//! A backup with `pg_dump`, what happened since, and the documented steps after it was restored.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, acted, ask_for_code, claim_link, events_after, last_event,
    number, problem_of, prompted, set_password, sign_in_by_password, signed_in, sql, text,
    with_role,
};

const WHY: (&str, &str) = ("reason", "Left the firm.");

async fn firm(pool: PgPool) -> Site {
    Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await
}

async fn unlink(desk: &Browser, link: Uuid) {
    let link = link.to_string();
    desk.post_form("/admin/links/unlink", &[("link", &link), WHY])
        .await
        .leads_to(&format!("/admin/links/{link}?done=unlinked"));
}

/// The path of the newest mailed invitation.
async fn invitation(site: &Site, desk: &Browser, email: &str) -> String {
    let fields = [("email", email), ("first_name", ""), ("last_name", "")];
    desk.post_form("/admin/invitations/create", &fields).await;
    claim_link(site).await
}

/// How many events of a kind were replayed.
async fn replayed(site: &Site, action: &str) -> i64 {
    number(
        site,
        &format!(
            "SELECT count(*) FROM audit_events WHERE action = '{action}' AND detail ? 'replayed'"
        ),
    )
    .await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_lives_on_in_a_restored_backup_and_what_was_taken_away_since_stays_so(
    pool: PgPool,
) {
    let site = firm(pool).await;
    let owner = with_role(&site, "owner", "owner").await;
    let partner = with_role(&site, "partner", "admin").await;
    let dana = with_role(&site, "dana", "member").await;
    set_password(&site, dana.account().await.unwrap(), PASSWORD).await;
    let suspended = with_role(&site, "ikram", "member").await;
    let unlinked = with_role(&site, "tomas", "member").await;
    let link = site.identity_of("tomas").await;
    let (withdrawn, kept) = (
        invitation(&site, &owner, "withdrawn@elsewhere.test").await,
        invitation(&site, &owner, "kept@elsewhere.test").await,
    );
    let (under_way, callback) = Browser::back_from_clio(&site, "late").await;
    let known = site.linked("known", "asker@harbourlane.test").await;
    let asker = prompted(&site, "asker").await;
    let coder = Browser::new(&site);
    ask_for_code(&coder, "asker@harbourlane.test").await;
    // Not everything is sealed when the backup is made.
    site.operate(&["audit", "head"]).await.ended(0);
    signed_in(&site, "partner").await;
    let backup = site.back_up().await;

    acted(
        &owner,
        ("suspend", "suspended"),
        suspended.account().await.unwrap(),
        &[WHY],
    )
    .await;
    unlink(&owner, link).await;
    let demoted = partner.account().await.unwrap();
    acted(
        &owner,
        ("role", "role_changed"),
        demoted,
        &[WHY, ("role", "member")],
    )
    .await;
    let id = text(
        &site,
        "SELECT id::text FROM accounts WHERE email = 'withdrawn@elsewhere.test'",
    );
    let id = id.await.unwrap();
    owner
        .post_form("/admin/invitations/revoke", &[("invitation", &id)])
        .await;
    let new_password = "copper, salt & linen";
    let fields = [("password", new_password), ("again", new_password)];
    dana.post_form("/account/password", &fields)
        .await
        .leads_to("/account/password?done=password_set");
    let stolen = Browser::new(&site);
    sign_in_by_password(&stolen, DANA, new_password).await;
    let ended = dana.copied();
    dana.post_form("/auth/sign-out", &[]).await;
    let export = site.export("export").await;
    site.restore(&backup).await;

    // What the steps are for: as it is, yesterday is back.
    let prompt = asker.get("/link").await;
    assert!(prompt.body.contains("/link/code/send"), "{}", prompt.body);
    assert!(suspended.account().await.is_some());
    assert!(unlinked.account().await.is_some());

    let said = site
        .operate(&["restored", "--replay", export.path()])
        .await
        .ended(0);
    for told in [
        "2 accounts closed, 1 roles lowered, 1 Clio logins disconnected, 1 passwords removed",
        "account.password_changed: the new password",
    ] {
        assert!(said.out.contains(told), "{}", said.out);
    }
    for personal in ["@", "Linked", "Whitlock"] {
        assert!(!said.out.contains(personal), "{}", said.out);
    }

    for browser in [&owner, &partner, &ended, &suspended, &unlinked, &stolen] {
        assert!(browser.account().await.is_none());
    }
    let (problem, _) = problem_of(&under_way.finish(&callback).await);
    assert_eq!(problem, "expired");
    for rows in [
        "sessions WHERE revoked_at IS NULL",
        "sign_in_attempts",
        "link_requests WHERE closed_at IS NULL",
        "mail_codes",
        "sign_in_codes",
        "claims WHERE used_at IS NULL",
        "mail_outbox WHERE sent_at IS NULL",
        "invitations WHERE standing = 'open' AND expires_at > now()",
    ] {
        let left = number(&site, &format!("SELECT count(*) FROM {rows}")).await;
        assert_eq!(left, 0, "{rows}");
    }
    let prompt = asker.get("/link").await;
    assert!(!prompt.body.contains("/link/code/send"), "{}", prompt.body);
    for path in [withdrawn, kept] {
        let token = path.split_once("token=").unwrap().1;
        let visitor = Browser::new(&site);
        let start = format!("/auth/clio/start?claim={token}");
        let url = visitor.begin_at(&start).await;
        let callback = site.clio.authorize(&url, "guest").unwrap();
        let (problem, _) = problem_of(&visitor.finish(&callback).await);
        assert_eq!(problem, "expired");
    }

    // Who was shut out stays out; the login that was disconnected waits to be let in.
    let out = Browser::new(&site);
    let (problem, _) = problem_of(&out.sign_in(&site, "ikram").await);
    assert_eq!(problem, "account_closed");
    let asks = Browser::new(&site);
    asks.sign_in(&site, "tomas").await.leads_to("/pending");
    assert!(asks.account().await.is_none());
    let member = signed_in(&site, "partner").await;
    let role = member.session().await.unwrap();
    assert_eq!(role.pointer("/account/role").unwrap(), "member");
    for password in [PASSWORD, new_password] {
        let browser = Browser::new(&site);
        sign_in_by_password(&browser, DANA, password).await;
        assert!(browser.account().await.is_none(), "{password}");
    }
    let withdrawn = text(
        &site,
        "SELECT status FROM accounts WHERE email = 'withdrawn@elsewhere.test'",
    );
    assert_eq!(withdrawn.await.unwrap(), "deleted");

    // Everybody else signs in as ever, and the record is whole.
    for person in ["owner", "dana", "known", "newcomer"] {
        signed_in(&site, person).await;
    }
    assert_eq!(site.account_of("known").await, Some(known));
    site.operate(&["audit", "verify"]).await.ended(0);
    for action in [
        "account.suspended",
        "account.role_revoked",
        "identity.unlinked",
        "account.password_removed",
        "invitation.revoked",
    ] {
        assert_eq!(replayed(&site, action).await, 1, "{action}");
    }
    let personal = number(
        &site,
        "SELECT count(*) FROM audit_events WHERE detail::text LIKE '%@%'",
    );
    assert_eq!(personal.await, 0);
    let restored = "SELECT count(*) FROM audit_events WHERE action = 'database.restored'";
    assert_eq!(number(&site, restored).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_export_is_replayed_once_and_what_was_decided_since_stays(pool: PgPool) {
    let site = firm(pool).await;
    let owner = with_role(&site, "owner", "owner").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    site.operate(&["audit", "head"]).await.ended(0);
    let backup = site.back_up().await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    let export = site.export("export").await;
    unlink(&owner, site.identity_of("ikram").await).await;
    let newer = site.export("newer").await;
    site.restore(&backup).await;
    let replay = ["restored", "--replay", export.path()];
    site.operate(&replay).await.ended(0);

    let last = last_event(&site).await;
    let said = site.operate(&replay).await.ended(0);
    assert!(said.out.contains("replayed before"), "{}", said.out);
    assert_eq!(events_after(&site, last).await, []);

    // Opened again on purpose: the same export doesn't close it once more, and a newer one brings
    // only what it has besides.
    let owner = signed_in(&site, "owner").await;
    acted(&owner, ("reactivate", "reactivated"), account, &[]).await;
    site.operate(&["restored", "--replay", newer.path()])
        .await
        .ended(0);
    let status = format!("SELECT status FROM accounts WHERE id = '{account}'");
    assert_eq!(text(&site, &status).await.unwrap(), "active");
    assert_eq!(site.account_of("ikram").await, None);
    assert_eq!(replayed(&site, "account.suspended").await, 1);
    assert_eq!(replayed(&site, "identity.unlinked").await, 1);

    // And the older one has nothing new any more.
    let said = site.operate(&replay).await.ended(0);
    assert!(said.out.contains("replayed before"), "{}", said.out);
    site.operate(&["audit", "verify"]).await.ended(0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_taken_away_and_given_back_since_stays_as_it_was(pool: PgPool) {
    let site = firm(pool).await;
    let owner = with_role(&site, "owner", "owner").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    site.operate(&["audit", "head"]).await.ended(0);
    let backup = site.back_up().await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    acted(&owner, ("reactivate", "reactivated"), account, &[]).await;
    let newcomer = signed_in(&site, "newcomer").await.account().await.unwrap();
    acted(&owner, ("suspend", "suspended"), newcomer, &[WHY]).await;
    let export = site.export("export").await;
    site.restore(&backup).await;
    let said = site
        .operate(&["restored", "--replay", export.path()])
        .await
        .ended(0);
    signed_in(&site, "ikram").await;
    // Whose account was made since isn't known here: the operator is told.
    assert!(said.out.contains(&newcomer.to_string()), "{}", said.out);
    assert!(said.out.contains("account.reactivated"), "{}", said.out);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_last_owner_stays_one_until_there_is_another(pool: PgPool) {
    let site = firm(pool).await;
    let first = with_role(&site, "first", "owner").await;
    let account = first.account().await.unwrap();
    site.operate(&["audit", "head"]).await.ended(0);
    let backup = site.back_up().await;
    let second = with_role(&site, "second", "owner").await;
    acted(&second, ("suspend", "suspended"), account, &[WHY]).await;
    let export = site.export("export").await;
    site.restore(&backup).await;

    let replay = ["restored", "--replay", export.path()];
    let said = site.operate(&replay).await.ended(0);
    assert!(said.out.contains("Held back"), "{}", said.out);
    signed_in(&site, "first").await;
    let status = format!("SELECT status FROM accounts WHERE id = '{account}'");
    assert_eq!(text(&site, &status).await.unwrap(), "active");

    site.linked("second", "second@harbourlane.test").await;
    site.operate(&[
        "admin",
        "grant",
        "second@harbourlane.test",
        "--role",
        "owner",
    ])
    .await
    .ended(0);
    let said = site.operate(&replay).await.ended(0);
    assert!(!said.out.contains("Held back"), "{}", said.out);
    assert_eq!(text(&site, &status).await.unwrap(), "suspended");
    let out = Browser::new(&site);
    let (problem, _) = problem_of(&out.sign_in(&site, "first").await);
    assert_eq!(problem, "account_closed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn work_that_was_under_way_is_stopped_and_not_done_twice(pool: PgPool) {
    let site = firm(pool).await;
    let owner = with_role(&site, "owner", "owner")
        .await
        .account()
        .await
        .unwrap();
    sql(
        &site,
        &format!(
            "INSERT INTO bulk_acts (deed, actor_account_id, created_at, gathered_at, confirmed_at)
             VALUES ('reactivate', '{owner}', now(), now(), now());
             INSERT INTO imports (id, account_id, created_at, state, rows, to_invite, begun_at)
             VALUES (gen_random_uuid(), '{owner}', now(), 'running', 1, 1, now()),
                    (gen_random_uuid(), '{owner}', now(), 'checked', 1, 1, NULL);
             INSERT INTO mail_outbox (to_email, kind, subject, body_text, sent_at, dead_at)
             VALUES ('a@firm.test', 'x', 'x', 'x', NULL, NULL),
                    ('a@firm.test', 'x', 'x', 'x', now(), NULL),
                    ('a@firm.test', 'x', 'x', 'x', NULL, now())"
        ),
    )
    .await;
    let said = site.operate(&["restored"]).await.ended(0);
    assert!(said.out.contains("Nothing was replayed"), "{}", said.out);
    for (rows, left) in [
        ("bulk_acts WHERE finished_at IS NULL", 0),
        ("imports WHERE state IN ('checked', 'running')", 0),
        ("imports WHERE state = 'stopped'", 1),
        ("mail_outbox", 2),
        ("audit_events WHERE action = 'bulk.cancelled'", 1),
        ("audit_events WHERE action = 'import.stopped'", 1),
        ("audit_events WHERE action = 'session.everybody_ended'", 1),
        ("audit_events WHERE action = 'database.restored'", 1),
        (
            "dormancy_round WHERE next_at > now() + interval '23 hours'",
            1,
        ),
    ] {
        let count = number(&site, &format!("SELECT count(*) FROM {rows}")).await;
        assert_eq!(count, left, "{rows}");
    }
    let last = last_event(&site).await;
    site.operate(&["restored"]).await.ended(0);
    assert_eq!(events_after(&site, last).await, []);
    signed_in(&site, "owner").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_restored_record_is_guarded_as_before(pool: PgPool) {
    let site = firm(pool).await;
    signed_in(&site, "dana").await;
    site.operate(&["audit", "head"]).await.ended(0);
    let backup = site.back_up().await;
    site.restore(&backup).await;
    site.operate(&["restored"]).await.ended(0);
    for statement in [
        "UPDATE audit_events SET action = 'x.y'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_chain",
    ] {
        let outcome = sqlx::raw_sql(statement).execute(&site.pool).await;
        assert!(outcome.is_err(), "{statement}");
    }
    site.operate(&["audit", "verify"]).await.ended(0);
}
