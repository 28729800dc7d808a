"""The ctypes prototypes are those of include/libdaemon.h, and the package has every option and every call of a daemon."""

import ctypes
import inspect
import os
import re
import subprocess
import tempfile
import unittest

from libdaemon import _library, _options, daemonize
from support import CHECKOUT

HEADER = os.path.join(CHECKOUT, "include", "libdaemon.h")

#: What ctypes calls the types of the header. An enumeration is passed as an int, and its numbers are compared below.
TYPES = {
    "void": None,
    "int": ctypes.c_int,
    "pid_t": ctypes.c_int,
    "mode_t": ctypes.c_uint,
    "bool": ctypes.c_bool,
    "const char *": ctypes.c_char_p,
    "const char *const *": ctypes.POINTER(ctypes.c_char_p),
    "const char *const * *": ctypes.POINTER(ctypes.POINTER(ctypes.c_char_p)),
    "const int *": ctypes.POINTER(ctypes.c_int),
    "size_t": ctypes.c_size_t,
    "struct daemonize_options *": ctypes.c_void_p,
    "const struct daemonize_options *": ctypes.c_void_p,
    "enum daemonize_close": ctypes.c_int,
    "enum daemonize_signals": ctypes.c_int,
    "enum daemonize_foreground": ctypes.c_int,
}

#: What is there in another form: daemonize_fork() with the interpreter's part around it is all that becoming a daemon
#: needs, daemonize_report_failure() and SystemExit are daemonize_fail(). PHP's names, and PHP's own, are left to ctypes.
IN_ANOTHER_FORM = {"daemonize", "daemonize_with", "daemonize_fail"}
NOT_FOR_PYTHON = re.compile("pcntl_|posix_|libdaemon_php_|workers_")


def declared():
    """The functions of the header: name to the types, the result's first."""
    with open(HEADER) as header:
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", header.read(), flags=re.S)
    code = re.sub(r"^\s*#[^\n]*(\\\n[^\n]*)*", "", code, flags=re.M).replace('extern "C" {', "")
    code = re.sub(r"typedef\s+(enum|struct)\s+\w+\s*\{.*?\}\s*\w+;|typedef[^;{]*;", "", code, flags=re.S)
    found = {}
    for result, name, parameters in re.findall(r"([\w\s*]+?)\b(\w+)\(([^()]*)\);", code):
        words = [] if parameters.strip() == "void" else [without_name(each) for each in parameters.split(",")]
        found[name] = [plain(result), *words]
    return found


def plain(text):
    text = re.sub(r"\s*\*\s*", " *", " ".join(text.split())).strip().replace("*const", "*const")
    return re.sub(r"\*const\s*\*", "*const *", text)


def without_name(parameter):
    parameter = plain(parameter)
    match = re.fullmatch(r"(.*?[\s*])(\w+)", parameter)
    return plain(match.group(1)) if match and match.group(2) not in TYPES else parameter


class PrototypesTest(unittest.TestCase):
    def test_every_prototype_is_the_headers(self):
        functions = declared()
        self.assertGreater(len(functions), 60)
        for name, prototype in _library.PROTOTYPES.items():
            with self.subTest(name):
                self.assertIn(name, functions)
                self.assertEqual(list(prototype), [TYPES[each] for each in functions[name]], functions[name])

    def test_every_function_for_daemons_is_there(self):
        wanted = {name for name in declared() if not NOT_FOR_PYTHON.match(name)} - IN_ANOTHER_FORM
        self.assertEqual(wanted - set(_library.PROTOTYPES), set(), "python/libdaemon/_library.py lacks these")

    def test_every_option_is_a_keyword(self):
        names = {name[len("daemonize_options_") :] for name in _library.PROTOTYPES if name.startswith("daemonize_options_")}
        names -= {"new", "free"}
        renamed = {
            "keep_fd": "keep_fds",
            "keep_signal": "keep_signals",
            "keep_capability": "keep_capabilities",
            "setenv": "env",
        }
        keywords = inspect.signature(daemonize).parameters
        self.assertEqual({renamed.get(name, name) for name in names}, set(keywords))
        self.assertTrue(all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in keywords.values()))

    def test_the_compiler_has_the_same_sizes_and_numbers(self):
        """What the table of types takes for granted, asked of the C compiler."""
        numbers = {**_options._CLOSE, **_options._SIGNALS, **_options._FOREGROUND}
        enumerations = {"CLOSE": _options._CLOSE, "SIGNALS": _options._SIGNALS, "FOREGROUND": _options._FOREGROUND}
        self.assertGreater(len(numbers), 7)
        lines = ["#include <libdaemon.h>"]
        for text, kind in TYPES.items():
            if kind is not None:
                lines.append(f'_Static_assert(sizeof({text}) == {ctypes.sizeof(kind)}, "{text}");')
        for prefix, choices in enumerations.items():
            for word, number in choices.items():
                if isinstance(word, str):
                    lines.append(f'_Static_assert(DAEMONIZE_{prefix}_{word.upper()} == {number}, "{word}");')
        lines.append('_Static_assert((pid_t)-1 < 0 && (mode_t)-1 > 0, "signs");')
        with tempfile.TemporaryDirectory() as directory:
            source = os.path.join(directory, "types.c")
            with open(source, "w") as file:
                file.write("\n".join(lines) + "\n")
            command = ["cc", "-std=c11", "-Werror", "-I", os.path.dirname(HEADER), "-fsyntax-only", source]
            subprocess.run(command, check=True)

    def test_the_library_exports_them(self):
        library = _library.library()
        for name in _library.PROTOTYPES:
            with self.subTest(name):
                self.assertTrue(callable(getattr(library, name)))


if __name__ == "__main__":
    unittest.main()
