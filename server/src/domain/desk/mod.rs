//! The rules of the administrators' desk.

pub mod decision;
pub mod dormancy;
pub mod queue;
pub mod links;
pub mod profile;
pub mod remark;
pub mod import;
pub mod duplicates;
pub mod folding;
pub mod merging;
pub mod rules;
pub mod term;
pub mod undo;
