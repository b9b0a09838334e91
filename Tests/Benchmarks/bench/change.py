"""How long a change takes to have its effect on logins, while the server is under load.

A subscriber is asked for every few milliseconds, from all routers in turn, something about it is changed, and the first answer of the new kind
(or the last of the old) ends the measurement. It begins with the transaction that changes the row, by the row's own
`updated_at`, so that the commit is counted in and the start of the command is not."""
import argparse
import contextlib
import math
import subprocess
import threading
import time

from . import load
from .packet import ACCEPT, REJECT, Router
from .peers import Ours
from .tollkeeper import SECRET, SOURCES, Tollkeeper

PROBES = 25
# Between two requests, in seconds. Wrong passwords are limited to some a minute for each user and router.
PACE = 0.004
# Since nothing undoes a change, this long without an answer of the old kind means there will be none.
QUIET = 0.1
# This many changes are made by the command line for each that is made in SQL.
COMMAND_LINE = 2


def options(arguments):
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/change-latency", description=__doc__)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--rate", type=int, help="logins a second meanwhile; half of the most unless given")
    return parser.parse_args(arguments)


def measure(recorder, given):
    load.build()
    with contextlib.ExitStack() as stack:
        server = Tollkeeper()
        stack.callback(server.close)
        server.set_up(given.users)
        ours = Ours(server)
        rate = given.rate or int(
            load.run("pap", ours, users=given.users, seconds=3, seed=1, window=256)["rate"] / 2)
        subscribers = [Subscriber(server, n) for n in range(1, PROBES + 1)]
        server.wait_for(subscribers[-1].name, subscribers[-1].password)
        noise = subprocess.Popen(
            load.command("pap", ours, users=given.users, seconds=3600, seed=2, rate=rate), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        stack.callback(noise.wait)
        stack.callback(noise.kill)
        time.sleep(2)
        seconds = changes(server, subscribers, given.changes)
        if noise.poll() is not None:
            raise RuntimeError("the load ended before the changes did")
    recorder.add("change", rate=rate, users=given.users, by_kind=seconds, **figures(seconds))
    print_figures(seconds, rate)


class Subscriber:
    """One whose record is changed: disabled and enabled, and given another password."""

    def __init__(self, server, n):
        self.server, self.name, self.password = server, f"probe{n:04}", "first"
        server.do("subscriber", "add", self.name, "--password", self.password, "--service", "gold")

    def set_active(self, is_active, by_command):
        if by_command:
            self.server.do("subscriber", "set", self.name, "--active", "on" if is_active else "off")
        else:
            self.server.rows(f"update subscribers set is_active = {is_active} where username = '{self.name}'")

    def set_password(self, password):
        self.server.do("subscriber", "set", self.name, "--password", password)

    def changed_at(self):
        """When the transaction of the last change began, as seconds of the day's clock."""
        text = self.server.rows(
            f"select extract(epoch from updated_at) from subscribers where username = '{self.name}'")[0][0]
        return float(text)


def changes(server, subscribers, count):
    """Seconds from change to effect, by kind of change."""
    found = {}
    with Router(server.auth_port, SECRET, SOURCES) as router:
        for n in range(count):
            subscriber = subscribers[n // 4 % len(subscribers)]
            by_command = n // 4 % (COMMAND_LINE + 1) != 0
            kind, seconds = one(router, subscriber, n % 4, by_command)
            how = "command line" if by_command or n % 4 > 1 else "SQL"
            found.setdefault(f"{kind}, {how}", []).append(seconds)
    return found


def one(router, subscriber, step, by_command):
    """One change of a round of four: off, on, another password, and the first password again."""
    old = subscriber.password
    if step == 0:
        at = last(router, subscriber, old, lambda: subscriber.set_active(False, by_command))
        kind = "disabled"
    elif step == 1:
        at = first(router, subscriber, old, lambda: subscriber.set_active(True, by_command))
        kind = "enabled"
    else:
        subscriber.password = "second" if step == 2 else "first"
        at = last(router, subscriber, old, lambda: subscriber.set_password(subscriber.password))
        kind = "other password"
    seconds = at - subscriber.changed_at()
    if router.ask(subscriber.name, subscriber.password, timeout=3) != (REJECT if step == 0 else ACCEPT):
        raise RuntimeError(f"{subscriber.name}: {kind} has no effect")
    return kind, max(0.0, seconds)


def last(router, subscriber, password, change):
    """When the last Access-Accept by the old state came; a refused login may be answered late, so it does not count."""
    if router.ask(subscriber.name, password) != ACCEPT:
        raise RuntimeError(f"{subscriber.name} can't log in before the change")
    seen = time.time()
    running = Background(change)
    while running.is_running() or time.time() - max(seen, running.ended) < QUIET:
        router.send(subscriber.name, password)
        answer = router.receive(PACE)
        if answer and answer[0] == ACCEPT:
            seen = answer[2]
        elif answer:
            time.sleep(PACE)
    running.check()
    return seen


def first(router, subscriber, password, change):
    """When the first Access-Accept by the new state came."""
    running = Background(change)
    deadline = time.time() + 30
    while time.time() < deadline:
        router.send(subscriber.name, password)
        answer = router.receive(PACE)
        if answer and answer[0] == ACCEPT:
            running.join()
            running.check()
            return answer[2]
        if answer:
            time.sleep(PACE)
    raise RuntimeError(f"{subscriber.name} was enabled and can't log in")


class Background:
    """Runs a change beside the asking, in a thread: it waits for another process most of the time."""

    def __init__(self, change):
        self.error, self.ended = None, time.time()
        self.thread = threading.Thread(target=self.work, args=(change,))
        self.thread.start()

    def work(self, change):
        try:
            change()
        except Exception as error:  # noqa: BLE001: passed on by check
            self.error = error
        self.ended = time.time()

    def is_running(self):
        return self.thread.is_alive()

    def join(self):
        self.thread.join()

    def check(self):
        if self.error:
            raise self.error


def quantile(values, share):
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def figures(seconds):
    every = [value for values in seconds.values() for value in values]
    return {"count": len(every), "p50_ms": quantile(every, 0.5) * 1000, "p99_ms": quantile(every, 0.99) * 1000,
            "max_ms": max(every) * 1000}


def print_figures(seconds, rate):
    print(f"{rate:,} logins a second meanwhile")
    for kind, values in [*sorted(seconds.items()), ("all", [value for each in seconds.values() for value in each])]:
        print(f"{kind}: {len(values)} changes, p50 {quantile(values, 0.5) * 1000:.1f} ms,"
              f" p99 {quantile(values, 0.99) * 1000:.1f} ms, at most {max(values) * 1000:.1f} ms", flush=True)
