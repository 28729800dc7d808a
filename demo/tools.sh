# Functions for demo/run and demo/tour: the pages of the demonstration, and the guarantee that it leaves nothing behind.
# Every process of it carries LIBDAEMON_DEMO in its environment, which is how they are found again.

# Also the name of the directory: the logs and pid files of one demonstration.
begin_demo() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/libdaemon-demo-XXXXXX")
    chmod 755 "$work"
    export LIBDAEMON_DEMO="$work"
    trap 'end_demo' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP PIPE
}

end_demo() {
    status=$?
    trap - EXIT INT TERM HUP
    # More than once: one may have been forking.
    while pids=$(demo_processes) && [ -n "$pids" ]; do
        for pid in $pids; do kill -KILL "$pid" 2>/dev/null || :; done
    done
    rm -rf "$work"
    exit $status
}

fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

title() { printf '\n== %s\n' "$*"; }

text() {
    echo
    printf '%s\n' "$@"
}

# The command, then what it prints, indented.
shown() {
    printf '\n  $ %s\n' "$*"
    "$@" | sed 's/^/  /'
}

# A command that has to fail: its message and its status.
failing() {
    printf '\n  $ %s\n' "$*"
    result=0
    "$@" >"$work/output" 2>&1 || result=$?
    sed 's/^/  /' "$work/output"
    [ $result != 0 ] || fail "this should have failed"
    printf '  (exit status %s)\n' "$result"
}

# A shell that leads a session on a pseudo-terminal, which is closed when the shell exits.
on_terminal() {
    printf '\n'
    SHELL=/bin/sh script -qec "$1" /dev/null </dev/null | tr -d '\r' | sed 's/^/  /'
}

# The pids of what this demonstration started and still runs.
demo_processes() {
    for environment in $(grep -lsxzF "LIBDAEMON_DEMO=$work" /proc/[0-9]*/environ); do
        directory=${environment%/environ}
        case $(sed -n 's/^State:[[:space:]]*//p' "$directory/status" 2>/dev/null) in
        '' | Z* | X*) ;;
        *) printf '%s\n' "${directory#/proc/}" ;;
        esac
    done
}

describe() {
    printf '\n  %s (process %s)\n' "$1" "$2"
    printf '    directory  %s\n' "$(readlink "/proc/$2/cwd")"
    printf '    umask      %s\n' "$(sed -n 's/^Umask:[[:space:]]*//p' "/proc/$2/status")"
    for fd in $(ls "/proc/$2/fd" | sort -n); do
        printf '    fd %-7s %s\n' "$fd" "$(readlink "/proc/$2/fd/$fd")"
    done
}

has_lines() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

is_gone() { case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) in '' | Z* | X*) ;; *) return 1 ;; esac }

# Waits until a condition holds, a minute at most.
await() {
    what=$1
    shift
    for _ in $(seq 1200); do
        "$@" && return
        sleep 0.05
    done
    fail "waited in vain for $what"
}
