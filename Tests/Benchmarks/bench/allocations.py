"""Heap allocations per request, counted in the server's own process, beside those pinned in allocations.pinned.

Of a login and of an accounting record two numbers are counted: what the thread allocates that reads the request
(`answering`), and what the whole of `radius` allocates meanwhile (`process`): the log of logins and the accounting line
included. More than pinned fails; fewer is said, so that the pin can follow. A debug build has pins of its own, for
nothing is optimised away there; and only of the thread, since the rest depends on how slowly it goes. The last line
is `N passed, N failed`."""
import argparse
import contextlib
import json
import os
import struct
import subprocess
import sys

from . import load, paths
from .peers import Ours
from .tollkeeper import SOURCES, Tollkeeper

SLOT = struct.Struct("QQ")
SLOTS = 1024
USERS = 2000
REQUESTS = {"pap": 8000, "mschapv2": 8000, "acct": 6000}
# What the process allocates depends a little on how requests fall into batches: this much, and the share, is allowed.
SLACK, SHARE = 0.02, 0.05


def options(arguments):
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/allocations", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pin", action="store_true", help="write what was counted into allocations.pinned")
    return parser.parse_args(arguments)


def measure(recorder, _):
    """Counts, records, prints; {name: allocations per request}."""
    load.build()
    with contextlib.ExitStack() as stack:
        server = Tollkeeper()
        stack.callback(server.close)
        file = os.path.join(server.folder, "allocations")
        with open(file, "wb") as made:
            made.truncate(SLOTS * SLOT.size)
        os.chmod(file, 0o666)  # noqa: S103: the server may run as another user
        server.variables = {"LD_PRELOAD": build(server.folder), "ALLOCATIONS_OF": "radius-process",
                            "ALLOCATIONS_FILE": file}
        server.set_up(USERS, SOURCES[:2])
        ours = Ours(server)
        found = {}
        for mode in REQUESTS:
            requests(mode, ours)
            before = read(file)
            answered = requests(mode, ours)
            after = read(file)
            each = {thread: count - before.get(thread, 0) for thread, count in after.items()}
            names = threads(ours.pids["radius"])
            role = "acct" if mode == "acct" else "auth"
            answering = sum(count for thread, count in each.items() if names.get(thread) == role)
            if role not in names.values():
                raise RuntimeError(f"no thread of radius has the name `{role}`: {sorted(set(names.values()))}")
            found[f"{mode}.answering"] = answering / answered
            found[f"{mode}.process"] = sum(each.values()) / answered
            for thread, count in sorted(each.items(), key=lambda pair: -pair[1])[:6]:
                if count:
                    print(f"  {mode}: thread {names.get(thread, 'gone')} {count / answered:.3f}", flush=True)
    if configuration() == "debug":
        found = {name: value for name, value in found.items() if name.endswith(".answering")}
    # The page tells of release builds.
    kind = configuration()
    recorder.add("allocations" if kind == "release" else f"allocations-{kind}", found=found)
    return found


def build(folder):
    library = os.path.join(folder, "allocations.so")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-fno-builtin", "-o", library,
                    os.path.join(paths.FOLDER, "allocations.c")], check=True)
    os.chmod(library, 0o755)  # noqa: S103: the server's PostgreSQL loads it as another user
    return library


def requests(mode, ours):
    """Sends the requests of one mode; how many were answered."""
    count = REQUESTS[mode]
    done = subprocess.run(
        load.command(mode, ours, users=USERS, seconds=0, seed=7, window=64, warmup=0, sources=SOURCES[:2],
                     more=["--count", str(count)]),
        capture_output=True, text=True)
    if not done.stdout.strip():
        raise RuntimeError(f"radload {mode}: {done.returncode}: {done.stderr[-500:]}")
    line = json.loads(done.stdout)
    if not line["ok"]:
        raise RuntimeError(f"{mode}: not every answer was right: {done.stderr[-500:]}")
    load.processes.rest(ours.pids)
    return line["accepts"] + line["acct"]


def read(file):
    """Allocations so far, by thread."""
    with open(file, "rb") as counts:
        return {thread: count for thread, count in SLOT.iter_unpack(counts.read()) if thread}


def threads(pid):
    """Names by thread id."""
    found = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm") as file:
            found[int(thread)] = file.read().strip()
    return found


def configuration():
    return "debug" if "/debug/" in os.path.realpath(paths.program()) else "release"


def pinned():
    """{configuration: {name: allocations}}"""
    found = {}
    if os.path.exists(paths.PINNED):
        with open(paths.PINNED) as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    kind, name, value = line.split()
                    found.setdefault(kind, {})[name] = float(value)
    return found


def pin(found):
    pins = pinned() | {configuration(): found}
    with open(paths.PINNED, "w") as file:
        file.write("# Heap allocations per request at most: build, what, number. Written by"
                   " `Tests/Benchmarks/allocations --pin`.\n")
        for kind in sorted(pins):
            for name, value in pins[kind].items():
                file.write(f"{kind} {name} {value:.2f}\n")


def compare(found):
    """Prints each beside its pin; (passed, failed)."""
    pins = pinned().get(configuration(), {})
    passed = failed = 0
    for name, value in found.items():
        limit = pins.get(name)
        if limit is None:
            verdict = f"FAILED: nothing is pinned for {configuration()} {name}"
        elif value > limit * (1 + SHARE) + SLACK:
            verdict = f"FAILED: more than the {limit:.2f} pinned"
        elif value < limit * (1 - SHARE) - SLACK:
            verdict = f"ok, and fewer than the {limit:.2f} pinned: lower it"
        else:
            verdict = "ok"
        print(f"{name}: {value:.3f} allocations per request: {verdict}")
        passed, failed = passed + (not verdict.startswith("FAILED")), failed + verdict.startswith("FAILED")
    print(f"{passed} passed, {failed} failed")
    return failed


def main(recorder, given):
    found = measure(recorder, given)
    if given.pin:
        pin(found)
    sys.exit(1 if compare(found) else 0)
