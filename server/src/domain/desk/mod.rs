//! The rules of the administrators' desk.

pub mod bulk;
pub mod decision;
pub mod dormancy;
pub mod duplicates;
pub mod folding;
pub mod import;
pub mod links;
pub mod merging;
pub mod profile;
pub mod queue;
pub mod record;
pub mod record_filter;
pub mod remark;
pub mod reviews;
pub mod rules;
pub mod term;
pub mod undo;
