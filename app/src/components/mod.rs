//! What several pages share. Rendered on the server only.

mod account_nav;
mod clio_button;
mod doorway;
mod fields;
mod island_scripts;
mod manage;
mod masthead;
mod note;
mod page;
mod rungs;
mod sign_out;
mod signed_in_as;
mod when;

pub use account_nav::AccountNav;
pub use clio_button::ClioButton;
pub use doorway::Doorway;
pub use fields::{CodeField, PasswordField, ReturnTo, WhosePassword};
pub use island_scripts::IslandScripts;
pub use manage::{ManageNote, ManageRegions};
pub use masthead::Masthead;
pub use note::{DoneNote, FieldProblem, FormNote, InTab, Note, ProblemInTab, Reference};
pub use page::{BarePage, CONTENT, Page, SkipLink, tab_title};
pub use rungs::{CodeRung, PasswordRung, Rung};
pub use sign_out::SignOutButton;
pub use signed_in_as::SignedInAs;
pub use when::When;
