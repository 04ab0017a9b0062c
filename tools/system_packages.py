"""Find the system programs a target needs; install them where that is allowed, else say how.

python tools/system_packages.py chromium bubblewrap
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# Debian's package: the programs any of which will do, and further packages it is no use without.
PROGRAMS = {
    "bubblewrap": (["bwrap"], []),
    "chromium": (
        ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
        ["fonts-dejavu-core"],
    ),
    "nodejs": (["node"], []),
    "npm": (["npm"], []),
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
    return any(shutil.which(program) for program in PROGRAMS[package][0])


if __name__ == "__main__":
    main(sys.argv[1:])
