"""What machine this is."""
import os
import platform
import subprocess

from . import paths


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=paths.ROOT).stdout.strip()
    except OSError:
        return ""


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": processor(), "cores": os.cpu_count(), "memory": round(memory), "kernel": platform.release(),
        "freeradius": output("dpkg-query", "-W", "-f", "${Version}", "freeradius"),
        "postgres": (output("psql", "--version").split() or ["", "", ""])[2],
        "swift": next(iter(output("swift", "--version").splitlines()), ""),
    }
