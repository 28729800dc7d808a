//! The engine's structures as far as they are touched.

pub mod frame;
pub mod module;
pub mod stream;
pub mod value;
