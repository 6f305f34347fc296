//! Clio Manage, as a person sees it.

use super::Moment;

/// A region of Clio Manage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The United States.
    Us,
    /// Canada.
    Ca,
    /// Europe.
    Eu,
    /// Australia.
    Au,
}

impl Region {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Us, Self::Ca, Self::Eu, Self::Au];

    /// The code in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Ca => "ca",
            Self::Eu => "eu",
            Self::Au => "au",
        }
    }

    /// The region with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.code() == code)
    }
}

/// A user of Clio Manage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManageUser {
    /// Their name; the e-mail where there is none.
    pub name: String,
    /// Their e-mail there.
    pub email: Option<String>,
    /// Their firm's name.
    pub firm: String,
    /// Where.
    pub region: Region,
}

/// Somebody's connection to Clio Manage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManageConnection {
    /// The id that its form sends.
    pub id: String,
    /// Who granted it there.
    pub user: ManageUser,
    /// Whether that user has an e-mail of the person who is signed in here.
    pub is_same_person: bool,
    /// Whether it was withdrawn, and has to be made again.
    pub needs_reconnect: bool,
    /// Whether the firm's people are read with it.
    pub reads_firm: bool,
    /// Since when.
    pub granted: Moment,
}

/// Why somebody isn't taken for a member of the firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMember {
    /// They use the client portal only.
    Portal,
    /// Somebody else granted than signed in here.
    OtherPerson,
    /// Their login is switched off there.
    Disabled,
    /// They belong to another firm.
    OtherFirm,
}

/// What a person sees of Clio Manage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnManage {
    /// The regions, the likeliest first; never empty.
    pub regions: Vec<Region>,
    /// What is connected, the newest first.
    pub connections: Vec<ManageConnection>,
    /// Who showed last that they aren't a member, and why they aren't.
    pub turned_down: Option<(ManageUser, NoMember)>,
}

/// Why connecting Clio Manage didn't work out. The code in the URL is the variant in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ManageProblem {
    /// The person declined.
    Declined,
    /// The attempt is unknown, used, too old, or not this browser's.
    Expired,
    /// Clio names another error.
    ClioError,
    /// Clio Manage can't be reached.
    ClioUnavailable,
    /// The answer is of no use, as when the person's firm is in another region.
    WrongRegion,
    /// Clio Manage refuses our application: the operator's to mend.
    NotPermitted,
    /// The user uses the client portal only.
    ClientPortal,
    /// Somebody else granted than signed in.
    OtherPerson,
    /// The user's login is switched off.
    Disabled,
    /// The user belongs to another firm.
    OtherFirm,
    /// The user is connected to another account here.
    UserOfAnother,
    /// The firm whose people are to be read isn't one whose members are let in.
    FirmNotOurs,
    /// It isn't connected any more.
    NotConnected,
}

impl ManageProblem {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 13] = [
        Self::Declined,
        Self::Expired,
        Self::ClioError,
        Self::ClioUnavailable,
        Self::WrongRegion,
        Self::NotPermitted,
        Self::ClientPortal,
        Self::OtherPerson,
        Self::Disabled,
        Self::OtherFirm,
        Self::UserOfAnother,
        Self::FirmNotOurs,
        Self::NotConnected,
    ];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::ClioError => "clio_error",
            Self::ClioUnavailable => "clio_unavailable",
            Self::WrongRegion => "wrong_region",
            Self::NotPermitted => "not_permitted",
            Self::ClientPortal => "client_portal",
            Self::OtherPerson => "other_person",
            Self::Disabled => "disabled",
            Self::OtherFirm => "other_firm",
            Self::UserOfAnother => "user_of_another",
            Self::FirmNotOurs => "firm_not_ours",
            Self::NotConnected => "not_connected",
        }
    }

    /// The problem with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }
}
