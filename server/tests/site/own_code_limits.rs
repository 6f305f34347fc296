//! Limits on the codes that are mailed to somebody who has a session: to let them in, and to confirm
//! that it is them. Shared by all sessions, and never for good.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Site, another_code, forget_everybody, form_refused, mailed_code, sql,
};

/// Where a code is asked for and typed.
struct Room {
    page: &'static str,
    /// Where a sign-in leads to it, and where the right code leads on.
    between: (&'static str, &'static str),
    /// The buckets of guesses: at whoever has the session, at codes to the mailbox, and of codes mailed.
    buckets: [&'static str; 3],
}

const ROOMS: [Room; 2] = [
    Room {
        page: "/pending",
        between: ("/pending", "/welcome"),
        buckets: ["account", "guess-account", "code-account"],
    },
    Room {
        page: "/account/confirm",
        between: ("/account", "/account"),
        buckets: ["confirm", "guess-confirm", "code-confirm"],
    },
];

impl Room {
    /// A site where Dana is to come here, on whose clock a day begins and stands still.
    async fn opened(&self, pool: &PgPool) -> Site {
        let is_waiting_room = self.page == "/pending";
        let site = Site::start(pool.clone(), |settings| {
            if is_waiting_room {
                settings.set("ADMISSION", "domains");
                settings.set("ADMISSION_DOMAINS", "harbourlane.test");
            }
        })
        .await;
        forget_everybody(&site).await;
        if !is_waiting_room {
            site.linked("dana", DANA).await;
        }
        site.begin_a_day();
        site
    }

    async fn entered(&self, site: &Site) -> Browser {
        let browser = Browser::new(site);
        let reply = browser.sign_in(site, "dana").await;
        reply.leads_to(self.between.0);
        browser
    }

    /// Asks for a code, which is mailed.
    async fn code(&self, site: &Site, browser: &Browser) -> String {
        let reply = browser.post_form(&self.send(), &[]).await;
        assert!(reply.location().starts_with(self.page), "{reply:?}");
        assert!(!reply.location().contains("problem="), "{reply:?}");
        mailed_code(site, DANA).await
    }

    async fn is_wrong(&self, browser: &Browser, code: &str) {
        let wrong = another_code(code);
        let reply = browser.post_form(&self.check(), &[("code", &wrong)]).await;
        reply.leads_to(&format!("{}?problem=wrong_code", self.page));
    }

    async fn is_right(&self, browser: &Browser, code: &str) {
        let reply = browser.post_form(&self.check(), &[("code", code)]).await;
        reply.leads_to(self.between.1);
    }

    /// Fails unless even the right code is one guess too many.
    async fn is_too_many(&self, site: &Site, browser: &Browser, code: &str) {
        let (path, place) = (self.check(), format!("{}?problem=too_many", self.page));
        let form = (path.as_str(), &[("code", code)][..]);
        let event = form_refused(site, browser, form, &place).await;
        assert_eq!(event.reason.as_deref(), Some("too_many"), "{path}");
    }

    fn send(&self) -> String {
        format!("{}/code/send", self.page)
    }

    fn check(&self) -> String {
        format!("{}/code", self.page)
    }
}

/// Lets what was counted in a bucket have been so many.
async fn spend(site: &Site, bucket: &str, count: u8) {
    let spent = format!(
        "DO $$ BEGIN
             UPDATE guesses SET count = {count} WHERE bucket LIKE '{bucket}:%';
             ASSERT FOUND;
         END $$"
    );
    sql(site, &spent).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn twenty_guesses_are_enough_for_a_quarter_of_an_hour(pool: PgPool) {
    for room in ROOMS {
        let site = room.opened(&pool).await;
        let browser = room.entered(&site).await;
        let code = room.code(&site, &browser).await;
        room.is_wrong(&browser, &code).await;
        spend(&site, room.buckets[0], 19).await;
        room.is_wrong(&browser, &code).await;
        room.is_too_many(&site, &browser, &code).await;
        site.advance(Duration::from_mins(15));
        let code = room.code(&site, &browser).await;
        room.is_right(&browser, &code).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_codes_of_a_mailbox_bear_thirty_tries_a_day_together(pool: PgPool) {
    for room in ROOMS {
        let site = room.opened(&pool).await;
        let browser = room.entered(&site).await;
        let code = room.code(&site, &browser).await;
        room.is_wrong(&browser, &code).await;
        spend(&site, room.buckets[1], 29).await;
        room.is_wrong(&browser, &code).await;
        room.is_too_many(&site, &browser, &code).await;
        site.advance(Duration::from_hours(24));
        let browser = room.entered(&site).await;
        let code = room.code(&site, &browser).await;
        room.is_right(&browser, &code).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mailbox_gets_twelve_codes_a_day(pool: PgPool) {
    for room in ROOMS {
        let site = room.opened(&pool).await;
        let browser = room.entered(&site).await;
        room.code(&site, &browser).await;
        spend(&site, room.buckets[2], 11).await;
        site.advance(Duration::from_mins(1));
        room.code(&site, &browser).await;
        site.advance(Duration::from_mins(1));
        let (path, place) = (room.send(), format!("{}?problem=too_many", room.page));
        let event = form_refused(&site, &browser, (&path, &[]), &place).await;
        assert_eq!(event.reason.as_deref(), Some("too_many_codes"), "{path}");
        site.advance(Duration::from_hours(24));
        let browser = room.entered(&site).await;
        room.code(&site, &browser).await;
    }
}
