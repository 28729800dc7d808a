//! The tests of the library: from outside, as its users meet it.

mod daemon_control;
mod daemon_errors;
mod daemon_launch;
mod daemon_log;
mod daemon_options;
mod daemon_pidfile;
mod daemon_pidfile_races;
mod daemon_privileges;
mod daemon_process;
mod daemon_ready;
mod daemon_std;
mod harness;
mod php_process;
mod php_support;
mod surface_header;
mod surface_install;
mod surface_library;
mod surface_signals;
mod surface_tools;
mod surface_valgrind;
