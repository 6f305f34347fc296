//! The audit: its chain, its months, and the heads that are kept elsewhere.

mod chain;
mod deleting;
mod heads;
mod months;
mod unrecorded;
mod upgrade;

use sqlx::PgPool;
use vestibule::{
    domain::{account::Role, email::Email},
    service::{
        accounts::Which,
        audit::{self, Break, Verdict},
        roles,
    },
};

use crate::harness::{Site, sql};

/// A site with ten events, all of them sealed.
async fn sealed(pool: PgPool) -> Site {
    let site = Site::start(pool, |_| ()).await;
    events(&site, 10).await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 10);
    site
}

/// Lets this many events happen.
async fn events(site: &Site, count: usize) {
    let email = Which::Email(Email::parse("owner@firm.test").unwrap());
    let role = Some(Role::Owner);
    for _ in 0..count {
        roles::grant(&site.services, &email, role).await.unwrap();
    }
}

/// Statements of somebody who may do everything in the database.
async fn tamper(site: &Site, statements: &str) {
    sql(
        site,
        &format!(
            "ALTER TABLE audit_events DISABLE TRIGGER ALL;
             ALTER TABLE audit_chain DISABLE TRIGGER ALL;
             {statements};
             ALTER TABLE audit_events ENABLE TRIGGER ALL;
             ALTER TABLE audit_chain ENABLE TRIGGER ALL;"
        ),
    )
    .await;
}

async fn intact(site: &Site) -> i64 {
    match audit::verify(&site.services).await.unwrap() {
        Verdict::Intact { sealed, tail } => {
            assert_eq!(tail.count, 0);
            sealed
        }
        Verdict::Broken(found) => panic!("{found}"),
    }
}

async fn broken(site: &Site) -> Break {
    match audit::verify(&site.services).await.unwrap() {
        Verdict::Broken(found) => found,
        Verdict::Intact { sealed, tail } => panic!("nothing found: {sealed} sealed, {tail:?}"),
    }
}
