//! Every filter, every order, page by page: the list shows what the tables say.

use sqlx::PgPool;
use time::macros::date;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    domain::{
        account::{Role, Status},
        desk::{
            links::{Connection, Direction, Filter, Sort, Total, Window, words},
            profile::{LinkMethod, Origin},
        },
    },
    service::desk::links,
};

use super::reference::{expected, read, write, write_far_away};
use crate::harness::Site;

const SORTS: [Sort; 11] = [
    Sort::Person,
    Sort::Email,
    Sort::ClioEmail,
    Sort::Status,
    Sort::Role,
    Sort::Method,
    Sort::Matched,
    Sort::Linked,
    Sort::Used,
    Sort::Drift,
    Sort::Reviewed,
];

fn search(text: &str) -> Filter {
    Filter {
        words: words(text),
        ..Filter::default()
    }
}

/// Each kind of filter, alone and with others.
fn filters() -> Vec<Filter> {
    let none = Filter::default;
    vec![
        none(),
        Filter {
            connection: Connection::Either,
            ..none()
        },
        Filter {
            connection: Connection::Disconnected,
            ..none()
        },
        Filter {
            statuses: vec![Status::Pending, Status::Suspended],
            ..none()
        },
        Filter {
            roles: vec![Role::Admin],
            ..none()
        },
        Filter {
            methods: vec![LinkMethod::Code, LinkMethod::Claim],
            ..none()
        },
        Filter {
            origins: vec![Origin::Import],
            ..none()
        },
        Filter {
            reviewed: Some(false),
            ..none()
        },
        Filter {
            reviewed: Some(true),
            drifted: Some(true),
            ..none()
        },
        Filter {
            dormant_days: Some(500),
            ..none()
        },
        Filter {
            dormant_days: Some(300),
            statuses: vec![Status::Active],
            ..none()
        },
        Filter {
            linked_from: Some(date!(2025 - 03 - 01)),
            ..none()
        },
        Filter {
            linked_from: Some(date!(2025 - 03 - 01)),
            linked_to: Some(date!(2025 - 07 - 10)),
            drifted: Some(false),
            ..none()
        },
        search("anna"),
        search("NGUYÊN"),
        search("ólga"),
        search("ольга"),
        search("soren zoe"),
        search("gross"),
        search("@firm.test"),
        search("other."),
        search("o'brien"),
        search("van berg"),
        search("100%"),
        search("_id\\"),
        search("person-1"),
        Filter {
            dormant_days: Some(200),
            roles: vec![Role::Member],
            ..search("mail")
        },
        Filter {
            linked_to: Some(date!(2025 - 09 - 01)),
            ..search("harbourlane person")
        },
    ]
}

/// Reads a whole list, page by page.
async fn pages(
    site: &Site,
    filter: &Filter,
    sort: Sort,
    direction: Direction,
) -> (Total, Vec<Uuid>) {
    let mut window = Window {
        sort,
        direction,
        after: None,
        most: 61,
    };
    let mut found = Vec::new();
    let mut totals = Vec::new();
    loop {
        let page = links::page(&site.services, filter, &window).await.unwrap();
        found.extend(page.rows.iter().map(|row| row.id));
        totals.extend(page.total);
        if !page.more {
            totals.dedup();
            assert_eq!(totals.len(), 1, "{totals:?}: each page counts the same");
            return (totals[0], found);
        }
        assert_eq!(page.rows.len(), 61);
        window.after = page.places.last().cloned();
    }
}

async fn every_list_is_as_expected(site: &Site) -> Vec<Total> {
    site.clock.freeze();
    let now = site.services.now();
    let links = read(site).await;
    let mut totals = Vec::new();
    for filter in filters() {
        for sort in SORTS {
            for direction in [Direction::Ascending, Direction::Descending] {
                let expected = expected(&links, &filter, sort, direction, now);
                let (total, found) = pages(site, &filter, sort, direction).await;
                assert_eq!(found, expected, "{sort:?} {direction:?} {filter:?}");
                if let Total::Exactly(counted) = total {
                    assert_eq!(counted as usize, expected.len(), "{filter:?}");
                }
                totals.push(total);
            }
        }
    }
    totals
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lists_show_what_the_tables_say_in_every_order_page_by_page(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    write(&site, 300, false).await;
    let totals = every_list_is_as_expected(&site).await;
    assert!(
        totals
            .iter()
            .all(|total| matches!(total, Total::Exactly(_))),
        "300 links are counted exactly"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lists_show_the_same_where_the_sample_says_that_they_are_long(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    write(&site, 300, true).await;
    let totals = every_list_is_as_expected(&site).await;
    assert!(totals.contains(&Total::More), "some were walked through");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_lost_where_what_matches_lies_far_away(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    write_far_away(&site).await;
    let links = read(&site).await;
    for connection in [Connection::Connected, Connection::Either] {
        let filter = Filter {
            connection,
            ..search("zebra")
        };
        for sort in [
            Sort::Linked,
            Sort::Used,
            Sort::Person,
            Sort::Role,
            Sort::Method,
        ] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let expected = expected(&links, &filter, sort, direction, site.services.now());
                let (total, found) = pages(&site, &filter, sort, direction).await;
                assert_eq!(found, expected, "{sort:?} {direction:?} {filter:?}");
                assert_eq!(total, Total::More, "the sample says that they are many");
            }
        }
    }
}
