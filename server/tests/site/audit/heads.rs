//! Heads that are kept elsewhere find what the database alone can't tell.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::audit::{self, Break, SignedHead, Verdict},
};

use super::{broken, events, intact, sealed, tamper};
use crate::harness::{Site, number, sql};

async fn verdict(site: &Site, kept: &[SignedHead]) -> Result<i64, Break> {
    match audit::verify_with(&site.services, kept, |_| ())
        .await
        .unwrap()
    {
        Verdict::Intact { sealed, .. } => Ok(sealed),
        Verdict::Broken(found) => Err(found),
    }
}

async fn head(site: &Site) -> SignedHead {
    audit::head(&site.services).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn heads_kept_at_any_time_are_found_in_an_untouched_chain(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let mut kept = vec![head(&site).await];
    assert_eq!(kept[0].position(), 0);
    for round in 1..=3 {
        events(&site, 4).await;
        audit::seal(&site.services).await.unwrap();
        kept.push(head(&site).await);
        assert_eq!(kept.last().unwrap().position(), round * 4);
    }
    assert_eq!(verdict(&site, &kept).await, Ok(12));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_old_head_put_back_with_all_newer_events_cut_off_is_found_by_the_newer_head(
    pool: PgPool,
) {
    let site = sealed(pool).await;
    sql(&site, "CREATE TABLE aside AS SELECT * FROM audit_head").await;
    events(&site, 3).await;
    audit::seal(&site.services).await.unwrap();
    let kept = head(&site).await;
    tamper(
        &site,
        "DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_chain WHERE position > 10);
         DELETE FROM audit_chain WHERE position > 10;
         DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM aside; DROP TABLE aside",
    )
    .await;
    // In itself all of this is as it once was.
    assert_eq!(intact(&site).await, 10);
    assert_eq!(
        verdict(&site, std::slice::from_ref(&kept)).await,
        Err(Break::NotAsKept(13))
    );
    // Nor is it covered up by what happens afterwards.
    events(&site, 5).await;
    audit::seal(&site.services).await.unwrap();
    assert_eq!(intact(&site).await, 15);
    assert_eq!(verdict(&site, &[kept]).await, Err(Break::NotAsKept(13)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_head_that_was_altered_or_is_of_another_installation_is_told(pool: PgPool) {
    let site = sealed(pool).await;
    let kept = head(&site).await;
    let altered: SignedHead = kept
        .to_string()
        .replacen("position=10", "position=9", 1)
        .parse()
        .unwrap();
    assert_eq!(verdict(&site, &[altered]).await, Err(Break::KeptForged(9)));
    let other = Site::start(site.pool.clone(), |settings| {
        settings.set("SECRET_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
    })
    .await;
    assert_eq!(
        verdict(&other, std::slice::from_ref(&kept)).await,
        Err(Break::KeptForged(10))
    );
    assert_eq!(verdict(&site, &[kept]).await, Ok(10));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_head_is_signed_of_a_chain_whose_end_was_altered(pool: PgPool) {
    let site = sealed(pool).await;
    tamper(
        &site,
        "DELETE FROM audit_chain WHERE position = 10;
         UPDATE audit_head SET position = 9, hash = (SELECT hash FROM audit_chain WHERE position = 9)",
    )
    .await;
    assert!(audit::head(&site.services).await.is_err());
    assert_eq!(broken(&site).await, Break::Forged);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn making_a_head_writes_nothing(pool: PgPool) {
    let site = sealed(pool).await;
    let before = number(&site, "SELECT count(*) FROM audit_events").await;
    let (one, other) = (head(&site).await, head(&site).await);
    assert_eq!(one.hash(), other.hash());
    assert_eq!(
        number(&site, "SELECT count(*) FROM audit_events").await,
        before
    );
}
