//! What holds for any input: for made-up names, e-mails, headers and lists, and for the corpus that
//! fuzzing has gathered (`make fuzz`). No database, no network.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it can't go on"
)]

mod corpus;
mod holds;
mod made_up;

mod cookies;
mod csv_cells;
mod emails;
mod headers;
mod id_tokens;
mod letters;
mod lists;
mod names;
mod queries;
mod return_to;
