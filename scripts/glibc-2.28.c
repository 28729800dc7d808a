/* What the library uses of glibc 2.32, for the wheels, which run with glibc 2.28 too. Like the original: no lock, no
   memory. Compiled and linked by scripts/wheel alone. */
#include <stddef.h>

extern const char *const sys_errlist[];
extern int sys_nerr;

const char *strerrordesc_np(int number)
{
    return number >= 0 && number < sys_nerr ? sys_errlist[number] : NULL;
}
