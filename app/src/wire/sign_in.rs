//! Signing in without Clio.

/// A code that was asked for in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentCode {
    /// The address that the person typed. Whether an account has it isn't said.
    pub email: String,
}
