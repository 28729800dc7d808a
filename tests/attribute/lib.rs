//! `#[test]` of the suite: the suite has a runner of its own, because a test decides while it runs whether it can be run here.

use proc_macro::{TokenStream, TokenTree};

/// Registers a function without arguments as a test under its name and module.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, function: TokenStream) -> TokenStream {
    assert!(arguments.is_empty(), "#[test] takes no arguments");
    let mut words = function.clone().into_iter().map(|word| match word {
        TokenTree::Ident(word) => word.to_string(),
        _ => String::new(),
    });
    words.find(|word| word == "fn").expect("#[test] belongs to a function");
    let name = words.next().expect("a function has a name");
    let registration = format!(
        "::inventory::submit! {{
            crate::runner::Test {{ path: concat!(module_path!(), \"::\", stringify!({name})), function: {name} }}
        }}"
    );
    let registration: TokenStream = registration.parse().expect("the registration is Rust");
    function.into_iter().chain(registration).collect()
}
