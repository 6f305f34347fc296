//! What the tests stand on: a site, its visitors, and the steps that several tests take.
//!
//! * [`Site::start`] serves the real site over TCP, with a simulated Clio beside it and a clock that
//!   tests move; [`Settings`] is what a test changes before.
//! * [`Browser`] visits it and gets a [`Reply`]; what no browser sends goes out by [`raw()`].
//! * [`refused`] carries out a callback and checks all that "refused" means; [`bent`] does so after
//!   an answer of Clio that was tampered with, and [`accepted`] shows that another one is taken.
//! * [`account`] and its neighbours write what is there before; [`signed_in`] and its neighbours are
//!   what people do; [`only_event_after`], [`mailed_code`] and [`text`] tell what came of it.
//! * [`overtaken`] lets a change commit between somebody's look and their write; [`everybody`] and
//!   [`FORMS`] are every kind of visitor and every form there is.

mod accounts;
mod addresses;
mod audit;
mod browser;
mod clock;
mod database;
mod forms;
mod logs;
mod mail;
mod people;
mod raw;
mod refusal;
mod reply;
mod settings;
mod site;
mod tokens;
mod urls;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::{
    accounts::{PASSWORD, account, account_with_password, set_password},
    addresses::{Trap, nowhere},
    audit::{events_after, last_event, only_event_after},
    browser::Browser,
    clock::{IN_TIME, within},
    database::{forget_everybody, number, overtaken, sql, text, until},
    forms::{FORMS, everybody},
    logs::{failures_logged, logs},
    mail::{another_code, mailed_code},
    people::{
        DANA, WITNESS, all_at_once, dana_at_the_prompt, give_names, give_password, prompted,
        signed_in,
    },
    raw::{Raw, cookie_header, post_bytes, raw},
    refusal::{Refusal, problem_of, refused, refused_alone},
    reply::{Reply, sorted_landings},
    settings::{APP_KEY, APP_SECRET, Settings},
    site::Site,
    tokens::{accepted, bent},
    urls::{query_of, with_parameter},
};

/// Locks, whatever became of a test that held the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
