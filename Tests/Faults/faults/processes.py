"""Processes as /proc shows them. Signals go to process ids that were found here, never to names."""
import os
import signal


def command_line(pid):
    return _read(pid, "cmdline").replace("\0", " ")


def has_variable(pid, text):
    """Whether the process was started with this variable, as NAME=VALUE."""
    return text in _read(pid, "environ").split("\0")


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def is_running(pid):
    """False for a zombie too."""
    stat = _read(pid, "stat")
    return bool(stat) and stat.rpartition(")")[2].split()[0] not in "ZX"


def tree(pid):
    """The process and its descendants."""
    parents = {}
    for one in all_pids():
        stat = _read(one, "stat")
        if stat:
            parents[one] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while True:
        more = {one for one, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def freeze(pid):
    """SIGSTOP to the whole tree, the root first so that it starts no more; the stopped ones."""
    stopped = set()
    while True:
        new = tree(pid) - stopped
        if not new:
            return stopped
        for one in sorted(new, key=lambda other: other != pid):
            send(one, signal.SIGSTOP)
        stopped |= new


def thaw(pids):
    for pid in pids:
        send(pid, signal.SIGCONT)


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _read(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
