//! The evidence of a closed review.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::{
        audit::{self, Verdict},
        desk::reviews::pack::{FIRST_LINE, check},
    },
};

use super::{danas_review, firm, id, press, said};
use crate::harness::{last_event, only_event_after, sql};

#[sqlx::test(migrator = "MIGRATOR")]
async fn evidence_says_what_was_attested_by_whom_and_what_came_of_it(pool: PgPool) {
    let firm = firm(pool).await;
    sql(
        &firm.site,
        &format!(
            "UPDATE accounts SET first_name = '=1+1', last_name = 'a,\"b\"' WHERE id = '{}'",
            firm.ada
        ),
    )
    .await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "keep", "@home").await;
    said(&firm, &page, firm.bo, "revoke", "left").await;
    press(&firm.admin, "carry-out", &page).await;
    let pack = format!("{page}/pack");
    let early = firm.admin.get(&pack).await;
    assert_eq!(
        (early.status, early.location()),
        (StatusCode::SEE_OTHER, page.as_str())
    );
    press(&firm.admin, "close", &page).await;

    let before = last_event(&firm.site).await;
    let reply = firm.admin.get(&pack).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment")
    );
    let event = only_event_after(&firm.site, before).await;
    assert_eq!(event.action, "review.pack_taken");
    assert_eq!(event.actor_account_id, Some(id(&firm.admin).await));

    let text = reply.body;
    assert!(text.starts_with(FIRST_LINE), "{text}");
    for line in [
        "review,Fourth quarter\r\n",
        "begun_by,ikram.osei@harbourlane.test\r\n",
        "reviewer,d.whitlock@harbourlane.test\r\n",
        "links,4\r\nkept,1\r\nto_revoke,1\r\nunsure,0\r\nnot_decided,2\r\n",
        ",\"'=1+1\",\"a,\"\"b\"\"\",ada@harbourlane.test,",
        ",keep,\"'@home\",d.whitlock@harbourlane.test,",
        ",revoke,left,d.whitlock@harbourlane.test,",
        ",not decided,,,,,,",
    ] {
        assert!(text.contains(line), "{line:?} isn't in {text}");
    }
    let checked = check(&firm.site.services.config.master_key, text.as_bytes()).unwrap();
    assert!(checked.has_its_contents && checked.is_signed, "{checked:?}");
    assert_eq!(checked.links, 4);
    // The closing is in the part of the record that it names.
    let kept = [checked.head];
    let verdict = audit::verify_with(&firm.site.services, &kept, |_| ()).await;
    assert!(matches!(verdict.unwrap(), Verdict::Intact { .. }));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn evidence_of_many_links_has_each_of_them_once(pool: PgPool) {
    let firm = firm(pool).await;
    sql(
        &firm.site,
        "WITH made AS (
             INSERT INTO accounts (email)
             SELECT 'p' || n || '@harbourlane.test' FROM generate_series(1, 1200) AS n
             RETURNING id, email
         )
         INSERT INTO identities (account_id, issuer, subject, email)
         SELECT id, 'https://account.clio.com/', email, email FROM made",
    )
    .await;
    let page = danas_review(&firm).await;
    press(&firm.admin, "close", &page).await;
    let text = firm.reviewer.get(&format!("{page}/pack")).await.body;
    let checked = check(&firm.site.services.config.master_key, text.as_bytes()).unwrap();
    assert!(checked.has_its_contents && checked.is_signed);
    assert_eq!(checked.links, 1204);
    for n in 1..=1200 {
        assert!(text.contains(&format!(",p{n}@harbourlane.test,")), "{n}");
    }
}
