//! Clio Manage, a file for each of its subjects.

mod add_to_clio;
mod admission;
mod connecting;
mod hints;
mod keeping;
mod refused;
mod roster;
mod settings;
