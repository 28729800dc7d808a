/* std: the standard streams of a program that is no daemon, redirected while it runs.

     std SCENARIO DIRECTORY

   Says on its first stderr what the calls gave: "NAME=RESULT errno=E same=S fds=N", S whether 1 and 2 are what they were
   at the start, N by how much the number of open descriptors has changed. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libdaemon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *say;
static struct stat first[3];
static int first_count;

static int count_descriptors(void) {
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    while (directory && readdir(directory)) count++;
    closedir(directory);
    return count;
}

static int is_same(int fd) {
    struct stat now;
    return fstat(fd, &now) == 0 && now.st_dev == first[fd].st_dev && now.st_ino == first[fd].st_ino;
}

static void tell(const char *name, int result) {
    int error = errno, last = libdaemon_last_errno();
    fprintf(say, "%s=%d errno=%d last_errno=%d same=%d fds=%d\n", name, result, result ? error : 0, result ? last : 0,
            is_same(1) && is_same(2), count_descriptors() - first_count);
    if (result) fprintf(say, "error: %s\n", libdaemon_last_error());
}

/* By the program's own handles, by its descriptors, and by a child. */
static void speak(const char *what) {
    char command[128];
    printf("%s printf\n", what), fflush(stdout);
    fprintf(stderr, "%s stderr\n", what);
    dprintf(1, "%s write\n", what);
    snprintf(command, sizeof command, "echo %s child; echo %s child stderr >&2", what, what);
    if (system(command)) abort();
}

static void together(void) {
    tell("reset_std", reset_std("all.log"));
    speak("now");
}

static void split(void) {
    tell("reset_std_split", reset_std_split("out.log", "err.log"));
    speak("now");
}

static void missing(void) {
    tell("reset_std", reset_std("missing/all.log"));
    speak("still");
}

static void second_missing(void) {
    tell("reset_std_split", reset_std_split("out.log", "missing/err.log"));
    speak("still");
}

static void directory(void) {
    tell("reset_std", reset_std("."));
    speak("still");
}

static void nothing_to_reopen(void) {
    tell("reopen_std", reopen_std());
    speak("still");
}

static void rotate(void) {
    tell("reset_std", reset_std("all.log"));
    speak("old");
    char here[4096], path[4200];
    if (!getcwd(here, sizeof here) || rename("all.log", "all.log.1") || chdir("/")) abort();
    tell("reopen_std", reopen_std());
    speak("new");
    snprintf(path, sizeof path, "%s/all.log", here);
    if (access(path, F_OK)) abort();
}

static void rotate_in_vain(void) {
    if (mkdir("logs", 0755)) abort();
    tell("reset_std", reset_std("logs/all.log"));
    speak("old");
    if (rename("logs", "moved")) abort();
    fstat(1, &first[1]), fstat(2, &first[2]);
    tell("reopen_std", reopen_std());
    speak("still");
}

/* 0 was closed at the start: the file opened for 1 and 2 must not be left as 0. */
static void closed(void) {
    close(0);
    first_count = count_descriptors();
    tell("reset_std", reset_std("all.log"));
    fprintf(say, "stdin=%d\n", fcntl(0, F_GETFD));
    speak("now");
}

/* 1 and 2 closed at the start are opened by the call. */
static void all_closed(void) {
    close(0), close(1), close(2);
    fprintf(say, "reset_std=%d\n", reset_std("all.log"));
    fprintf(say, "stdout=%d stderr=%d\n", fcntl(1, F_GETFD), fcntl(2, F_GETFD));
    dprintf(1, "one\n"), dprintf(2, "two\n");
}

static void twice(void) {
    tell("reset_std", reset_std("one.log"));
    speak("one");
    tell("reset_std", reset_std("two.log"));
    speak("two");
}

static void null_path(void) {
    tell("reset_std", reset_std(NULL));
    tell("reset_std", reset_std(""));
    tell("reset_std_split", reset_std_split(NULL, "x"));
    tell("reset_std_split", reset_std_split("x", NULL));
}

int main(int argc, char **argv) {
    static const struct { const char *name; void (*run)(void); } scenarios[] = {
        {"together", together}, {"split", split}, {"missing", missing}, {"second-missing", second_missing},
        {"directory", directory}, {"nothing-to-reopen", nothing_to_reopen}, {"rotate", rotate},
        {"rotate-in-vain", rotate_in_vain}, {"closed", closed}, {"all-closed", all_closed}, {"twice", twice},
        {"null", null_path},
    };
    if (argc != 3 || chdir(argv[2])) return 2;
    say = fdopen(fcntl(2, F_DUPFD_CLOEXEC, 100), "w");
    setvbuf(say, NULL, _IOLBF, 0);
    umask(0);
    for (int fd = 1; fd <= 2; fd++) fstat(fd, &first[fd]);
    first_count = count_descriptors();
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (!strcmp(argv[1], scenarios[i].name)) return scenarios[i].run(), 0;
    return 2;
}
