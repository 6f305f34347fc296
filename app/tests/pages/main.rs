//! Pages as browsers get them, from a backend without a database. One file per page.

#![expect(clippy::unwrap_used, reason = "a test stops where it can't go on")]

mod account;
mod activity;
mod claim;
mod compare;
mod confirm;
mod connections;
mod desk_account;
mod desk_audit;
mod desk_bulk;
mod desk_link;
mod desk_links;
mod desk_queue;
mod desk_reviews;
mod dormancy;
mod duplicates;
mod fake;
mod import;
mod invitations;
mod link;
mod link_confirm;
mod manage;
mod not_me;
mod password;
mod pending;
mod roster;
mod roster_acts;
mod roster_record;
mod roster_waiting;
mod sessions;
mod shell;
mod sign_in;
mod sign_in_code;
mod welcome;
