//! The modules as PHP sees them: libdaemon, and pcntl and posix where PHP has none of its own.

pub mod describe;
pub mod entry;
pub mod extension;
pub mod forced;
pub mod hooks;
pub mod load;
pub mod qos_class;
pub mod register;
pub mod table;

pub use extension::our_pcntl;
