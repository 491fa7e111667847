//! What each command of the command line does.

pub mod init;
pub mod check;
pub mod export;
