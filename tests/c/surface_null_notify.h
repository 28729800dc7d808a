/* What surface_null.c calls of the functions for service managers, and of the title. */
#ifndef TESTS_SURFACE_NULL_NOTIFY_H
#define TESTS_SURFACE_NULL_NOTIFY_H

#include "surface_null.h"

static void service_managers(void)
{
    INVALID(daemonize_notify(NULL));
    REFUSED(daemonize_notify(""), 0);
    INVALID(daemonize_notify_with_fds(NULL, NULL, 0));
    INVALID(daemonize_notify_with_fds("FDSTORE=1", NULL, 1));
    INVALID(daemonize_notify_with_fds("FDSTORE=1", (const int *)9, 1));
    INVALID(daemonize_notify_with_fds("FDSTORE=1", (const int *)999999, 1));
    INVALID(daemonize_notify_with_fds("FDSTORE=1", (const int *)65536, SIZE_MAX));
    INVALID(daemonize_extend_timeout(0));
    INVALID(daemonize_extend_timeout(INT_MIN));
    SURVIVES(daemonize_reloading());
    SURVIVES(daemonize_stopping());
    SURVIVES(daemonize_watchdog());
    SURVIVES(daemonize_watchdog_interval());
    SURVIVES(daemonize_listen_fds(NULL));
    INVALID(daemonize_listen_fds((const char *const **)9));
    INVALID(libdaemon_set_title(NULL));
    INVALID(libdaemon_set_title(""));
}

#endif
