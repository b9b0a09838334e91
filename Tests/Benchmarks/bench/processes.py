"""CPU time and memory of processes, from /proc."""
import os
import time

TICKS = os.sysconf("SC_CLK_TCK")


def stat(pid):
    """The fields of /proc/PID/stat behind the name, or None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def cpu_seconds(roots):
    """User and system time of each process named, with its living and reaped descendants; a dictionary of seconds."""
    seen = {}
    for name in os.listdir("/proc"):
        fields = stat(name) if name.isdigit() else None
        if fields:
            seen[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    owner = {pid: name for name, pid in roots.items()}
    total = dict.fromkeys(roots, 0.0)
    for pid, (_, seconds) in seen.items():
        line = pid
        while line in seen and line not in owner:
            line = seen[line][0]
        if line in owner:
            total[owner[line]] += seconds
    return total


def rest(roots, quiet=0.02, step=0.5, patience=30):
    """Waits until the processes use less than `quiet` of a core; their CPU time then."""
    deadline = time.monotonic() + patience
    before = cpu_seconds(roots)
    while time.monotonic() < deadline:
        time.sleep(step)
        after = cpu_seconds(roots)
        if sum(after.values()) - sum(before.values()) <= quiet * step:
            return after
        before = after
    return before


def memory(pid):
    """Resident bytes now, and the most there ever were."""
    found = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                found[name] = int(value.split()[0]) * 1024
    return found["VmRSS"], found["VmHWM"]


def started(pid):
    """When the process began, on the clock of CLOCK_BOOTTIME; to a hundredth of a second."""
    fields = stat(pid)
    return int(fields[19]) / TICKS if fields else None


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except OSError:
        return ""
