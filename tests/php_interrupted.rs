//! PHP code interrupted by asynchronous handlers, the package's own code too.

use crate::php_support::Php;

#[test]
fn handler_and_interrupted_function_do_not_disturb_each_other() {
    for php in Php::BOTH {
        assert_eq!(php.output("interrupted_package.php"), "0 wrong\n", "{php:?}");
    }
}

#[test]
fn first_call_is_interrupted_by_the_same_one() {
    for php in Php::BOTH {
        assert_eq!(php.output("interrupted_loading.php"), "0 wrong\n", "{php:?}");
    }
}
