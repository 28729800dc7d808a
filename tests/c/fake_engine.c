/* What libdaemon takes for PHP 8.2's engine: it must find the pending exception where that is, whatever stands before it.
   In a real engine these are addresses, which any byte can be part of. */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "for_php_alone.h"

enum { FRAME = 488, EXCEPTION = 864, HANDLING = 888, OPERATION = 32, CODE = 28, HANDLE_EXCEPTION = 149 };

struct frame {
    void *instruction;
    void *prepared, *result;
    const unsigned char *function;
    void *rest[6];
};

struct reference {
    uint32_t count, information;
    uint64_t value;
    uint32_t kind, extra;
};

_Alignas(8) unsigned char executor_globals[2048];
void (*zend_interrupt_function)(struct frame *);

int _call_user_function_impl(void) { return 0; }
void zval_ptr_dtor(void) {}
void zend_fiber_switch_block(void) {}
void zend_fiber_switch_unblock(void) {}
void zend_exception_set_previous(void) {}
bool zend_is_unwind_exit(void) { return false; }
void *_zend_new_array(void) { return NULL; }
void *zend_hash_str_update(void) { return NULL; }
int zend_register_list_destructors_ex(void) { return 1; }
void *zend_register_resource(void) { return NULL; }
int zend_register_functions(void) { return -1; }
void zend_create_closure(void) {}

static void *pending(void)
{
    void *exception;

    memcpy(&exception, executor_globals + EXCEPTION, sizeof exception);
    return exception;
}

static void *seen = (void *)1;

static void handler(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
    seen = pending();
}

static void check(bool holds, const char *what)
{
    if (!holds) {
        printf("%s\n", what);
        exit(1);
    }
}

int main(void)
{
    static const unsigned char written_in_php = 2;
    static unsigned char instruction[OPERATION];
    static uint32_t exception[4] = {1};
    struct frame frame = {.instruction = instruction, .function = &written_in_php}, *current = &frame;
    struct reference waiting = {.count = 1};
    void *thrown = exception;

    memset(executor_globals + 600, HANDLE_EXCEPTION, EXCEPTION - 600);
    memcpy(executor_globals + FRAME, &current, sizeof current);
    memcpy(executor_globals + EXCEPTION, &thrown, sizeof thrown);
    for (int i = 0; i < 3; i++) {
        memset(executor_globals + HANDLING + i * OPERATION, 1, sizeof(void *));
        executor_globals[HANDLING + i * OPERATION + CODE] = HANDLE_EXCEPTION;
    }
    check(libdaemon_php_attach(80200, false, &waiting) == 0, libdaemon_last_error());
    zend_interrupt_function(&frame);
    check(pcntl_signal(SIGUSR1, handler, true) == 0, "signal");
    raise(SIGUSR1);
    zend_interrupt_function(&frame);
    check(seen == NULL, "the pending exception was not set aside");
    check(pending() == thrown, "the pending exception is not there any more");
    puts("found");
    return 0;
}
