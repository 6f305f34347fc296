//! What the list of links tells of the roster, and how it is asked for.

use simulated_clio::Region;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{connected, read, read_again, with_colleagues};
use crate::harness::{Browser, IKRAM_USER, Site, with_role};

/// The people whom a list shows.
async fn shown(browser: &Browser, query: &str) -> Vec<&'static str> {
    let page = browser.get(&format!("/admin/links?{query}")).await.body;
    let rows = page.split("<tbody>").nth(1).unwrap_or_default().to_owned();
    [
        "ikram.osei",
        "tomas.ferreira",
        "priya.nandakumar",
        "mei-lin.zhao",
        "d.whitlock",
        "elsewhere",
    ]
    .into_iter()
    .filter(|person| rows.contains(person))
    .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn links_are_found_by_firm_region_role_and_login_in_clio(pool: PgPool) {
    let (site, _) = connected(pool).await;
    with_colleagues(&site).await;
    site.linked("stranger", "somebody@elsewhere.test").await;
    let manage = site.clio.manage(Region::Us);
    manage.change_user(IKRAM_USER, |user| user.roles = vec!["Billing".into()]);
    read(&site).await;
    manage.remove_user(IKRAM_USER + 1);
    manage.change_user(IKRAM_USER, |user| user.enabled = false);
    read_again(&site).await;
    let dana = with_role(&site, "dana", "admin").await;
    let firm = [
        "ikram.osei",
        "tomas.ferreira",
        "priya.nandakumar",
        "mei-lin.zhao",
        "d.whitlock",
    ];
    for (query, people) in [
        ("firm=us%3A20001", firm.as_slice()),
        ("region=us", &firm),
        ("region=eu", &[]),
        ("firm=us%3A20002", &[]),
        ("firm=nothing", &[]),
        (
            "enabled=yes",
            &["priya.nandakumar", "mei-lin.zhao", "d.whitlock"],
        ),
        ("enabled=no", &["ikram.osei"]),
        ("enabled=gone", &["tomas.ferreira"]),
        ("enabled=absent", &["elsewhere"]),
        ("clio_role=billing", &["ikram.osei"]),
        ("clio_role=bill", &[]),
        ("clio_role=billing&enabled=yes", &[]),
        ("not_seen=1", &["tomas.ferreira"]),
        ("not_seen=2", &[]),
        ("enabled=yes&q=priya&sort=person", &["priya.nandakumar"]),
        ("enabled=absent&region=us&status=active", &["elsewhere"]),
        ("enabled=absent&status=pending", &[]),
    ] {
        assert_eq!(shown(&dana, query).await, people, "{query}");
    }
    // Page by page as any list, and counted.
    let page = dana.get("/admin/links?enabled=yes").await.body;
    assert!(page.contains("3 links"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_list_and_its_download_say_what_the_roster_does(pool: PgPool) {
    let (site, _) = connected(pool).await;
    with_colleagues(&site).await;
    read(&site).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    let dana = with_role(&site, "dana", "admin").await;
    let columns =
        "column=person&column=firm&column=region&column=clio_role&column=enabled&column=seen";
    let page = dana
        .get(&format!("/admin/links?q=ikram&{columns}"))
        .await
        .body;
    for says in [
        "Harbour &amp; Lane",
        "United States",
        "No longer in the firm",
        "Last seen in the roster",
        "1 day ago",
    ] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let file = dana.get("/admin/links.csv?enabled=gone").await.body;
    let lines: Vec<_> = file.lines().collect();
    assert_eq!(lines.len(), 2, "{file}");
    assert!(
        lines[0].ends_with("clio_firm,clio_region,clio_roles,clio_login,seen_in_roster_at"),
        "{file}"
    );
    assert!(
        lines[1].contains("Harbour & Lane,us,") && lines[1].contains(",gone,"),
        "{file}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_clio_manage_nothing_of_it_is_offered(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = with_role(&site, "dana", "admin").await;
    let page = dana
        .get("/admin/links?column=person&column=seen")
        .await
        .body;
    assert!(
        !page.contains("roster") && !page.contains("clio_role"),
        "{page}"
    );
    let file = dana.get("/admin/links.csv").await.body;
    assert!(!file.contains("clio_firm"), "{file}");
}
