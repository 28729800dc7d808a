//! Process control beyond single system calls.

pub mod exec;
pub mod fork;
pub mod namespaces;
pub mod title;
