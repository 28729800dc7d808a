//! Signals: what is done about each, the queue of those that arrived, and the handlers that run when the program says so.

pub mod dispatch;
pub mod dispositions;
pub mod event;
pub mod handlers;
pub mod info;
pub mod mask;
pub mod names;
pub mod queue;
