//! Which tests may be skipped in continuous integration: there, what is skipped and not on the list has failed.

/// `NAME REASON` a line, where the name may end in `*`.
const LIST: &str = include_str!("../may-be-skipped-in-ci");

/// Whether this run may not skip that test.
pub fn must_run(name: &str) -> bool {
    let integration = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    integration && !is_listed(LIST, name)
}

fn is_listed(list: &str, name: &str) -> bool {
    let entries = list.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    entries.map(|line| line.split_once(' ').unwrap_or_else(|| panic!("{line:?} has no reason"))).any(|(entry, _)| {
        match entry.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == entry,
        }
    })
}

#[test]
fn entries_name_tests_or_the_start_of_names() {
    let list = "# why\n\none::test because of this\ntwo::* because of that\n";
    assert!(is_listed(list, "one::test") && is_listed(list, "two::test"));
    assert!(!is_listed(list, "one::test_too") && !is_listed(list, "two") && !is_listed(list, "#"));
}

/// An entry that names no test allows nothing, and hides that its test has another name now.
#[test]
fn each_entry_is_one_of_an_existing_test() {
    for line in LIST.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut names = inventory::iter::<super::Test>().map(super::Test::name);
        assert!(names.any(|name| is_listed(line, name)), "no test has the name of the entry: {line}");
    }
}
