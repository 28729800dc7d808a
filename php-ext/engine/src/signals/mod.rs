//! Signal handlers written in PHP: which there are, and when they run.

pub mod dispatch;
pub mod handlers;
pub mod interrupt;
pub mod interrupted;
