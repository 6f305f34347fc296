//! "Add to Clio": begun at Clio, ended at Clio.

use http::{Method, StatusCode};
use simulated_clio::Region;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA_USER, Site, approve, at_manage, dana_signed_in, grant_of, in_regions, number,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_comes_from_clio_signs_in_approves_and_ends_where_clio_waits(pool: PgPool) {
    let site = Site::start(pool, in_regions(&[Region::Us, Region::Eu])).await;
    site.linked("dana", "d.whitlock@harbourlane.test").await;
    let browser = Browser::new(&site);
    let page = browser
        .send(Method::GET, "/add-to-clio?region=eu", "cross-site", None)
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let way_in = "/auth/clio/start?return_to=%2Fadd-to-clio%3Fregion%3Deu";
    assert!(page.body.contains(way_in), "{}", page.body);
    browser
        .sign_in_at(&site, way_in, "dana")
        .await
        .leads_to("/add-to-clio?region=eu");
    let page = browser.get("/add-to-clio?region=eu").await;
    let first = page.body.find("region=eu&amp;purpose=add").unwrap();
    assert!(
        first < page.body.find("region=us&amp;purpose=add").unwrap(),
        "{}",
        page.body
    );
    assert_eq!(
        number(&site, "SELECT count(*) FROM manage_attempts").await,
        0,
        "the page begins nothing"
    );
    let url = at_manage(&browser, "/auth/clio-manage/start?region=us&purpose=add").await;
    let end = format!(
        "{}/app_integrations_callback",
        site.clio.manage(Region::Us).base_url()
    );
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to(&end);
    let account = browser.account().await.unwrap();
    assert_eq!(grant_of(&site, account).await.1, "live");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_region_that_isn_t_one_leads_nowhere_else(pool: PgPool) {
    let site = Site::start(pool, in_regions(&[Region::Us])).await;
    let browser = dana_signed_in(&site).await;
    let odd = "/add-to-clio?region=https%3A%2F%2Fevil.test%22%3E%3Cscript%3E";
    let page = browser.get(odd).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("evil"), "{}", page.body);
    let stranger = Browser::new(&site).get(odd).await;
    assert!(!stranger.body.contains("<script>"), "{}", stranger.body);
}
