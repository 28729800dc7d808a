//! The extension on a thread-safe build of PHP, one without pcntl, posix and FFI, which LIBDAEMON_ZTS_PHP names:
//! `scripts/php-build DIRECTORY thread-safe` builds one, with the native pcntl and posix to be loaded.

use crate::harness::needs;
use crate::php_extension::{JIT, OPCACHE, are_as_native, is_interrupted, surface_is_as_native};
use crate::php_src::{USER, same_as_native};
use crate::php_support::{Php, output};

#[test]
fn it_is_thread_safe() {
    assert_eq!(output(Php::ThreadSafe.with(["-r", "echo PHP_ZTS, (int) extension_loaded('pcntl');"])), "11");
}

#[test]
fn reflection_is_as_native() {
    surface_is_as_native(Php::NativeThreadSafe, Php::ThreadSafe);
}

#[test]
fn functions_are_as_native() {
    are_as_native(Php::NativeThreadSafe, Php::ThreadSafe);
}

#[test]
fn compiled_loops_are_interrupted() {
    is_interrupted(Php::ThreadSafe);
}

#[test]
fn tests_of_php_pass() {
    same_as_native(Php::ThreadSafe, &[], None);
}

#[test]
fn tests_of_php_pass_with_opcache() {
    same_as_native(Php::ThreadSafe, OPCACHE, None);
}

#[test]
fn tests_of_php_pass_with_jit() {
    same_as_native(Php::ThreadSafe, JIT, None);
}

#[test]
fn tests_of_php_pass_unprivileged() {
    needs::another_user();
    same_as_native(Php::ThreadSafe, &[], Some(USER));
}
