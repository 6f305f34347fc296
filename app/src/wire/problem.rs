//! Why a sign-in or a form didn't do what it was meant to.

use serde::{Deserialize, Serialize};

/// Why a sign-in ended on the sign-in page. The code in the URL is the variant in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The person chose Deny at Clio.
    Declined,
    /// The firm login can't use single sign-on yet.
    NotReady,
    /// A login of Clio's client portal.
    ClientPortal,
    /// Any other error that Clio names.
    ClioError,
    /// The attempt is unknown, used, too old, or not this browser's.
    Expired,
    /// Clio's endpoints fail, hang or make no sense.
    ClioUnavailable,
    /// The token response or the ID token fails validation.
    NotVerified,
    /// A first sign-in without a usable e-mail.
    NoEmail,
    /// Only invited people get an account, and this is a stranger.
    NotInvited,
    /// Nobody new gets an account.
    Closed,
    /// The account is suspended or deleted.
    AccountClosed,
    /// Somebody else is signed in in this browser, or the Clio login belongs to another account
    /// than the one it was meant for.
    OtherPerson,
}

impl Problem {
    /// All problems, for tables and tests.
    pub const ALL: [Self; 12] = [
        Self::Declined,
        Self::NotReady,
        Self::ClientPortal,
        Self::ClioError,
        Self::Expired,
        Self::ClioUnavailable,
        Self::NotVerified,
        Self::NoEmail,
        Self::NotInvited,
        Self::Closed,
        Self::AccountClosed,
        Self::OtherPerson,
    ];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::NotReady => "not_ready",
            Self::ClientPortal => "client_portal",
            Self::ClioError => "clio_error",
            Self::Expired => "expired",
            Self::ClioUnavailable => "clio_unavailable",
            Self::NotVerified => "not_verified",
            Self::NoEmail => "no_email",
            Self::NotInvited => "not_invited",
            Self::Closed => "closed",
            Self::AccountClosed => "account_closed",
            Self::OtherPerson => "other_person",
        }
    }

    /// The problem with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }
}

/// Why a form came back to its page and changed nothing. The code in the URL is the variant in
/// snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormProblem {
    /// A password that doesn't fit, for whatever reason.
    WrongPassword,
    /// A code that doesn't fit, for whatever reason.
    WrongCode,
    /// Too many guesses; a later one may succeed.
    TooMany,
    /// What the form belonged to is over: too old, used up or not this browser's.
    Expired,
    /// A name that is too long or holds characters that no name has.
    BadName,
    /// Meanwhile something changed that makes this impossible.
    Changed,
    /// The e-mail isn't one.
    BadEmail,
    /// E-mail and password don't fit together, or nobody has that e-mail: the same words for both.
    NotMatching,
    /// The person has to show again that it's them, because the last sign-in is too long ago.
    ConfirmFirst,
    /// A password of eight characters or fewer, or longer than is taken.
    PasswordLength,
    /// A password made of the person's or the firm's own name.
    PasswordPersonal,
    /// A password that many people use, or that is guessed at once.
    PasswordCommon,
    /// The password and its repetition differ.
    PasswordsDiffer,
    /// The last way into the account; it stays.
    LastWayIn,
    /// A choice was left open.
    ChoiceMissing,
    /// Somebody else has decided about it meanwhile.
    Decided,
    /// Only an owner does that.
    OwnersOnly,
    /// The firm would have no owner left.
    LastOwner,
    /// Nobody does that to their own account.
    Oneself,
    /// A reason is asked for.
    ReasonMissing,
    /// More text than is taken.
    TooLong,
    /// The day isn't one ahead.
    BadDay,
    /// What is to be undone is too long ago.
    TooLate,
    /// The person is invited already, and hasn't come yet.
    InvitedAlready,
    /// The person has an account.
    HasAccount,
    /// The person's account is closed for now.
    AccountSuspended,
    /// An administrator's link is handed over by the operator, never mailed.
    ByHand,
    /// The last mail is too recent.
    TooSoon,
    /// A list of people without rows.
    ListEmpty,
    /// A list whose first line names no column for e-mails.
    ListWithoutEmail,
    /// A list whose first line names the same thing twice.
    ListColumnTwice,
    /// A list with more rows than are taken at once.
    ListTooLong,
    /// Two accounts that can't be merged as they are.
    NotMergeable,
    /// An e-mail that nobody has proved.
    EmailNotProved,
    /// A merge that can't be undone any more.
    MergeStays,
    /// The days make no rule about unused accounts.
    BadDays,
    /// More lists than somebody can keep.
    TooManyKept,
    /// The percentage of the rule for leavers isn't one.
    BadThreshold,
    /// The firm's people are being read already.
    ReadingAlready,
    /// Clio no longer takes the connection of the firm.
    ReconnectFirst,
}

impl FormProblem {
    /// All problems, for tables and tests.
    pub const ALL: [Self; 40] = [
        Self::WrongPassword,
        Self::WrongCode,
        Self::TooMany,
        Self::Expired,
        Self::BadName,
        Self::Changed,
        Self::BadEmail,
        Self::NotMatching,
        Self::ConfirmFirst,
        Self::PasswordLength,
        Self::PasswordPersonal,
        Self::PasswordCommon,
        Self::PasswordsDiffer,
        Self::LastWayIn,
        Self::ChoiceMissing,
        Self::Decided,
        Self::OwnersOnly,
        Self::LastOwner,
        Self::Oneself,
        Self::ReasonMissing,
        Self::TooLong,
        Self::BadDay,
        Self::TooLate,
        Self::InvitedAlready,
        Self::HasAccount,
        Self::AccountSuspended,
        Self::ByHand,
        Self::TooSoon,
        Self::ListEmpty,
        Self::ListWithoutEmail,
        Self::ListColumnTwice,
        Self::ListTooLong,
        Self::NotMergeable,
        Self::EmailNotProved,
        Self::MergeStays,
        Self::BadDays,
        Self::TooManyKept,
        Self::BadThreshold,
        Self::ReadingAlready,
        Self::ReconnectFirst,
    ];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::WrongCode => "wrong_code",
            Self::TooMany => "too_many",
            Self::Expired => "expired",
            Self::BadName => "bad_name",
            Self::Changed => "changed",
            Self::BadEmail => "bad_email",
            Self::NotMatching => "not_matching",
            Self::ConfirmFirst => "confirm_first",
            Self::PasswordLength => "password_length",
            Self::PasswordPersonal => "password_personal",
            Self::PasswordCommon => "password_common",
            Self::PasswordsDiffer => "passwords_differ",
            Self::LastWayIn => "last_way_in",
            Self::ChoiceMissing => "choice_missing",
            Self::Decided => "decided",
            Self::OwnersOnly => "owners_only",
            Self::LastOwner => "last_owner",
            Self::Oneself => "oneself",
            Self::ReasonMissing => "reason_missing",
            Self::TooLong => "too_long",
            Self::BadDay => "bad_day",
            Self::TooLate => "too_late",
            Self::InvitedAlready => "invited_already",
            Self::HasAccount => "has_account",
            Self::AccountSuspended => "account_suspended",
            Self::ByHand => "by_hand",
            Self::TooSoon => "too_soon",
            Self::ListEmpty => "list_empty",
            Self::ListWithoutEmail => "list_without_email",
            Self::ListColumnTwice => "list_column_twice",
            Self::ListTooLong => "list_too_long",
            Self::NotMergeable => "not_mergeable",
            Self::EmailNotProved => "email_not_proved",
            Self::MergeStays => "merge_stays",
            Self::BadDays => "bad_days",
            Self::TooManyKept => "too_many_kept",
            Self::BadThreshold => "bad_threshold",
            Self::ReadingAlready => "reading_already",
            Self::ReconnectFirst => "reconnect_first",
        }
    }

    /// The problem with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }
}
