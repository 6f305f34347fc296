//! Beginning a review, and gathering its links.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::desk::reviews::gathering::gather};

use super::{begin, begun, counts, danas_review, day, firm, gathered, id, id_of, said, with_role};
use crate::harness::{
    all_do_at_once, events_after, last_event, mailed, newest_letter, number, only_event_after, sql,
    text,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn review_holds_every_connected_link_as_it_was_and_asks_its_reviewers(pool: PgPool) {
    let firm = firm(pool).await;
    sql(
        &firm.site,
        &format!(
            "UPDATE identities SET unlinked_at = now() WHERE account_id = '{}'",
            firm.bo
        ),
    )
    .await;
    let before = last_event(&firm.site).await;
    let page = danas_review(&firm).await;
    assert_eq!(counts(&firm.site).await, "3 0 0 0");
    sql(
        &firm.site,
        &format!(
            "UPDATE accounts SET email = 'new@harbourlane.test', first_name = 'New' WHERE id = '{}'",
            firm.ada
        ),
    )
    .await;
    let query = format!(
        "SELECT concat_ws('|', first_name, last_name, email, clio_email, role, status, link_method)
         FROM review_items WHERE account_id = '{}'",
        firm.ada
    );
    assert_eq!(
        text(&firm.site, &query).await.unwrap(),
        "Linked|Person|ada@harbourlane.test|ada@harbourlane.test|member|active|first_sign_in"
    );
    let actions: Vec<_> = events_after(&firm.site, before)
        .await
        .into_iter()
        .map(|event| (event.action, event.actor_account_id))
        .collect();
    let admin = Some(id(&firm.admin).await);
    assert_eq!(
        actions,
        [
            ("review.begun".to_owned(), admin),
            ("review.gathered".to_owned(), None)
        ]
    );
    assert_eq!(
        mailed(&firm.site).await,
        ["review_begun d.whitlock@harbourlane.test"]
    );
    let letter = newest_letter(&firm.site, "review_begun").await;
    assert!(
        letter.contains("Fourth quarter") && letter.contains(&page),
        "{letter}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_take_turns_and_nobody_is_meant_to_decide_about_themselves(pool: PgPool) {
    let firm = firm(pool).await;
    let (dana, ikram) = (id(&firm.reviewer).await, id(&firm.admin).await);
    begun(&firm, 30, &[dana, ikram]).await;
    let own = "SELECT count(*) FROM review_items WHERE reviewer_id = account_id";
    assert_eq!(number(&firm.site, own).await, 0);
    let nobodys = "SELECT count(*) FROM review_items WHERE reviewer_id IS NULL";
    assert_eq!(number(&firm.site, nobodys).await, 0);

    // Alone, Dana's own link waits for somebody else.
    let page = danas_review(&firm).await;
    assert_eq!(number(&firm.site, nobodys).await, 1);
    let body = firm.admin.get(&page).await.body;
    assert!(body.contains("Nobody decides about their own link. Ask another reviewer."));
    let fields = [("review", id_of(&page)), ("account", &ikram.to_string())];
    let before = last_event(&firm.site).await;
    let reply = firm
        .admin
        .post_form("/admin/reviews/reviewer", &fields)
        .await;
    assert_eq!(reply.location(), format!("{page}?done=named"));
    let event = only_event_after(&firm.site, before).await;
    assert_eq!(event.action, "review.reviewer_named");
    assert_eq!(number(&firm.site, nobodys).await, 0);
    assert_eq!(
        mailed(&firm.site).await.last().unwrap(),
        "review_begun ikram.osei@harbourlane.test"
    );
    // Twice is once.
    let reply = firm
        .admin
        .post_form("/admin/reviews/reviewer", &fields)
        .await;
    assert_eq!(reply.location(), format!("{page}?problem=decided"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_asked_later_takes_over_from_those_who_left_the_desk(pool: PgPool) {
    let firm = firm(pool).await;
    let (dana, ikram) = (id(&firm.reviewer).await, id(&firm.admin).await);
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "keep", "").await;
    sql(
        &firm.site,
        &format!("UPDATE accounts SET role = 'member' WHERE id = '{dana}'"),
    )
    .await;
    let body = firm.admin.get(&page).await.body;
    assert!(body.contains("Can’t decide any more"), "{body}");
    let fields = [("review", id_of(&page)), ("account", &ikram.to_string())];
    firm.admin
        .post_form("/admin/reviews/reviewer", &fields)
        .await
        .leads_to(&format!("{page}?done=named"));
    let of = |reviewer: Uuid| {
        format!("SELECT count(*) FROM review_items WHERE reviewer_id = '{reviewer}'")
    };
    // What she decided stays hers, and so does the one that is Ikram's own.
    assert_eq!(number(&firm.site, &of(dana)).await, 2);
    assert_eq!(number(&firm.site, &of(ikram)).await, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_makes_no_review_is_refused_on_record_and_begins_nothing(pool: PgPool) {
    let firm = firm(pool).await;
    let dana = id(&firm.reviewer).await.to_string();
    let (member, closed) = (firm.ada.to_string(), Uuid::nil().to_string());
    let (ahead, over, far) = (
        day(&firm.site, 30),
        day(&firm.site, -1),
        day(&firm.site, 400),
    );
    for (name, due, reviewer, filter, code) in [
        ("", &ahead, &dana, "", "bad_name"),
        ("a\u{202e}b", &ahead, &dana, "", "bad_name"),
        ("Q4", &over, &dana, "", "bad_day"),
        ("Q4", &far, &dana, "", "bad_day"),
        ("Q4", &"soon".to_owned(), &dana, "", "bad_day"),
        ("Q4", &ahead, &member, "", "choice_missing"),
        ("Q4", &ahead, &closed, "", "choice_missing"),
        ("Q4", &ahead, &"x".to_owned(), "", "choice_missing"),
    ] {
        let before = last_event(&firm.site).await;
        let fields = [
            ("name", name),
            ("due", due),
            ("filter", filter),
            ("reviewers[]", reviewer),
        ];
        let reply = firm.admin.post_form("/admin/reviews/begin", &fields).await;
        let location = reply.location();
        assert!(location.starts_with("/admin/reviews/new?"), "{reply:?}");
        assert!(
            location.contains(&format!("problem={code}")),
            "{name:?} {due}: {location}"
        );
        let event = only_event_after(&firm.site, before).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("desk.refused", Some(code))
        );
    }
    let nobody = [("name", "Q4"), ("due", ahead.as_str()), ("filter", "")];
    let reply = firm.admin.post_form("/admin/reviews/begin", &nobody).await;
    assert!(
        reply.location().contains("problem=choice_missing"),
        "{reply:?}"
    );
    assert_eq!(
        number(&firm.site, "SELECT count(*) FROM review_campaigns").await,
        0
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_begin_no_review(pool: PgPool) {
    let firm = firm(pool).await;
    let page = firm.reviewer.get("/admin/reviews/new").await;
    assert_eq!(page.status, 403);
    let reply = firm.reviewer.post_form("/admin/reviews/begin", &[]).await;
    assert_ne!(reply.status, 303);
    assert_eq!(
        number(&firm.site, "SELECT count(*) FROM review_campaigns").await,
        0
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_gather_many_links_once(pool: PgPool) {
    let firm = firm(pool).await;
    sql(
        &firm.site,
        "WITH made AS (
             INSERT INTO accounts (email, first_name)
             SELECT 'p' || n || '@harbourlane.test', 'P' || n
             FROM generate_series(1, 1300) AS n
             RETURNING id, email
         )
         INSERT INTO identities (account_id, issuer, subject, email)
         SELECT id, 'https://account.clio.com/', email, email FROM made",
    )
    .await;
    let other = firm.site.another_node().await;
    begin(&firm, 30, &[id(&firm.reviewer).await]).await;
    let nodes = [&firm.site.services, &other.services]
        .map(std::sync::Arc::clone)
        .into_iter()
        .cycle()
        .take(4)
        .map(|services| async move { gather(&services).await.unwrap() });
    all_do_at_once(nodes).await;
    gathered(&firm.site).await;
    assert_eq!(counts(&firm.site).await, "1304 0 0 0");
    let places = "SELECT count(DISTINCT place) + max(place) - min(place) FROM review_items";
    assert_eq!(number(&firm.site, places).await, 1304 + 1303);
    let links = "SELECT count(DISTINCT identity_id) FROM review_items";
    assert_eq!(number(&firm.site, links).await, 1304);
    let events = "SELECT count(*) FROM audit_events WHERE action = 'review.gathered'";
    assert_eq!(number(&firm.site, events).await, 1);
    let letters = "SELECT count(*) FROM mail_outbox WHERE kind = 'review_begun'";
    assert_eq!(number(&firm.site, letters).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_whose_role_was_taken_away_begins_nothing(pool: PgPool) {
    let firm = firm(pool).await;
    let former = with_role(&firm.site, "tomas", "admin").await;
    let due = day(&firm.site, 30);
    let dana = id(&firm.reviewer).await.to_string();
    let fields = [
        ("name", "Q4"),
        ("due", due.as_str()),
        ("reviewers[]", &dana),
    ];
    let change = format!(
        "UPDATE accounts SET role = 'member' WHERE id = '{}'",
        id(&former).await
    );
    let reply = crate::harness::overtaken(
        &firm.site,
        &change,
        former.post_form("/admin/reviews/begin", &fields),
    )
    .await;
    assert_eq!(reply.status, 403, "{reply:?}");
    assert_eq!(
        number(&firm.site, "SELECT count(*) FROM review_campaigns").await,
        0
    );
}
