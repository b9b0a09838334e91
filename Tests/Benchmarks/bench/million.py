"""Two servers, one with a hundred times the subscribers of the other: start, memory, and the CPU of a login."""
import argparse
import contextlib
import os
import signal
import time

from . import load, processes
from .packet import ACCEPT, Router
from .peers import Ours
from .tollkeeper import SECRET, Tollkeeper

SMALL = 10_000
NAMES = {True: "many", False: "few"}


def options(arguments):
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/million", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    return parser.parse_args(arguments)


def measure(recorder, given):
    load.build()
    with contextlib.ExitStack() as stack:
        servers = {}
        for is_many in (False, True):
            server = Tollkeeper()
            stack.callback(server.close)
            users = given.users if is_many else SMALL
            server.set_up(users)
            servers[is_many] = (server, users)
            print(f"{users:,} subscribers imported in {server.import_seconds:.1f} s", flush=True)
        for turn in range(given.starts):
            for is_many, (server, users) in servers.items():
                seconds, pid = restart(server, users, turn)
                resident, peak = processes.memory(pid)
                recorder.add("start", target=NAMES[is_many], turn=turn, users=users, seconds=seconds, resident=resident,
                             peak=peak)
                print(f"{users:,} subscribers: first answer {seconds:.2f} s after the start of radius,"
                      f" {resident / 2**20:.0f} MiB resident, {peak / 2**20:.0f} MiB at most", flush=True)
        logins(servers, given, recorder)


def restart(server, users, turn):
    """Kills `radius` and waits for the first login at its successor: the seconds from that process' start, its id.

    `serve` may wait before it starts another one; that is not counted, since the time begins with the process."""
    old = server.pids()["radius"]
    time.sleep(1)
    os.kill(old, signal.SIGKILL)
    user = 1 + (turn * 7919 + users // 2) % users
    deadline = time.monotonic() + 120
    with Router(server.auth_port, SECRET) as router:
        while time.monotonic() < deadline:
            if router.ask(f"sub{user:07}", f"pw{user:07}", timeout=0.01) == ACCEPT:
                answered = time.clock_gettime(time.CLOCK_BOOTTIME)
                break
        else:
            raise RuntimeError(f"no answer two minutes after radius was killed: {server.tail()}")
    pid = server.pids()["radius"]
    if pid == old:
        raise RuntimeError("radius was killed and is still there")
    time.sleep(2)
    return answered - processes.started(pid), pid


def logins(servers, given, recorder):
    """PAP at the usual window, the two in turn, `radius_logs` off so that nothing else costs."""
    targets = {is_many: Ours(server, logs=False) for is_many, (server, _) in servers.items()}
    for turn in range(given.runs):
        for is_many, target in targets.items():
            target.prepare()
            users = servers[is_many][1]
            line = load.run("pap", target, users=users, seconds=given.seconds, seed=turn + 1, window=256)
            recorder.add("million", **{**line, **target.after(), "target": NAMES[is_many], "turn": turn})
