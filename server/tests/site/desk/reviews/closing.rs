//! Carrying out what is to go, and closing a review.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{danas_review, firm, id, place, press, said, say, verdict, with_role};
use crate::harness::{
    Browser, all_do_at_once, empty_outbox, events_after, last_event, mailed, number,
    only_event_after, overtaken, sql, text,
};

const LIVE: &str = "SELECT count(*) FROM identities WHERE unlinked_at IS NULL";

#[sqlx::test(migrator = "MIGRATOR")]
async fn carrying_out_disconnects_what_should_go_and_nothing_else(pool: PgPool) {
    let firm = firm(pool).await;
    let ada = crate::harness::signed_in(&firm.site, "stranger").await;
    let gone = id(&ada).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, gone, "revoke", "left in May").await;
    said(&firm, &page, firm.ada, "keep", "").await;
    said(&firm, &page, firm.bo, "unsure", "").await;
    let preview = firm.admin.get(&format!("{page}/carry-out")).await;
    assert!(preview.body.contains("left in May"), "{}", preview.body);
    let live = number(&firm.site, LIVE).await;
    empty_outbox(&firm.site).await;
    let before = last_event(&firm.site).await;

    let reply = press(&firm.admin, "carry-out", &page).await;
    assert_eq!(reply.location(), format!("{page}?done=carried_out"));
    assert_eq!(number(&firm.site, LIVE).await, live - 1);
    assert!(ada.account().await.is_none(), "its session ended");
    let event = only_event_after(&firm.site, before).await;
    assert_eq!(event.action, "identity.unlinked");
    assert_eq!(event.account_id, Some(gone));
    assert_eq!(event.actor_account_id, Some(id(&firm.admin).await));
    let letters = mailed(&firm.site).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].starts_with("unlinked "), "{letters:?}");

    let why = text(
        &firm.site,
        "SELECT text FROM desk_notes WHERE kind = 'reason'",
    )
    .await;
    assert_eq!(why.as_deref(), Some("Review “Fourth quarter”: left in May"));

    // Again, there is nothing left to do.
    let before = last_event(&firm.site).await;
    press(&firm.admin, "carry-out", &page).await;
    assert_eq!(last_event(&firm.site).await, before);
    let body = firm.admin.get(&format!("{page}?show=revoke")).await.body;
    assert!(body.contains("Disconnected by this review"), "{body}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn carrying_out_and_closing_ask_for_a_fresh_sign_in_and_an_administrator(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "").await;
    for act in ["carry-out", "close"] {
        assert_eq!(press(&firm.reviewer, act, &page).await.status, 403, "{act}");
        let looked = firm.reviewer.get(&format!("{page}/{act}")).await;
        assert_eq!(looked.status, 403, "{act}");
    }
    firm.site.advance(std::time::Duration::from_mins(6));
    let live = number(&firm.site, LIVE).await;
    for act in ["carry-out", "close"] {
        let looked = firm.admin.get(&format!("{page}/{act}")).await.body;
        assert!(looked.contains("Confirm that it’s you"), "{act}");
        assert!(
            !looked.contains(&format!("action=\"/admin/reviews/{act}\"")),
            "{act}"
        );
        let before = last_event(&firm.site).await;
        let reply = press(&firm.admin, act, &page).await;
        assert_eq!(
            reply.location(),
            format!("{page}/{act}?problem=confirm_first")
        );
        let event = only_event_after(&firm.site, before).await;
        assert_eq!(event.reason.as_deref(), Some("not_fresh"), "{act}");
    }
    assert_eq!(number(&firm.site, LIVE).await, live);
    let open = "SELECT count(*) FROM review_campaigns WHERE closed_at IS NULL";
    assert_eq!(number(&firm.site, open).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_role_does_not_reach_stays_on_record_and_the_rest_is_carried_out(pool: PgPool) {
    let firm = firm(pool).await;
    let owner = with_role(&firm.site, "tomas", "owner").await;
    let (owners, admins) = (id(&owner).await, id(&firm.admin).await);
    let page = danas_review(&firm).await;
    for account in [owners, admins, firm.ada] {
        said(&firm, &page, account, "revoke", "").await;
    }
    let before = last_event(&firm.site).await;
    let reply = press(&firm.admin, "carry-out", &page).await;
    assert_eq!(reply.location(), format!("{page}?done=carried_out_but"));
    let mut recorded: Vec<_> = events_after(&firm.site, before)
        .await
        .into_iter()
        .map(|event| {
            (
                event.account_id.unwrap(),
                event.action,
                event.reason.unwrap_or_default(),
            )
        })
        .collect();
    recorded.sort_unstable();
    let mut expected = [
        (owners, "desk.refused", "owners_only"),
        (admins, "desk.refused", "oneself"),
        (firm.ada, "identity.unlinked", ""),
    ]
    .map(|(account, action, reason)| (account, action.to_owned(), reason.to_owned()));
    expected.sort_unstable();
    assert_eq!(recorded, expected);
    assert!(owner.account().await.is_some());
    // The last owner stays whoever presses.
    let other = with_role(&firm.site, "stranger", "owner").await;
    sql(
        &firm.site,
        &format!("UPDATE accounts SET role = 'admin' WHERE id = '{owners}'"),
    )
    .await;
    let last = id(&other).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, last, "revoke", "").await;
    let before = last_event(&firm.site).await;
    press(&other, "carry-out", &page).await;
    let event = only_event_after(&firm.site, before).await;
    assert_eq!(event.reason.as_deref(), Some("last_owner"));
    assert!(other.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_is_gone_already_is_shown_so_and_left_alone(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "").await;
    sql(
        &firm.site,
        &format!(
            "UPDATE identities SET unlinked_at = now() WHERE account_id = '{}'",
            firm.ada
        ),
    )
    .await;
    let before = last_event(&firm.site).await;
    press(&firm.admin, "carry-out", &page).await;
    assert_eq!(last_event(&firm.site).await, before);
    let body = firm.admin.get(&format!("{page}?show=revoke")).await.body;
    assert!(
        body.contains("Disconnected meanwhile, not by this review."),
        "{body}"
    );
    let preview = firm.admin.get(&format!("{page}/carry-out")).await.body;
    assert!(
        preview.contains("No login waits to be disconnected."),
        "{preview}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_undone_at_the_desk_is_not_disconnected_twice(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "").await;
    press(&firm.admin, "carry-out", &page).await;
    let live = number(&firm.site, LIVE).await;
    let event = last_event(&firm.site).await.to_string();
    firm.site
        .advance(std::time::Duration::from_hours(14 * 24 - 1));
    let admin = Browser::new(&firm.site);
    admin.sign_in(&firm.site, "ikram").await;
    let reply = admin.post_form("/admin/undo", &[("event", &event)]).await;
    reply.leads_to(&format!("/admin/accounts/{}?done=undone", firm.ada));
    assert_eq!(number(&firm.site, LIVE).await, live + 1);
    let before = last_event(&firm.site).await;
    let reply = press(&admin, "carry-out", &page).await;
    assert_eq!(reply.location(), format!("{page}?done=carried_out"));
    assert_eq!(number(&firm.site, LIVE).await, live + 1);
    assert_eq!(last_event(&firm.site).await, before);
    let body = admin.get(&format!("{page}?show=revoke")).await.body;
    assert!(body.contains("and connected again since"), "{body}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_merged_into_another_account_is_left_alone(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "").await;
    let merge = format!(
        "UPDATE identities SET account_id = '{}' WHERE account_id = '{}'",
        firm.bo, firm.ada
    );
    sql(&firm.site, &merge).await;
    let (live, before) = (number(&firm.site, LIVE).await, last_event(&firm.site).await);
    press(&firm.admin, "carry-out", &page).await;
    assert_eq!(number(&firm.site, LIVE).await, live);
    assert_eq!(last_event(&firm.site).await, before);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reviewer_who_changes_their_mind_in_time_is_heard(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "").await;
    let live = number(&firm.site, LIVE).await;
    let (place, _) = place(&firm.site, firm.ada).await;
    let change = format!(
        "UPDATE review_campaigns SET revoked = 0, kept = 1;
         UPDATE review_items SET decision = 'keep', version = 2 WHERE place = {place}"
    );
    let reply = overtaken(&firm.site, &change, press(&firm.admin, "carry-out", &page)).await;
    assert_eq!(reply.location(), format!("{page}?done=carried_out_but"));
    assert_eq!(number(&firm.site, LIVE).await, live);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn closing_freezes_a_review_and_leaves_the_rest_undecided(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "").await;
    said(&firm, &page, firm.bo, "keep", "").await;
    press(&firm.admin, "carry-out", &page).await;
    let before = last_event(&firm.site).await;
    let reply = press(&firm.admin, "close", &page).await;
    assert_eq!(reply.location(), format!("{page}?done=closed"));
    let event = only_event_after(&firm.site, before).await;
    assert_eq!(event.action, "review.closed");
    let undecided = text(
        &firm.site,
        "SELECT detail->>'undecided' FROM audit_events ORDER BY id DESC LIMIT 1",
    );
    assert_eq!(undecided.await.as_deref(), Some("2"));
    let frozen = "SELECT count(*) FROM review_items WHERE unlinked_at IS NOT NULL";
    assert_eq!(number(&firm.site, frozen).await, 1);

    let reply = say(&firm, &firm.reviewer, &page, firm.bo, "revoke", "").await;
    assert_eq!(reply.location(), format!("{page}?problem=decided"));
    assert_eq!(verdict(&firm.site, firm.bo).await, "keep||1");
    for act in ["carry-out", "close"] {
        let reply = press(&firm.admin, act, &page).await;
        assert_eq!(reply.location(), format!("{page}/{act}?problem=decided"));
        assert_eq!(firm.admin.get(&format!("{page}/{act}")).await.status, 404);
    }
    let body = firm.reviewer.get(&page).await.body;
    assert!(
        !body.contains("/admin/reviews/decide"),
        "nothing is asked any more"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_who_close_at_once_close_once(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let other = firm.site.another_node().await;
    let browsers = [firm.admin.clone(), firm.admin.at_node(&other)];
    let page_of = page.clone();
    let presses = browsers.into_iter().map(|browser| {
        let page = page_of.clone();
        async move { press(&browser, "close", &page).await.location().to_owned() }
    });
    let mut locations = all_do_at_once(presses).await;
    locations.sort_unstable();
    assert_eq!(
        locations,
        [
            format!("{page}/close?problem=decided"),
            format!("{page}?done=closed")
        ]
    );
    let closed = "SELECT count(*) FROM audit_events WHERE action = 'review.closed'";
    assert_eq!(number(&firm.site, closed).await, 1);
}
