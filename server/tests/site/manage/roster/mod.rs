//! The roster: reading the firm's people, and what becomes of what differs.

mod deciding;
mod links;
mod reading;
mod restored;
mod room;
mod unread;

use std::time::Duration;

use simulated_clio::Region;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::service::manage::roster::{leaving, reading as service};

use crate::harness::{
    Browser, DANA, DANA_USER, Site, approve, at_manage, in_regions, number, sql, text, with_role,
};

pub(super) const US: &[Region] = &[Region::Us];
pub(super) const START: &str = "/auth/clio-manage/start?region=us&purpose=roster";
pub(super) const FIRM: u64 = 20_001;

/// A site whose administrator Dana has connected the firm.
pub(super) async fn connected(pool: PgPool) -> (Site, Browser) {
    let site = Site::start(pool, in_regions(US)).await;
    site.linked("dana", DANA).await;
    let dana = with_role(&site, "dana", "admin").await;
    let url = at_manage(&dana, START).await;
    approve(&site, &dana, &url, DANA_USER)
        .await
        .leads_to("/admin/roster?done=roster_connected");
    (site, dana)
}

/// Lets a read that is under way or due come to its end, however often it has to rest.
pub(super) async fn read(site: &Site) {
    const UNDER_WAY: &str = "SELECT count(*) FROM roster_reads WHERE ended_at IS NULL";
    for _ in 0..1000 {
        while service::step(&site.services).await.unwrap() {}
        if number(site, UNDER_WAY).await == 0 {
            while leaving::by_itself(&site.services, || true).await.unwrap() > 0 {}
            return;
        }
        site.advance(Duration::from_secs(61));
    }
    panic!("the read doesn't end");
}

/// The read of the next night.
pub(super) async fn read_again(site: &Site) {
    site.advance(Duration::from_hours(24));
    read(site).await;
}

pub(super) async fn outcome(site: &Site) -> String {
    let last = "SELECT outcome FROM roster_reads ORDER BY began_at DESC LIMIT 1";
    text(site, last).await.unwrap_or_default()
}

/// What waits: kind and why, by number.
pub(super) async fn waiting(site: &Site) -> String {
    let waiting = "SELECT coalesce(string_agg(user_number || ' ' || kind || ' ' || coalesce(why, 'rule alone'), ', '
                       ORDER BY user_number, kind), '')
                   FROM roster_differences WHERE state = 'waiting' AND kind NOT IN ('new', 'name')";
    text(site, waiting).await.unwrap()
}

pub(super) async fn status(site: &Site, account: Uuid) -> String {
    let query = format!("SELECT status FROM accounts WHERE id = '{account}'");
    text(site, &query).await.unwrap()
}

/// Lets leavers be suspended by themselves, up to a percentage of the firm's accounts at once.
pub(super) async fn automatic(site: &Site, threshold: u8) {
    sql(
        site,
        &format!(
            "INSERT INTO roster_rules (firm_id, revision, leavers, threshold, reason, changed_at)
             SELECT id, 1, 'automatic', {threshold}, 'They leave.', now() FROM manage_firms"
        ),
    )
    .await;
}

/// Ikram, a member of the firm with an account whose e-mail is proved; three colleagues of hers besides.
pub(super) async fn with_colleagues(site: &Site) -> Uuid {
    site.linked("ikram", "ikram.osei@harbourlane.test").await;
    for (subject, email) in [
        ("tomas", "tomas.ferreira"),
        ("priya", "priya.nandakumar"),
        ("mei", "mei-lin.zhao"),
    ] {
        site.linked(subject, &format!("{email}@harbourlane.test"))
            .await;
    }
    site.account_of("ikram").await.unwrap()
}

/// The ids of the differences of a kind that wait, apart by commas.
pub(super) async fn waiting_ids(site: &Site, kind: &str) -> String {
    let query = format!(
        "SELECT coalesce(string_agg(id::text, ',' ORDER BY user_number), '')
         FROM roster_differences WHERE state = 'waiting' AND kind = '{kind}'"
    );
    text(site, &query).await.unwrap()
}

/// The id of the firm.
pub(super) async fn firm_id(site: &Site) -> String {
    text(site, "SELECT id::text FROM manage_firms")
        .await
        .unwrap()
}
