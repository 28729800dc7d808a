"""Puts the shared library into the wheel, and has the wheel's name say which machines it is for.

The library is the file that LIBDAEMON_WHEEL_LIBRARY names, built for the platform LIBDAEMON_WHEEL_PLATFORM (linux_aarch64,
for instance), or that of this checkout. Where there is neither, the wheel is one for every machine, and uses the system's.
"""

import os
import sysconfig

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":
            return
        library = os.environ.get("LIBDAEMON_WHEEL_LIBRARY")
        if library is None:
            library = os.path.join(os.path.dirname(self.root), "target", "release", "libdaemon.so")
            if not os.path.exists(library):
                return
        platform = os.environ.get("LIBDAEMON_WHEEL_PLATFORM") or sysconfig.get_platform().replace("-", "_")
        build_data["force_include"][library] = "libdaemon/libdaemon.so.1"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
