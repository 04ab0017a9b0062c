"""Forbidden things, as a hostile notebook would try them. `course doctor` runs them inside a box.

Each function is sent into the box by its source, with the facts it needs as keyword arguments. What
it returns in words is what it got: then the policy does not hold. If it got nothing it raises an
exception, or returns None.
"""


def read_the_course(secret_file, **_):
    """Read a file that lies where courses and gradebooks lie."""
    return open(secret_file).read()[:40]


def read_the_home(home, **_):
    """List the home of whoever grades, and other people's."""
    import os

    own = os.environ["HOME"]
    homes = [home, "/root", *(f"/home/{name}" for name in os.listdir("/home"))]
    found = [
        f"{folder}/{name}"
        for folder in homes
        if folder != own and os.path.isdir(folder)
        for name in os.listdir(folder)
        if name != ".pyenv" and not os.path.isdir(f"{folder}/{name}")
    ]
    return ", ".join(found[:5]) or None


def read_passwords(**_):
    """Read the system's passwords."""
    return open("/etc/shadow").read()[:20]


def import_the_reference(packages, **_):
    """Import the reference solutions or the grader."""
    import importlib.util

    specs = {name: importlib.util.find_spec(name) for name in packages}
    found = [spec.origin for spec in specs.values() if spec is not None and spec.origin]
    return ", ".join(found) or None


def read_the_environment(token, **_):
    """Find the grader's environment, in this process or another."""
    import glob
    import os

    if token in str(os.environ):
        return "a variable of the grader"
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            if token.encode() in open(path, "rb").read():  # noqa: SIM115
                return path
        except OSError:
            continue
    return None


def learn_the_path(course, **_):
    """Find the course's path in what the system tells about mounts and commands."""
    import glob

    for path in ("/proc/self/mountinfo", "/proc/1/mountinfo", *glob.glob("/proc/[0-9]*/cmdline")):
        try:
            if course.encode() in open(path, "rb").read():  # noqa: SIM115
                return path
        except OSError:
            continue
    return None


def inherit_a_file(token, **_):
    """Read files that the grader left open."""
    import os

    for name in os.listdir("/proc/self/fd"):
        try:
            if token.encode() in os.pread(int(name), 4096, 0):
                return f"descriptor {name}"
        except OSError:
            continue
    return None


def write_outside(writable, **_):
    """Write into every folder that can be found, three levels deep."""
    import os

    got = []
    for top, folders, _files in os.walk("/"):
        if top.startswith(("/proc", "/sys", *writable)) or top.count("/") > 3:
            folders.clear()
            continue
        try:
            with open(f"{top}/doctor", "x"):
                got.append(top)
            os.remove(f"{top}/doctor")
        except OSError:
            continue
    return ", ".join(got[:5]) or None


def change_the_kernel(**_):
    """Change a setting of the machine through /proc."""
    with open("/proc/sys/kernel/hostname", "w") as setting:
        setting.write("doctor")
    return "/proc/sys"


def connect(port, **_):
    """Connect to a server on this machine."""
    import socket

    socket.create_connection(("127.0.0.1", port), timeout=3).close()
    return "a connection"


def connect_by_name(abstract, **_):
    """Connect to a local server that has a name and no file."""
    import socket

    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"\0{abstract}")
    return "a connection"


def see_processes(sleeper, **_):
    """See a process of the machine outside."""
    import glob

    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            if sleeper.encode() in open(path, "rb").read():  # noqa: SIM115
                return path
        except OSError:
            continue
    return None


def become_root(**_):
    """Become root, or hold any privilege."""
    import os

    with open("/proc/self/status") as lines:
        status = dict(line.split(":\t", 1) for line in lines)
    held = [name for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb") if int(status[name], 16)]
    if held:
        return f"privileges: {', '.join(held)}"
    if status["NoNewPrivs"].strip() != "1":
        return "programs that raise privileges"
    os.setuid(0)
    return "user 0"


def refused_calls(refused, **_):
    """Make each system call that the policy refuses; anything but "not permitted" counts."""
    import ctypes
    import errno

    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    for name, number in refused.items():
        ctypes.set_errno(0)
        # Nonsense as every argument: where the call gets through, it does no harm.
        nonsense = [ctypes.c_long(-1)] * 6
        if libc.syscall(number, *nonsense) != -1 or ctypes.get_errno() != errno.EPERM:
            got.append(name)
    return ", ".join(got) or None


def new_namespace(clone, namespaces, **_):
    """Clone a process into a namespace of its own, where it would be root."""
    import ctypes
    import os
    import signal

    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    for name, flag in namespaces.items():
        child = libc.syscall(clone, flag | signal.SIGCHLD, 0, 0, 0, 0)
        if child == 0:
            os._exit(0)
        if child > 0:
            os.waitpid(child, 0)
            got.append(name)
    return ", ".join(got) or None


def type_into_the_terminal(**_):
    """Put words into the terminal of whoever grades."""
    import fcntl
    import os

    # TIOCSTI
    fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), 0x5412, b"x")
    return "a letter typed"


def strange_sockets(kinds, **_):
    """Open sockets of kinds that know no namespaces."""
    import socket

    got = []
    for kind in set(range(46)) - set(kinds):
        try:
            socket.socket(kind, socket.SOCK_STREAM).close()
            got.append(str(kind))
        except OSError as error:
            if error.errno not in (97, 93, 94):
                got.append(f"{kind} ({error.strerror})")
    return ", ".join(got) or None


def many_processes(processes, **_):
    """Start more processes than allowed."""
    import os
    import signal
    import time

    children = []
    try:
        while len(children) < processes + 10:
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return f"{len(children)} processes"


def much_memory(memory_mb, **_):
    """Take twice the memory that one process may have."""
    return f"{len(bytearray(2 * memory_mb * 2**20)) // 2**20} MB"


def giant_file(file_mb, **_):
    """Write a bigger file than allowed."""
    import os

    descriptor = os.open("/tmp/giant", os.O_CREAT | os.O_WRONLY)
    try:
        os.lseek(descriptor, file_mb * 2**20, os.SEEK_SET)
        os.write(descriptor, b"x")
    finally:
        os.close(descriptor)
        os.remove("/tmp/giant")
    return f"more than {file_mb} MB"


def full_disk(writable, space_mb, **_):
    """Write more into a folder than it has room for."""
    import os

    got = []
    for folder in writable:
        written, names = 0, []
        try:
            while written <= space_mb:
                names.append(f"{folder}/{written}")
                with open(names[-1], "wb") as file:
                    file.write(bytes(2**20))
                written += 1
            got.append(folder)
        except OSError:
            pass
        finally:
            for name in names:
                os.path.exists(name) and os.remove(name)
    return ", ".join(got) or None


def many_files(open_files, **_):
    """Hold more files open than allowed."""
    import os

    held = []
    try:
        while len(held) <= open_files:
            held.append(os.open("/dev/null", os.O_RDONLY))
    finally:
        for descriptor in held:
            os.close(descriptor)
    return f"{len(held)} files"
