//! A simulated Clio Identity: an OpenID provider with Clio's shape, for the demo and for tests.
//!
//! Beside it stands a simulated Clio Manage for each region ([`manage`]), under `/manage/REGION`.
//!
//! It never ships in the product. What Clio's guide to single sign-on says is followed to the letter; where the
//! guide is silent, the behaviour is that of Ory Hydra, on which Clio Identity appears to be built.
//!
//! Tests start one per case and drive it without HTML:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use simulated_clio::{Options, Person, SimulatedClio};
//!
//! let dana = Person::new("dana", "d.whitlock@harbourlane.test").named("Dana", "Whitlock");
//! let options = Options::for_client("key", "secret").with_people([dana]);
//! let clio = SimulatedClio::start(options).await?;
//! clio.allow_redirect_uri("http://127.0.0.1:4000/auth/clio/callback");
//! clio.next_token(|token| token.set_claim("nonce", "somebody else's"));
//! # let where_the_product_sent_the_browser = "";
//! let callback = clio.authorize(where_the_product_sent_the_browser, "dana")?;
//! # Ok(())
//! # }
//! ```
//!
//! The binary of the same name serves the pages that people see in the demo.

mod clock;
mod expiring;
mod handle;
mod login;
pub mod manage;
mod options;
mod pages;
pub mod people;
mod protocol;
mod provider;
mod random;
mod records;
mod script;
mod serve;
mod smtp;
mod switches;
mod sync;
mod web;

pub use handle::{AuthorizeError, SimulatedClio, StartError};
pub use manage::{Endpoint, Firm, Manage, ManageUser, ReceivedManageRequest, Region};
pub use options::Options;
pub use people::{ClioLogin, DEMO_PASSWORD, Person, UnknownPerson};
pub use protocol::keys::{KeyError, OldKey};
pub use records::{ReceivedAuthorization, ReceivedTokenRequest};
pub use script::{Answer, Manner, Signing, TokenScript};
pub use smtp::mailbox::{Mail, NoMail};
pub use switches::{Outcome, Span};
