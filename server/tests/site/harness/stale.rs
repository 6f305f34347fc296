//! Tokens that don't say that Clio asked just now.

use simulated_clio::TokenScript;

/// Changes a token, given the time in seconds.
pub type Bend = fn(&mut TokenScript, i64);

/// What Clio may say of a login that wasn't typed for this.
pub const STALE: [(&str, Bend); 8] = [
    ("yesterday", |token, now| {
        token.set_claim("auth_time", now - 86_400);
    }),
    ("an hour ago", |token, now| {
        token.set_claim("auth_time", now - 3600);
    }),
    ("before it began", |token, now| {
        token.set_claim("auth_time", now - 90);
    }),
    ("nobody says when", |token, _| {
        token.remove_claim("auth_time");
    }),
    ("null", |token, _| {
        token.set_claim("auth_time", serde_json::Value::Null);
    }),
    ("in words", |token, now| {
        token.set_claim("auth_time", now.to_string());
    }),
    ("a list", |token, now| {
        token.set_claim("auth_time", vec![now]);
    }),
    ("below zero", |token, _| token.set_claim("auth_time", -1)),
];
