//! Clio Manage: sites that have to do with it, and what people do there.

use http::StatusCode;
use simulated_clio::Region;
use uuid::Uuid;
use vestibule::service::manage::keeping;

use super::{browser::Browser, reply::Reply, settings::Settings, site::Site};

/// Dana's number at Clio Manage in the United States; she owns the account of [`FIRM`].
pub const DANA_USER: u64 = 710_271;
/// Ikram's, of the same firm.
pub const IKRAM_USER: u64 = 710_272;
/// The firm, as the settings name it.
pub const FIRM: &str = "us:20001";

/// A site that has to do with Clio Manage in these regions.
pub fn in_regions(regions: &'static [Region]) -> impl FnOnce(&mut Settings) {
    |settings| settings.manage = regions.to_vec()
}

/// A site that admits members of [`FIRM`], by Clio Manage in the United States; others are treated so.
pub fn by_firm(others: &'static str) -> impl FnOnce(&mut Settings) {
    move |settings| {
        settings.manage = vec![Region::Us];
        settings
            .set("ADMISSION", "firm")
            .set("ADMISSION_FIRMS", FIRM)
            .set("ADMISSION_FIRM_OTHERS", others);
    }
}

/// Follows a link that leads to Clio Manage; gives the address there.
pub async fn at_manage(browser: &Browser, path: &str) -> String {
    let reply = browser.get(path).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let url = reply.location().to_owned();
    assert!(url.contains("/oauth/authorize?"), "{url}");
    url
}

/// A user approves at an address of Clio Manage in the United States, and the browser comes back.
pub async fn approve(site: &Site, browser: &Browser, url: &str, user: u64) -> Reply {
    let callback = site.clio.manage(Region::Us).authorize(url, user).unwrap();
    browser.finish(&callback).await
}

/// Connects Clio Manage in the United States, as a user there.
pub async fn connect_manage(site: &Site, browser: &Browser, user: u64) -> Reply {
    let url = at_manage(browser, "/auth/clio-manage/start?region=us").await;
    approve(site, browser, &url, user).await
}

/// The newest grant of an account: its id and its state.
pub async fn grant_of(site: &Site, account: Uuid) -> (Uuid, String) {
    sqlx::query_as(
        "SELECT id, state FROM manage_grants WHERE account_id = $1
         ORDER BY granted_at DESC, id DESC LIMIT 1",
    )
    .bind(account)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// Does what is due behind the requests, until nothing is.
pub async fn look_after(site: &Site) {
    while keeping::round(&site.services, || true).await.unwrap() > 0 {}
}
