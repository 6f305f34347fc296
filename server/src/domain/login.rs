//! A Clio login, as its ID token describes it: verified, bounded and parsed.

use super::{email::Email, name::Name};

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
}
