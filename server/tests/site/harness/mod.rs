//! What the tests stand on: a site, its visitors, and the steps that several tests take.
//!
//! * [`Site::start`] serves the real site over TCP, with a simulated Clio beside it and a clock that
//!   tests move; [`Settings`] is what a test changes before.
//! * [`Browser`] visits it and gets a [`Reply`]; what no browser sends goes out by [`raw()`].
//! * [`refused`] carries out a callback and checks all that "refused" means; [`bent`] does so after
//!   an answer of Clio that was tampered with, and [`accepted`] shows that another one is taken.
//! * [`account`] and its neighbours write what is there before; [`signed_in`] and its neighbours are
//!   what people do; [`only_event_after`], [`mailed_code`] and [`text`] tell what came of it.
//! * [`Rung`] is a rung of the ladder at the prompt to link, on a site of [`ladder`]; [`confirm_with`]
//!   and [`confirm_link`] are the press after it.
//! * [`dana_signed_in`], [`connect`], [`disconnect`] and [`undo`] are what people do with what opens
//!   their own account; [`sign_in_by_password`] and its neighbours are the door without Clio;
//!   [`form_refused`] sends a form and checks all that "refused" means there; [`mailed`] and
//!   [`not_me_link`] read the outbox.
//! * [`with_role`], [`act`] and [`undo_at_desk`] are what people do at the administrators' desk;
//!   [`act_refused`] and [`undo_refused`] check all that "refused" means there.
//! * [`in_regions`] and [`by_firm`] are sites that have to do with Clio Manage; [`at_manage`], [`approve`] and
//!   [`connect_manage`] are what people do there, [`look_after`] what is done behind the requests.
//! * [`Site::operate`] runs the program beside the site; [`Site::back_up`] and [`Site::restore`] are
//!   `pg_dump` and `pg_restore`, and an [`OperatorsFile`] is what an operator keeps.
//! * [`TlsDoor`] puts TLS before Clio, with certificates that an [`Authority`] of the tests has signed.
//! * [`overtaken`] lets a change commit between somebody's look and their write; [`everybody`] and
//!   [`FORMS`] are every kind of visitor and every form there is.

mod accounts;
mod addresses;
mod audit;
mod browser;
mod clock;
mod database;
mod desk;
mod forms;
mod letters;
mod local;
mod logs;
mod mail;
mod manage;
mod not_me;
mod operator;
mod own;
mod pages;
mod people;
mod raw;
mod recorded;
mod refusal;
mod refused_form;
mod reply;
mod rungs;
mod settings;
mod site;
mod stale;
mod tls;
mod tokens;
mod urls;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::{
    accounts::{PASSWORD, account, account_with_password, set_password},
    addresses::{Trap, nowhere},
    audit::{Event, events_after, last_event, only_event_after},
    browser::Browser,
    clock::{IN_TIME, within},
    database::{
        forget_everybody, migrated_until, number, overtaken, overtaken_by, sql, text, until,
    },
    desk::{
        act, act_refused, acted, role_of, row_of, status_of, undo_at_desk, undo_refused, with_role,
    },
    forms::{FORMS, everybody},
    letters::{claim_link, empty_outbox, mailed, newest_letter, not_me_link},
    local::{ask_for_code, sign_in_by_code, sign_in_by_password, signed_in_by_code, with_a_code},
    logs::{failures_logged, logs},
    mail::{another_code, mailed_code},
    manage::{
        DANA_USER, FIRM, IKRAM_USER, approve, at_manage, by_firm, connect_manage, grant_of,
        in_regions, look_after,
    },
    not_me::{nobody_was_told, press, pressed, told},
    operator::OperatorsFile,
    own::{
        begin_connecting, confirm_by_password, connect, connecting, dana_signed_in, disconnect,
        undo,
    },
    people::{
        DANA, WITNESS, all_at_once, all_do_at_once, confirm_link, dana_at_the_prompt, give_names,
        give_password, link_by_password, prompted, signed_in,
    },
    raw::{Raw, cookie_header, post_bytes, raw},
    refusal::{Refusal, problem_of, refused, refused_alone},
    refused_form::{form_refused, is_logged},
    reply::{Reply, sorted_landings},
    rungs::{
        CONNECTED, CONNECTED_EMAIL, NAME_HERE, Rung, account_with_every_proof, ask_administrator,
        confirm_with, connected_login, ladder, send_link_code, type_link_code, use_connected_login,
    },
    settings::{APP_KEY, APP_SECRET, Settings},
    site::Site,
    stale::STALE,
    tls::{Authority, Shown, TlsDoor, self_signed, server_at},
    tokens::{accepted, bent},
    urls::{query_of, with_parameter},
};

/// Locks, whatever became of a test that held the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
