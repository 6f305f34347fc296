//! What becomes of Clio Manage's part of a backup that was restored.

use simulated_clio::Region;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{connected, firm_id, read, status, waiting, with_colleagues};
use crate::harness::{
    IKRAM_USER, at_manage, connect_manage, grant_of, look_after, number, signed_in,
};

/// Tomás, at the simulated Clio Manage.
const TOMAS_USER: u64 = 710_273;

#[sqlx::test(migrator = "MIGRATOR")]
async fn clio_is_asked_anew_what_was_revoked_and_who_left_since_the_backup(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    let tomas = signed_in(&site, "tomas").await;
    connect_manage(&site, &tomas, TOMAS_USER).await;
    read(&site).await;
    // Under way when the backup is made: an attempt, and a read.
    at_manage(&tomas, "/auth/clio-manage/start?region=us").await;
    let firm = firm_id(&site).await;
    dana.post_form("/admin/roster/read", &[("firm", &firm)])
        .await
        .leads_to("/admin/roster?done=roster_begun");
    let backup = site.back_up().await;

    let manage = site.clio.manage(Region::Us);
    manage.remove_user(IKRAM_USER);
    manage.revoke_quietly(TOMAS_USER);

    site.restore(&backup).await;
    site.operate(&["restored"]).await.ended(0);
    for (what, rows) in [
        ("attempts", "SELECT count(*) FROM manage_attempts"),
        (
            "reads under way",
            "SELECT count(*) FROM roster_reads WHERE ended_at IS NULL",
        ),
    ] {
        assert_eq!(number(&site, rows).await, 0, "{what}");
    }
    look_after(&site).await;
    let account = site.account_of("tomas").await.unwrap();
    assert_eq!(grant_of(&site, account).await.1, "reconnect");
    read(&site).await;
    assert_eq!(waiting(&site).await, format!("{IKRAM_USER} gone rule"));
    assert_eq!(status(&site, ikram).await, "active");
}
