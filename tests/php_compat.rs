//! Programs that ask PHP whether pcntl and posix are there: what `Libdaemon\Compat` answers, and to whom.

use crate::harness::Exit;
use crate::php_support::Php;

/// What `compat.php` prints: the answers before and after in two namespaces and in a third that nobody asked for, then
/// which functions have been defined for that.
fn answers(before: &str, after: &str, extension_loaded: &str, ini_get: &str) -> String {
    let workerman = extension_loaded == "defined";
    format!(
        "{before}\n{after}\n{before}\n{after}\n{before}\nextension_loaded: {extension_loaded}\nini_get: {ini_get}\n\
         own answer for pcntl\nbool({workerman})\n"
    )
}

/// Disabled functions that the package has defined are not among those that `disable_functions` names.
#[test]
fn disabled_functions_are_answered_for() {
    let before = r#"[true,true,true,false,true,"14",false]"#;
    let after = r#"[true,true,true,false,false,"14",false]"#;
    assert_eq!(Php::Lacking.output("compat.php"), answers(before, after, "not defined", "defined"));
}

/// An extension that this PHP was built without is loaded, for who asks in that namespace.
#[test]
fn missing_extension_is_answered_for() {
    let before = r#"[true,false,true,false,false,"14",false]"#;
    let after = r#"[true,true,true,false,false,"14",false]"#;
    assert_eq!(Php::WithoutPosix.output("compat.php"), answers(before, after, "defined", "not defined"));
}

/// Where PHP's own answers are right nothing is defined.
#[test]
fn native_answers_are_left_alone() {
    let answer = r#"[true,true,true,false,false,"14",false]"#;
    assert_eq!(Php::Native.output("compat.php"), answers(answer, answer, "not defined", "not defined"));
}

/// Nobody is told of functions that are not there.
#[test]
fn missing_functions_are_not_answered_for() {
    let code = "try { Libdaemon\\Compat::workerman(); } catch (Libdaemon\\Exception $refusal) {
        echo function_exists('Workerman\\ini_get') ? 'defined' : 'not defined', ': ', $refusal->getMessage(); }";
    let mut run = Php::Lacking.code(code).env("LIBDAEMON_POLYFILL", "").start();
    assert_eq!(run.wait(), Exit::Status(0));
    let printed = run.stdout();
    assert!(printed.starts_with("not defined: libdaemon: disabled"), "{printed}");
    assert!(printed.contains("posix_kill") && printed.contains("LIBDAEMON_POLYFILL=force"), "{printed}");
}
