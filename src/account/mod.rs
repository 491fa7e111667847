//! Users of the desk: roles and rights, passwords and one-time codes, sign-ins of browsers and tokens of programs. Knows nothing of HTTP.
//!
//! Begin with [`Door`]: what a browser goes through. [`Caller`] is what is known of whoever asks for something, by whichever way.

pub mod role;
mod secret;
pub mod password;
pub mod totp;
mod lockout;
mod caller;
mod door;
mod signin;
mod second;
mod provider;
pub mod manage;
pub mod assignment;
pub mod token;

pub use caller::{Access, Caller, Refused, User};
pub use door::{Client, Door, Needs, Opened, Refusal};
pub use lockout::network;
pub use provider::Barred;
pub use role::{Right, Role};
pub use signin::{Present, SignIn};
