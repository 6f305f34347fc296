//! What administrators do at their desk.

pub mod acts;
pub mod bulk;
pub mod digest;
pub mod dormancy;
pub mod dossiers;
pub mod duplicates;
pub mod frame;
pub mod hold;
pub mod links;
pub mod links_export;
pub mod notes;
pub mod queue;
pub mod record;
pub mod record_export;
pub mod reviewing;
pub mod reviews;
pub mod undoing;
pub mod views;
