//! The completions, loaded by their shells.

use std::process::Command;

use crate::harness::Scratch;
use crate::harness::compile::checkout;
use crate::surface_tools::output;

#[test]
fn bash_completes() {
    let script = "source cli/completions/daemonize.bash
        try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _daemonize; echo \"${COMPREPLY[*]}\"; }
        complete -p daemonize
        try daemonize --stat
        try daemonize --reopen-on = US
        try daemonize --close-fds = ''
        try daemonize -u roo
        try daemonize -p /etc/passw
        try daemonize -p a /bin/sh --stat";
    let said = output(Command::new("bash").args(["--norc", "-uc", script]).current_dir(checkout()));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[..5], ["complete -F _daemonize daemonize", "--status", "USR1 USR2", "all inherited none", "root"]);
    assert!(lines[5].split(' ').any(|name| name == "/etc/passwd"), "{said}");
    assert_eq!(lines[6], "", "what comes behind the program is the program's");
}

#[test]
fn fish_completes() {
    let scratch = Scratch::new();
    let script = "source cli/completions/daemonize.fish
        for line in --stat --reopen-on=US --close-fds= '-u roo'
            complete -C \"daemonize $line\"
        end";
    let mut fish = Command::new("fish");
    fish.args(["--no-config", "-c", script]).env("HOME", scratch.root()).current_dir(checkout());
    let said = output(&mut fish);
    for expected in
        ["--status\t", "--reopen-on=USR1\t", "--reopen-on=USR2\t", "--close-fds=all\t", "--close-fds=none\t", "root"]
    {
        assert!(said.lines().any(|line| line.starts_with(expected)), "no {expected:?}: {said}");
    }
}

/// zsh completes for a terminal alone: in one of its own, which answers with the words that the line then has.
#[test]
fn zsh_completes() {
    let scratch = Scratch::new();
    let script = scratch.file(
        "script",
        "zmodload zsh/zpty
        zpty z zsh -f -i
        zpty -w z \"fpath=($1 \\$fpath); autoload -Uz compinit; compinit -u -D; PS1=; \\
            daemonize() { print -r -- \\\"GOT:\\$*:\\\" }; print RE''ADY\"
        zpty -r z out '*READY*'
        for words in --statu --reopen-on=USR --close-fds=n '-u roo'; do
            zpty -w z \"daemonize $words\"$'\\t'
            zpty -r z out '*GOT:*:*'
            print -r -- ${${out##*GOT:}%%:*}
        done
        zpty -d z\n",
    );
    let mut zsh = Command::new("zsh");
    zsh.arg("-f").arg(script).arg(checkout().join("cli/completions")).env("TERM", "xterm").env("HOME", scratch.root());
    let said = output(&mut zsh);
    assert_eq!(said.lines().collect::<Vec<_>>(), ["--status", "--reopen-on=USR", "--close-fds=none", "-u root"]);
}
