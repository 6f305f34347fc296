//! What the form of a review says.

use serde::{Deserialize, Serialize};

/// What a reviewer says of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// It is right.
    Keep,
    /// It should go.
    Revoke,
    /// Somebody else has to look.
    Unsure,
}

impl ReviewDecision {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Revoke, Self::Unsure];

    /// The value in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Revoke => "revoke",
            Self::Unsure => "unsure",
        }
    }
}

/// What a form says of one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidOfLink {
    /// The link's place in the review.
    pub place: i32,
    /// How often it was decided when the page was shown.
    pub version: i32,
    /// What was chosen, if anything.
    #[serde(default)]
    pub decision: Option<ReviewDecision>,
    /// The remark.
    #[serde(default)]
    pub note: String,
}
