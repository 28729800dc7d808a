# Completion of libdaemon's daemonize for bash.

_daemonize_signals() { compgen -W 'HUP INT QUIT TERM KILL USR1 USR2 ALRM CHLD CONT STOP WINCH' -- "$1"; }

_daemonize() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} word
    local options='--append --chroot= --clearenv --close-fds= --core-dumps --directory= --foreground --group= --help
        --keep-capability= --keep-fd= --keep-lock --keep-signal= --keep-signals --lockfile= --log-to= --notify-fd=
        --pidfile= --pidfile-mode= --reopen-on= --restart --runtime-directory= --session --setenv= --setup-timeout=
        --signal= --status --stderr= --stdin= --stdout= --stop --title= --truncate --umask= --user= --verbose --version
        --wait-ready'
    COMPREPLY=()

    # bash makes words of "--option", "=" and "value".
    if [ "$current" = = ]; then current=; fi
    if [ "$previous" = = ]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; elif [ "${COMP_WORDS[COMP_CWORD]}" != = ]; then
        # What comes behind the program is the program's.
        local at=1
        while [ "$at" -lt "$COMP_CWORD" ]; do
            word=${COMP_WORDS[at]}
            case $word in
            --*) [ "${COMP_WORDS[at + 1]-}" != = ] || at=$((at + 2)) ;;
            -[ceEoplu]) at=$((at + 1)) ;;
            -*) ;;
            *)
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
                compopt -o filenames 2>/dev/null
                return
                ;;
            esac
            at=$((at + 1))
        done
        case $previous in --*) previous= ;; esac
    fi
    case $previous in
    -c | --directory | --chroot | --runtime-directory)
        mapfile -t COMPREPLY < <(compgen -d -- "$current"); compopt -o filenames 2>/dev/null; return ;;
    -e | -o | -p | -l | --stderr | --stdout | --stdin | --pidfile | --lockfile)
        mapfile -t COMPREPLY < <(compgen -f -- "$current"); compopt -o filenames 2>/dev/null; return ;;
    -u | --user) mapfile -t COMPREPLY < <(compgen -u -- "$current"); return ;;
    -E | --setenv) mapfile -t COMPREPLY < <(compgen -v -S = -- "$current"); compopt -o nospace 2>/dev/null; return ;;
    --group) mapfile -t COMPREPLY < <(compgen -g -- "$current"); return ;;
    --signal | --reopen-on | --keep-signal) mapfile -t COMPREPLY < <(_daemonize_signals "$current"); return ;;
    --close-fds) mapfile -t COMPREPLY < <(compgen -W 'all inherited none' -- "$current"); return ;;
    --foreground) mapfile -t COMPREPLY < <(compgen -W 'auto never always' -- "$current"); return ;;
    --stop | --restart) mapfile -t COMPREPLY < <(compgen -W 'TERM/30/KILL/5 TERM/forever' -- "$current"); return ;;
    --log-to) mapfile -t COMPREPLY < <(compgen -W 'syslog journal' -- "$current"; compgen -f -- "$current"); return ;;
    --*) return ;;
    esac
    case $current in
    -*)
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        case ${COMPREPLY[0]-} in *=) compopt -o nospace 2>/dev/null ;; esac
        ;;
    *) mapfile -t COMPREPLY < <(compgen -f -- "$current"); compopt -o filenames 2>/dev/null ;;
    esac
}

complete -F _daemonize daemonize
