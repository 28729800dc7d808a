/* The program that is started: says when it runs, by the monotonic clock and through a FIFO, its only argument. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    struct timespec now;
    int64_t stamp;
    int fifo;

    clock_gettime(CLOCK_MONOTONIC, &now);
    stamp = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
    fifo = argc == 2 ? open(argv[1], O_WRONLY) : -1;
    return write(fifo, &stamp, sizeof stamp) == sizeof stamp ? 0 : 1;
}
