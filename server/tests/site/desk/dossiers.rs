//! The pages of one account and one link; ending sessions, and notes.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Site, act_refused, acted, empty_outbox, form_refused, is_logged, last_event, mailed,
    only_event_after, signed_in, sql, text, with_role,
};

const HOSTILE: &str = "<script>alert(\"x\")</script>&'";

#[sqlx::test(migrator = "MIGRATOR")]
async fn sessions_of_somebody_end_and_they_are_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let member = with_role(&site, "ikram", "member").await;
    let phone = signed_in(&site, "ikram").await;
    let account = member.account().await.unwrap();
    empty_outbox(&site).await;
    let page = admin
        .get(&format!("/admin/accounts/{account}/end-sessions"))
        .await
        .body;
    assert!(
        page.replace("<!>", "")
            .contains("2 browsers are signed out."),
        "{page}"
    );
    let before = last_event(&site).await;
    acted(&admin, ("end-sessions", "signed_out"), account, &[]).await;
    assert_eq!(
        (member.account().await, phone.account().await),
        (None, None)
    );
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "session.all_ended");
    assert_eq!(event.actor_account_id, admin.account().await);
    assert_eq!(
        mailed(&site).await,
        ["sessions_ended ikram@harbourlane.test"]
    );
    let nobody = ("decided", "decided");
    act_refused(&site, &admin, "end-sessions", (account, &[]), nobody).await;
    signed_in(&site, "ikram").await;

    // One's own, but for this one.
    let elsewhere = signed_in(&site, "dana").await;
    let own = admin.account().await.unwrap();
    acted(&admin, ("end-sessions", "signed_out"), own, &[]).await;
    assert_eq!(elsewhere.account().await, None);
    assert_eq!(admin.account().await, Some(own));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn notes_are_kept_for_the_desk_and_nowhere_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    let member = with_role(&site, "ikram", "member").await;
    let account = member.account().await.unwrap();
    let link = site.identity_of("ikram").await;
    let note = "Spoke to them on the phone.\r\nIt is them.";
    for (path, field, id, page) in [
        (
            "/admin/accounts/note",
            "account",
            account,
            format!("/admin/accounts/{account}"),
        ),
        (
            "/admin/links/note",
            "link",
            link,
            format!("/admin/links/{link}"),
        ),
    ] {
        let before = last_event(&site).await;
        let id = id.to_string();
        let fields = [(field, id.as_str()), ("note", note)];
        // No fresh sign-in: it changes nobody's access.
        site.advance(std::time::Duration::from_secs(301));
        reviewer
            .post_form(path, &fields)
            .await
            .leads_to(&format!("{page}?done=noted"));
        let event = only_event_after(&site, before).await;
        assert_eq!(event.action, "account.noted");
        assert_eq!(event.account_id, Some(account));
        let shown = reviewer.get(&page).await.body;
        assert!(
            shown.contains("Spoke to them on the phone.\nIt is them."),
            "{shown}"
        );
        assert!(!is_logged(note));
        for (missing, problem) in [(" ", "reason_missing"), (&"x".repeat(2001), "too_long")] {
            let fields = [(field, id.as_str()), ("note", missing)];
            let place = format!("{page}?problem={problem}");
            form_refused(&site, &reviewer, (path, &fields), &place).await;
        }
    }
    let audit =
        "SELECT string_agg(detail::text, '') FROM audit_events WHERE action = 'account.noted'";
    assert_eq!(text(&site, audit).await, None);
    let own = member.get("/account/activity").await.body;
    assert!(
        own.contains("An administrator made a note") && !own.contains("Spoke"),
        "{own}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_names_and_words_are_text_everywhere(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    for table in ["accounts", "identities"] {
        let names =
            format!("UPDATE {table} SET first_name = $h${HOSTILE}$h$, last_name = $h${HOSTILE}$h$");
        sql(&site, &names).await;
    }
    sql(
        &site,
        &format!("UPDATE identities SET email = $h${HOSTILE}$h$ WHERE id = '{link}'"),
    )
    .await;
    acted(
        &admin,
        ("suspend", "suspended"),
        account,
        &[("reason", HOSTILE)],
    )
    .await;
    for page in [
        format!("/admin/accounts/{account}"),
        format!("/admin/accounts/{account}/reactivate"),
        format!("/admin/links/{link}"),
        format!("/admin/links/{link}/unlink"),
        format!("/admin/undo?event={}", last_event(&site).await),
    ] {
        let body = admin.get(&page).await.body;
        assert!(!body.contains("<script"), "{page}: {body}");
        assert!(body.contains("&lt;script&gt;"), "{page}: {body}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_happened_comes_in_pages_that_hold_each_event_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let events = format!(
        "INSERT INTO audit_events (at, action, account_id, identity_id, reference)
         SELECT now() - number % 5 * interval '1 hour', 'link.refused', '{account}', '{link}',
                'TEST-' || lpad(number::text, 4, '0')
         FROM generate_series(1, 70) AS number"
    );
    sql(&site, &events).await;
    for first in [
        format!("/admin/accounts/{account}"),
        format!("/admin/links/{link}"),
    ] {
        let mut seen = Vec::new();
        let mut next = Some(first.clone());
        while let Some(page) = next {
            let body = admin.get(&page).await.body;
            seen.extend(body.split("TEST-").skip(1).map(|rest| rest[..4].to_owned()));
            next = body
                .split(&format!("href=\"{first}?before="))
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .map(|before| format!("{first}?before={before}"));
            assert!(seen.len() <= 70, "{first}");
        }
        assert_eq!(seen.len(), 70, "{first}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 70, "{first}");
        for odd in ["0", "x", "-1", "9223372036854775807", "%27"] {
            let reply = admin.get(&format!("{first}?before={odd}")).await;
            assert_eq!(reply.status, 200, "{odd}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn everything_that_happens_has_words_at_the_desk(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    for action in crate::activity::ACTIONS {
        let event = format!(
            "INSERT INTO audit_events (at, action, account_id) VALUES (now(), '{action}', '{account}')"
        );
        sql(&site, &event).await;
    }
    let mut pages = String::new();
    let mut next = Some(format!("/admin/accounts/{account}"));
    while let Some(page) = next {
        let body = admin.get(&page).await.body;
        next = body
            .split(&format!("href=\"/admin/accounts/{account}?before="))
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(|before| format!("/admin/accounts/{account}?before={before}"));
        pages.push_str(&body);
    }
    assert!(
        !pages.contains("Something about the account changed"),
        "{pages}"
    );
}
