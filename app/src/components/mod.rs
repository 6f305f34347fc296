//! What several pages share. Rendered on the server only.

mod clio_button;
mod doorway;
mod island_scripts;
mod masthead;
mod note;
mod page;
mod sign_out;
mod signed_in_as;
mod when;

pub use clio_button::ClioButton;
pub use doorway::Doorway;
pub use island_scripts::IslandScripts;
pub use masthead::Masthead;
pub use note::{FieldProblem, FormNote, Note, Reference};
pub use page::{BarePage, Page};
pub use sign_out::SignOutButton;
pub use signed_in_as::SignedInAs;
pub use when::When;
