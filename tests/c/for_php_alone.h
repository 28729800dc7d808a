/* What the library exports for its PHP package alone, and its public header therefore does not declare. */
#ifndef FOR_PHP_ALONE_H
#define FOR_PHP_ALONE_H

#include <libdaemon.h>

int libdaemon_php_attach(int version_id, bool thread_safe, void *waiting);
int libdaemon_php_function(const char *name, void *place);
int64_t pcntl_sigprocmask_packed(int mode, uint64_t signals);
int64_t pcntl_waitpid_packed(pid_t process_id, int flags, pcntl_rusage *resource_usage);

#endif
