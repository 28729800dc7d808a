/* Numbers and names on the command line. */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>

/* A whole number in that base, from `least` to `largest`. */
bool read_number(const char *text, int base, long least, long largest, long *number);
/* Seconds, with up to three decimals or "forever", as milliseconds; -1 stands for "forever". */
bool read_seconds(const char *text, int *milliseconds);
/* A signal by its name, with or without SIG, or by its number. */
bool read_signal(const char *text, int *signal_number);
/* A capability by its name, with or without cap_, or by its number. */
bool read_capability(const char *text, int *capability);

#endif
