"""A Pyodide with NumPy, put together from what package registries hold.

What Pyodide compiled itself is on its own network alone. This NumPy was built for conda; the two
modules of the standard library that Pyodide keeps apart are empty here, and nobody misses them.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from tools.lab import pyodide

NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
SITE_PACKAGES = "lib/python3.12/site-packages/"
NUMPY_WHEEL = "numpy-2.0.1-cp312-cp312-pyodide_2024_0_wasm32.whl"
# It looks for its callers before it reuses a large array, in a function that Pyodide lacks; told
# of no caller it does not reuse. NumPy reads this module first.
BEFORE_NUMPY = """from pyodide_js import _module
_module.LDSO.loadedLibsByName.__main__.exports.backtrace = lambda *_: 0
"""

# IPython imports these names for its history, which a kernel in the browser does not keep.
STUB = "Connection = DatabaseError = OperationalError = IntegrityError = Exception\n"


def numpy_wheel(folder: Path) -> Path:
    """Write the wheel of NumPy for Pyodide 0.27 into a folder."""
    (archive,) = (NODE_MODULES / "@emscripten-forge" / "numpy" / "pkg").glob("*.tar.gz")
    wheel = folder / NUMPY_WHEEL
    with tarfile.open(archive) as read, zipfile.ZipFile(wheel, "w") as written:
        for member in read:
            if member.isfile() and member.name.startswith(SITE_PACKAGES):
                name = member.name.removeprefix(SITE_PACKAGES)
                if "/tests/" not in name:
                    written.writestr(name, read.extractfile(member).read())
        written.writestr("numpy/_distributor_init_local.py", BEFORE_NUMPY)
    return wheel


def assemble(folder: Path, downloads: Path) -> None:
    """Lay out a distribution with what the lab needs, but Matplotlib.

    Parameters
    ----------
    folder : Path
        A new folder.
    downloads : Path
        Where wheels from PyPI are kept for another time.
    """
    folder.mkdir()
    for name in pyodide.CORE_FILES:
        (folder / name).symlink_to(pyodide.CORE / name)
    lock = json.loads((pyodide.CORE / pyodide.LOCK).read_text(encoding="utf-8"))
    everything = {pyodide.plain(name): each for name, each in lock["packages"].items()}
    needed = pyodide.with_dependencies([*pyodide.KERNEL, "numpy"], everything)
    plain = [each for each in needed.values() if each["file_name"].endswith("none-any.whl")]
    download([f"{each['name']}=={each['version']}" for each in plain], downloads)
    wheels = {pyodide.plain(path.name.partition("-")[0]): path for path in downloads.glob("*.whl")}
    for name, package in needed.items():
        package["depends"] = [each for each in package["depends"] if each != "openssl"]
        if name == "numpy":
            package["file_name"] = numpy_wheel(folder).name
        elif package in plain:
            package["file_name"] = wheels[name].name
            (folder / wheels[name].name).symlink_to(wheels[name])
        else:
            with zipfile.ZipFile(folder / package["file_name"], "w") as empty:
                empty.writestr(f"{name}-{package['version']}.dist-info/METADATA", "")
                empty.writestr(f"{name}.py", STUB)
        content = (folder / package["file_name"]).read_bytes()
        package["sha256"] = hashlib.sha256(content).hexdigest()
    lock["packages"] = {name: each for name, each in needed.items() if name != "openssl"}
    (folder / pyodide.LOCK).write_text(json.dumps(lock), encoding="utf-8")


def download(requirements: list[str], folder: Path) -> None:
    """Download wheels of plain Python, unless they are there already."""
    noted = folder / "requirements.txt"
    if noted.exists() and noted.read_text(encoding="utf-8").split() == requirements:
        return
    command = [*(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"), *requirements]
    command += ["--only-binary", ":all:", "--dest", str(folder), "--disable-pip-version-check"]
    command += ["--platform", "any", "--implementation", "py", "--abi", "none"]
    command += ["--python-version", "3.12"]
    subprocess.run(command, check=True)
    noted.write_text("\n".join(requirements), encoding="utf-8")
