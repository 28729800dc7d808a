/* Memory that is refused: the n-th allocation of a start fails, for every n, and the program's own strings stay what they are. */
#define _GNU_SOURCE

#include "faults_check.h"

enum { OWN = 20, ASKED = 20 };

/* So many allocations are granted before one is refused; negative: all. */
static long granted = -1;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool is_refused(void)
{
    if (granted < 0 || granted-- > 0)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(memory, size);
}

/* OWN_7 is "own value 7", and on the heap. */
static void set_own(void)
{
    char name[32], value[64];
    int i;

    for (i = 0; i < OWN; i++) {
        snprintf(name, sizeof name, "OWN_%d", i);
        snprintf(value, sizeof value, "own value %d", i);
        CHECK(setenv(name, value, 1) == 0);
    }
}

static void check_own(void)
{
    char name[32], value[64];
    void *other[200];
    int i;

    /* What had been freed would be found here. */
    for (i = 0; i < 200; i++) {
        other[i] = malloc((size_t)i / 8 * 8 + 8);
        CHECK(other[i] != NULL);
        memset(other[i], 'x', (size_t)i / 8 * 8 + 8);
    }
    for (i = 0; i < OWN; i++) {
        snprintf(name, sizeof name, "OWN_%d", i);
        snprintf(value, sizeof value, "own value %d", i);
        CHECK(getenv(name) != NULL && strcmp(getenv(name), value) == 0);
    }
    for (i = 0; i < 200; i++)
        free(other[i]);
}

/* The daemon's environment can be changed on, whatever is refused. */
static void change_on(void)
{
    char name[32];
    int i, refused;

    check_own();
    for (i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "LATER_%d", i);
        for (refused = 0, granted = 0; setenv(name, "later value", 1) != 0; granted = ++refused)
            CHECK(errno == ENOMEM && getenv(name) == NULL);
        granted = -1;
        CHECK(strcmp(getenv(name), "later value") == 0);
    }
    CHECK(strcmp(getenv("ASKED_3"), "asked value") == 0 && strcmp(getenv("ASKED_19"), "asked value") == 0);
    CHECK(unsetenv("ASKED_3") == 0 && getenv("ASKED_3") == NULL && putenv("ASKED_4=put") == 0);
    check_own();
    CHECK(clearenv() == 0 && getenv("OWN_1") == NULL && setenv("OWN_1", "anew", 1) == 0);
    CHECK(strcmp(getenv("OWN_1"), "anew") == 0);
}

static void setenv_with_memory_refused(void)
{
    daemonize_options *options = options_here();
    pid_t daemon = -1;
    char name[32];
    long most;
    int i;

    set_own();
    for (i = 0; i < ASKED; i++) {
        snprintf(name, sizeof name, "ASKED_%d", i);
        CHECK(daemonize_options_setenv(options, name, "asked value") == 0);
    }
    for (most = 0; daemon < 0; most++) {
        granted = most;
        daemon = daemonize_fork(options);
        granted = -1;
        CHECK(daemon >= 0 || errno == ENOMEM);
        if (daemon == 0) {
            change_on();
            _exit(0);
        }
        check_own();
        CHECK(getenv("ASKED_3") == NULL && setenv("OWN_0", "own value 0", 1) == 0);
    }
    /* It was not the first one that worked. */
    CHECK(most > ASKED);
}

static const struct check_test tests[] = {
    {"setenv_with_memory_refused", setenv_with_memory_refused},
};

CHECK_MAIN(tests)
