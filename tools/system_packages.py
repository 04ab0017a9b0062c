"""Find the system packages a target needs; install them where that is allowed, else say how.

python tools/system_packages.py chromium bubblewrap
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

# Debian's package: the programs or the library that will do, and what it is no use without.
PROGRAMS = {
    "bubblewrap": (["bwrap"], []),
    "chromium": (
        ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
        ["fonts-dejavu-core"],
    ),
    "libseccomp2": (["libseccomp.so.2"], []),
    "nodejs": (["node"], []),
    "npm": (["npm"], []),
    # Debian keeps the server's own programs apart, and this one on the path.
    "postgresql": (["pg_ctlcluster", "postgres"], []),
}


def main(packages: list[str]) -> None:
    missing = [package for package in packages if not found(package)]
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends"]
    install += [name for package in missing for name in (package, *PROGRAMS[package][1])]
    if shutil.which("apt-get") and os.geteuid() == 0:
        print(f"Installing {', '.join(missing)}", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], install):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        missing = [package for package in missing if not found(package)]
    if missing:
        remedy = f"sudo {' '.join(install)}" if shutil.which("apt-get") else "your package manager"
        sys.exit(f"Needed and not found: {', '.join(missing)}. Install with: {remedy}")


def found(package: str) -> bool:
    return any(shutil.which(name) or loads(name) for name in PROGRAMS[package][0])


def loads(library: str) -> bool:
    try:
        return ".so" in library and bool(ctypes.CDLL(library))
    except OSError:
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
