//! Why what a case asks for, or an administrator of its person, can't be done.

/// What stands in the way; the case still waits then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The account is gone.
    AccountGone,
    /// The account is suspended or deleted.
    AccountClosed,
    /// The case names no login.
    NoLogin,
    /// The login opens an account by now.
    LoginOpens,
    /// The case names no e-mail.
    NoEmail,
    /// The login doesn't open its account any more, or has another e-mail by now.
    EmailMoved,
    /// Another account has the e-mail that is to be taken.
    EmailTaken,
    /// Another account has the account's own e-mail by now.
    OwnEmailTaken,
    /// Nothing else would open an administrator's account.
    NothingElseOpens,
    /// There is no more proof that the person could give here.
    NothingToProve,
}

impl Obstacle {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::AccountGone,
        Self::AccountClosed,
        Self::NoLogin,
        Self::LoginOpens,
        Self::NoEmail,
        Self::EmailMoved,
        Self::EmailTaken,
        Self::OwnEmailTaken,
        Self::NothingElseOpens,
        Self::NothingToProve,
    ];

    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountGone => "account_gone",
            Self::AccountClosed => "account_closed",
            Self::NoLogin => "no_login",
            Self::LoginOpens => "login_opens",
            Self::NoEmail => "no_email",
            Self::EmailMoved => "email_moved",
            Self::EmailTaken => "email_taken",
            Self::OwnEmailTaken => "own_email_taken",
            Self::NothingElseOpens => "nothing_else_opens",
            Self::NothingToProve => "nothing_to_prove",
        }
    }

    /// What to say on the command line.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::AccountGone => "its account is gone",
            Self::AccountClosed => "its account is suspended or deleted",
            Self::NoLogin => "it names no login",
            Self::LoginOpens => "the login opens an account by now",
            Self::NoEmail => "it names no e-mail",
            Self::EmailMoved => {
                "the login doesn’t open its account any more, or has another e-mail by now"
            }
            Self::EmailTaken => "another account has that e-mail",
            Self::OwnEmailTaken => "another account has its e-mail by now",
            Self::NothingElseOpens => {
                "nothing else opens the account, which is an administrator's: decide a question to link a \
                 login to it first, or decline"
            }
            Self::NothingToProve => "there is no more proof that the person could give here",
        }
    }
}
