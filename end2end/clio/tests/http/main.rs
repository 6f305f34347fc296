//! The simulated Clio, spoken to over HTTP and SMTP as the product and a browser would.

mod application;
mod authorize;
mod keys;
mod mail;
mod manage;
mod manage_faults;
mod pages;
mod scripts;
mod simulation;
mod token;
