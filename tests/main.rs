//! The tests of the library: from outside, as its users meet it.

// Its `test` is the attribute `#[test]` of the whole suite.
#[macro_use]
extern crate libdaemon_test_attribute;

mod aarch64;
mod command_completions;
mod command_control;
mod command_errors;
mod command_known;
mod command_line;
mod command_log;
mod command_options;
mod command_pidfile;
mod command_process;
mod command_support;
mod command_tools;
mod daemon_checks;
mod daemon_control;
mod daemon_errors;
mod daemon_exec;
mod daemon_exec_programs;
mod daemon_exec_ready;
mod daemon_files;
mod daemon_launch;
mod daemon_log;
mod daemon_options;
mod daemon_pidfile;
mod daemon_pidfile_holder;
mod daemon_pidfile_places;
mod daemon_pidfile_races;
mod daemon_pidfile_strangers;
mod daemon_privileges;
mod daemon_process;
mod daemon_ready;
mod daemon_sandbox;
mod daemon_std;

mod daemon_stop_by;
mod daemon_user;
mod faults_cancel;
mod faults_descriptors;
mod faults_foreground;
mod faults_forks;
mod faults_launch;
mod faults_limits;
mod faults_places;
mod faults_reports;
mod faults_support;
mod faults_threads;
mod faults_walk;
mod harness;
mod harness_watch;
mod notify_ready;
mod php_control;
mod php_docs;
mod php_embed;
mod php_examples;
mod php_extension;
mod php_faults;
mod php_groups;
mod php_interrupted;
mod php_launcher;
mod php_library;
mod php_log;
mod php_options;
mod php_package;
mod php_pcntl;
mod php_pidfile;
mod php_polyfill;
mod php_posix;
mod php_process;
mod php_programs;
mod php_scripts;
mod php_server;
mod php_src;
mod php_storm;
mod php_streams;
mod php_support;
mod php_workerman;
mod phpt_support;
mod python_examples;
mod python_launcher;
mod python_package;
mod python_pidfile;
mod python_process;
mod python_programs;
mod python_support;
mod runner;
mod surface_build;
mod surface_examples;
mod surface_header;
mod surface_house;
mod surface_install;
mod surface_installed;
mod surface_library;
mod surface_packages;
mod surface_posix;
mod surface_readme;
mod surface_signals;
mod surface_tools;
mod surface_valgrind;
mod workerman_support;

fn main() -> std::process::ExitCode {
    runner::run()
}
