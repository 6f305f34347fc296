//! Limits on the codes that are mailed to somebody who has a session: to let them in, and to confirm
//! that it is them. Shared by all sessions, and never for good.

use std::time::Duration;

use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Site, account, another_code, confirm_link, forget_everybody, form_refused,
    mailed_code, prompted, send_link_code, sql, type_link_code,
};

/// A login of somebody else's, which says that it has Dana's e-mail.
const STRANGER: &str = "stranger-as-dana";

/// Where a code is asked for and typed.
struct Room {
    page: &'static str,
    /// Where a sign-in leads to it, and where the right code leads on.
    between: (&'static str, &'static str),
    /// The buckets: of guesses of whoever has the session, of guesses at codes, and of codes mailed.
    buckets: [&'static str; 3],
}

const ROOMS: [Room; 2] = [
    Room {
        page: "/pending",
        between: ("/pending", "/welcome"),
        buckets: ["waiting", "guess-waiting", "code-waiting"],
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
            settings.people.push(Person::new(STRANGER, DANA));
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
        self.entered_by(site, "dana").await
    }

    async fn entered_by(&self, site: &Site, subject: &str) -> Browser {
        let browser = Browser::new(site);
        let reply = browser.sign_in(site, subject).await;
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

    /// Fails unless no code is mailed, for this reason.
    async fn sends_none(&self, site: &Site, browser: &Browser, reason: &str) {
        let (path, place) = (self.send(), format!("{}?problem=too_many", self.page));
        let event = form_refused(site, browser, (&path, &[]), &place).await;
        assert_eq!(event.reason.as_deref(), Some(reason), "{path}");
    }

    /// Lets somebody get all the codes of a day, and guess at them until even the right one is one
    /// guess too many.
    async fn is_used_up(&self, site: &Site, browser: &Browser) {
        let mut code = self.code(site, browser).await;
        for turn in 0..11 {
            for _ in 0..if turn < 6 { 5 } else { 0 } {
                self.is_wrong(browser, &code).await;
            }
            site.advance(Duration::from_mins(8));
            code = self.code(site, browser).await;
        }
        self.is_too_many(site, browser, &code).await;
        site.advance(Duration::from_mins(1));
        self.sends_none(site, browser, "too_many_codes").await;
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
async fn codes_bear_thirty_tries_a_day_together(pool: PgPool) {
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
async fn twelve_codes_are_mailed_a_day(pool: PgPool) {
    for room in ROOMS {
        let site = room.opened(&pool).await;
        let browser = room.entered(&site).await;
        room.code(&site, &browser).await;
        spend(&site, room.buckets[2], 11).await;
        site.advance(Duration::from_mins(1));
        room.code(&site, &browser).await;
        site.advance(Duration::from_mins(1));
        room.sends_none(&site, &browser, "too_many_codes").await;
        site.advance(Duration::from_hours(24));
        let browser = room.entered(&site).await;
        room.code(&site, &browser).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_refused_for_coming_a_moment_after_a_code_uses_none_up(pool: PgPool) {
    for room in ROOMS {
        let site = room.opened(&pool).await;
        let browser = room.entered(&site).await;
        for _ in 0..12 {
            room.code(&site, &browser).await;
            room.sends_none(&site, &browser, "code_asked_a_moment_ago")
                .await;
            site.advance(Duration::from_mins(1));
        }
        room.sends_none(&site, &browser, "too_many_codes").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_without_a_code_use_nothing_up(pool: PgPool) {
    for room in ROOMS {
        let site = room.opened(&pool).await;
        let browser = room.entered(&site).await;
        let (path, place) = (room.check(), format!("{}?problem=wrong_code", room.page));
        let form = (path.as_str(), &[("code", "123456")][..]);
        for _ in 0..31 {
            let event = form_refused(&site, &browser, form, &place).await;
            assert_eq!(event.reason.as_deref(), Some("no_code"), "{path}");
        }
        let code = room.code(&site, &browser).await;
        room.is_right(&browser, &code).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_with_anothers_email_uses_nothing_up_of_whose_it_is(pool: PgPool) {
    let [_, confirming] = ROOMS;
    let site = confirming.opened(&pool).await;
    let theirs = site.linked(STRANGER, "stranger@harbourlane.test").await;
    let unproved = format!("email = '{DANA}', email_verified_at = NULL");
    sql(
        &site,
        &format!("UPDATE accounts SET {unproved} WHERE id = '{theirs}'"),
    )
    .await;
    let stranger = confirming.entered_by(&site, STRANGER).await;
    confirming.is_used_up(&site, &stranger).await;

    let dana = confirming.entered(&site).await;
    let code = confirming.code(&site, &dana).await;
    confirming.is_wrong(&dana, &code).await;
    confirming.is_right(&dana, &code).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_waits_with_anothers_email_uses_nothing_up_of_whose_it_is(pool: PgPool) {
    let [waiting_room, _] = ROOMS;
    let site = waiting_room.opened(&pool).await;
    let stranger = waiting_room.entered_by(&site, STRANGER).await;
    account(&site, DANA, "active").await;
    waiting_room.is_used_up(&site, &stranger).await;

    let dana = prompted(&site, "dana").await;
    send_link_code(&dana).await.leads_to("/link");
    let code = mailed_code(&site, DANA).await;
    type_link_code(&dana, &another_code(&code))
        .await
        .leads_to("/link?problem=wrong_code");
    type_link_code(&dana, &code).await.leads_to("/link");
    confirm_link(&dana).await.leads_to("/account");
}
