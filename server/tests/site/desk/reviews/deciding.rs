//! Saying of links whether they stay.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{begun, counts, danas_review, firm, id, id_of, place, said, say, verdict, with_role};
use crate::harness::{events_after, last_event, number, only_event_after, overtaken, sql, text};

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_decision_is_kept_counted_and_recorded_and_may_be_changed(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let before = last_event(&firm.site).await;
    said(&firm, &page, firm.ada, "keep", "").await;
    said(&firm, &page, firm.bo, "unsure", " who is  Bo? ").await;
    assert_eq!(verdict(&firm.site, firm.bo).await, "unsure|who is Bo?|1");
    assert_eq!(counts(&firm.site).await, "4 1 0 1");
    said(&firm, &page, firm.bo, "revoke", "left in May").await;
    assert_eq!(verdict(&firm.site, firm.bo).await, "revoke|left in May|2");
    assert_eq!(counts(&firm.site).await, "4 1 1 0");

    let dana = Some(id(&firm.reviewer).await);
    let events: Vec<_> = events_after(&firm.site, before)
        .await
        .into_iter()
        .map(|event| {
            assert_eq!(event.action, "review.decided");
            assert_eq!(event.actor_account_id, dana);
            (event.account_id.unwrap(), event.reason.unwrap())
        })
        .collect();
    let expected = [(firm.ada, "keep"), (firm.bo, "unsure"), (firm.bo, "revoke")];
    assert_eq!(
        events,
        expected.map(|(account, word)| (account, word.to_owned()))
    );
    let was = text(
        &firm.site,
        "SELECT detail->>'was' FROM audit_events ORDER BY id DESC LIMIT 1",
    );
    assert_eq!(was.await.as_deref(), Some("unsure"));
    // Notes are people's words: they aren't in the record.
    let noted = "SELECT count(*) FROM audit_events WHERE detail::text LIKE '%May%'";
    assert_eq!(number(&firm.site, noted).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn keeping_marks_the_link_as_reviewed_until_something_else_is_said(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let marked = format!(
        "SELECT count(*) FROM link_reviews r JOIN identities i ON i.id = r.identity_id
         WHERE i.account_id = '{}' AND r.undone_at IS NULL AND r.reviewer_account_id = '{}'",
        firm.ada,
        id(&firm.reviewer).await
    );
    for (decision, note, marks) in [
        ("unsure", "", 0),
        ("keep", "", 1),
        ("keep", "asked him", 1),
        ("revoke", "", 0),
        ("keep", "", 1),
    ] {
        said(&firm, &page, firm.ada, decision, note).await;
        assert_eq!(
            number(&firm.site, &marked).await,
            marks,
            "{decision} {note}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn saying_the_same_again_changes_and_records_nothing(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "keep", "fine").await;
    let before = last_event(&firm.site).await;
    said(&firm, &page, firm.ada, "keep", "fine").await;
    assert_eq!(last_event(&firm.site).await, before);
    assert_eq!(verdict(&firm.site, firm.ada).await, "keep|fine|1");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn deciding_changes_no_link_and_no_session(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let (links, sessions) = (
        number(
            &firm.site,
            "SELECT count(*) FROM identities WHERE unlinked_at IS NULL",
        )
        .await,
        firm.site.sessions().await,
    );
    said(&firm, &page, firm.ada, "revoke", "").await;
    let after = number(
        &firm.site,
        "SELECT count(*) FROM identities WHERE unlinked_at IS NULL",
    );
    assert_eq!(after.await, links);
    assert_eq!(firm.site.sessions().await, sessions);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn keeping_all_others_on_the_page_leaves_what_was_chosen_and_ones_own_link(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let dana = id(&firm.reviewer).await;
    let ((ada, _), (bo, _), (own, _)) = (
        place(&firm.site, firm.ada).await,
        place(&firm.site, firm.bo).await,
        place(&firm.site, dana).await,
    );
    let fields = [
        ("review", id_of(&page)),
        ("show", "yours"),
        ("rest", "keep"),
        ("said[0][place]", ada.as_str()),
        ("said[0][version]", "0"),
        ("said[0][note]", ""),
        ("said[1][place]", bo.as_str()),
        ("said[1][version]", "0"),
        ("said[1][decision]", "revoke"),
        ("said[1][note]", ""),
        ("said[2][place]", own.as_str()),
        ("said[2][version]", "0"),
    ];
    let reply = firm
        .reviewer
        .post_form("/admin/reviews/decide", &fields)
        .await;
    assert_eq!(reply.location(), format!("{page}?show=yours&done=decided"));
    assert_eq!(verdict(&firm.site, firm.ada).await, "keep||1");
    assert_eq!(verdict(&firm.site, firm.bo).await, "revoke||1");
    assert_eq!(verdict(&firm.site, dana).await, "none||0");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_note_without_a_choice_counts_as_unsure(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let (place, _) = place(&firm.site, firm.ada).await;
    let fields = [
        ("review", id_of(&page)),
        ("said[0][place]", place.as_str()),
        ("said[0][version]", "0"),
        ("said[0][note]", "ask the office"),
    ];
    firm.reviewer
        .post_form("/admin/reviews/decide", &fields)
        .await;
    assert_eq!(
        verdict(&firm.site, firm.ada).await,
        "unsure|ask the office|1"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_attests_their_own_link(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let dana = id(&firm.reviewer).await;
    let before = last_event(&firm.site).await;
    let reply = say(&firm, &firm.reviewer, &page, dana, "keep", "").await;
    assert_eq!(reply.location(), format!("{page}?problem=oneself"));
    let event = only_event_after(&firm.site, before).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some("oneself"))
    );
    assert_eq!(verdict(&firm.site, dana).await, "none||0");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_came_to_a_reviewer_by_a_merge_is_their_own_as_well(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let dana = id(&firm.reviewer).await;
    let merge = format!(
        "UPDATE identities SET account_id = '{dana}' WHERE account_id = '{}'",
        firm.ada
    );
    sql(&firm.site, &merge).await;
    let reply = say(&firm, &firm.reviewer, &page, firm.ada, "keep", "").await;
    assert_eq!(reply.location(), format!("{page}?problem=oneself"));
    assert_eq!(verdict(&firm.site, firm.ada).await, "none||0");
    let body = firm.reviewer.get(&format!("{page}?show=all")).await.body;
    assert_eq!(body.matches("This is your own link").count(), 2, "{body}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_those_whom_a_review_names_decide_in_it(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let other = with_role(&firm.site, "tomas", "reviewer").await;
    for (browser, who) in [
        (&other, "another reviewer"),
        (&firm.admin, "an administrator"),
    ] {
        let before = last_event(&firm.site).await;
        let reply = say(&firm, browser, &page, firm.ada, "keep", "").await;
        assert_eq!(reply.location(), format!("{page}?problem=decided"), "{who}");
        let event = only_event_after(&firm.site, before).await;
        assert_eq!(event.reason.as_deref(), Some("gone"), "{who}");
        assert_eq!(verdict(&firm.site, firm.ada).await, "none||0", "{who}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_decides_second_is_told_and_changes_nothing_but_the_rest_is_saved(pool: PgPool) {
    let firm = firm(pool).await;
    let both = [id(&firm.reviewer).await, id(&firm.admin).await];
    let page = begun(&firm, 30, &both).await;
    // Both have seen the page before either of them decided.
    let ((ada, _), (bo, _)) = (
        place(&firm.site, firm.ada).await,
        place(&firm.site, firm.bo).await,
    );
    said(&firm, &page, firm.ada, "keep", "").await;
    let before = last_event(&firm.site).await;
    let fields = [
        ("review", id_of(&page)),
        ("said[0][place]", ada.as_str()),
        ("said[0][version]", "0"),
        ("said[0][decision]", "revoke"),
        ("said[1][place]", bo.as_str()),
        ("said[1][version]", "0"),
        ("said[1][decision]", "unsure"),
    ];
    let reply = firm.admin.post_form("/admin/reviews/decide", &fields).await;
    assert_eq!(reply.location(), format!("{page}?done=decided_but"));
    assert_eq!(verdict(&firm.site, firm.ada).await, "keep||1");
    assert_eq!(verdict(&firm.site, firm.bo).await, "unsure||1");
    assert_eq!(counts(&firm.site).await, "4 1 0 1");
    let recorded: Vec<_> = events_after(&firm.site, before)
        .await
        .into_iter()
        .map(|event| format!("{} {}", event.action, event.reason.unwrap_or_default()))
        .collect();
    assert_eq!(recorded, ["review.decided unsure", "desk.refused decided"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_at_the_same_moment_are_counted_once(pool: PgPool) {
    let firm = firm(pool).await;
    let both = [id(&firm.reviewer).await, id(&firm.admin).await];
    let page = begun(&firm, 30, &both).await;
    // Both have seen the page before either of them decides.
    let (ada, version) = place(&firm.site, firm.ada).await;
    let sheet = |decision| {
        [
            ("review", id_of(&page)),
            ("said[0][place]", ada.as_str()),
            ("said[0][version]", version.as_str()),
            ("said[0][decision]", decision),
        ]
    };
    let (keep, revoke) = (sheet("keep"), sheet("revoke"));
    let path = "/admin/reviews/decide";
    let (first, second) = tokio::join!(
        firm.reviewer.post_form(path, &keep),
        firm.admin.post_form(path, &revoke),
    );
    let mut locations = [first.location(), second.location()];
    locations.sort_unstable();
    assert_eq!(
        locations,
        [
            format!("{page}?done=decided"),
            format!("{page}?done=decided_but")
        ]
    );
    let counted = counts(&firm.site).await;
    assert!(
        ["4 1 0 0", "4 0 1 0"].contains(&counted.as_str()),
        "{counted}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_decided_in_a_review_that_is_being_closed(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let closing = format!(
        "UPDATE review_campaigns SET closed_at = now(), closed_by = '{}'",
        id(&firm.admin).await
    );
    let deciding = say(&firm, &firm.reviewer, &page, firm.ada, "keep", "");
    let reply = overtaken(&firm.site, &closing, deciding).await;
    assert_eq!(reply.location(), format!("{page}?problem=decided"));
    assert_eq!(verdict(&firm.site, firm.ada).await, "none||0");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_that_ends_meanwhile_decides_nothing(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let ending = format!(
        "UPDATE sessions SET revoked_at = now() WHERE account_id = '{}'",
        id(&firm.reviewer).await
    );
    let deciding = say(&firm, &firm.reviewer, &page, firm.ada, "keep", "");
    let reply = overtaken(&firm.site, &ending, deciding).await;
    assert_eq!(reply.location(), "/sign-in");
    assert_eq!(verdict(&firm.site, firm.ada).await, "none||0");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn odd_sheets_are_refused_whole(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let long = "é".repeat(241);
    let reply = say(&firm, &firm.reviewer, &page, firm.ada, "keep", &long).await;
    assert_eq!(reply.location(), format!("{page}?problem=too_long"));
    let names: Vec<[String; 3]> = (0..26)
        .map(|n| ["place", "version", "decision"].map(|name| format!("said[{n}][{name}]")))
        .collect();
    let mut fields = vec![("review", id_of(&page))];
    for [place, version, decision] in &names {
        fields.extend([(place.as_str(), "1"), (version, "0"), (decision, "keep")]);
    }
    let reply = firm
        .reviewer
        .post_form("/admin/reviews/decide", &fields)
        .await;
    assert_eq!(reply.location(), format!("{page}?problem=too_long"));
    let odd = say(&firm, &firm.reviewer, &page, firm.ada, "maybe", "").await;
    assert_eq!(odd.status, 400);
    assert_eq!(counts(&firm.site).await, "4 0 0 0");
}
