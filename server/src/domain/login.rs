//! A Clio login, as its ID token describes it: verified, bounded and parsed.

use super::{email::Email, id_token::LEEWAY, name::Name};

/// A verified login.
#[derive(Clone, Debug)]
pub struct Login {
    /// The issuer, which with the subject is the key of an identity.
    pub issuer: String,
    /// The subject: 1 to 255 printable ASCII characters.
    pub subject: String,
    /// The e-mail, if it is usable. An attribute: it proves nothing.
    pub email: Option<Email>,
    /// The first name; may be empty.
    pub first_name: Name,
    /// The last name; may be empty.
    pub last_name: Name,
    /// When the person last showed Clio who they are, in seconds since 1970, if Clio says so
    /// (`auth_time`, OpenID Connect Core 1.0, section 2).
    pub authenticated_at: Option<i64>,
}

impl Login {
    /// Whether the person showed Clio who they are after `since`, in seconds since 1970, give or take
    /// the difference of clocks. Not if Clio doesn't say.
    pub fn is_fresh_since(&self, since: i64) -> bool {
        self.authenticated_at
            .is_some_and(|at| at >= since.saturating_sub(LEEWAY))
    }
}
