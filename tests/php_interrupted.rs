//! The package's own PHP code, interrupted by asynchronous handlers: the package's and PHP's own.

use crate::php_support::Php;

#[test]
fn handler_and_interrupted_function_do_not_disturb_each_other() {
    for php in Php::BOTH {
        assert_eq!(php.output("interrupted_package.php"), "0 wrong\n", "{php:?}");
    }
}
