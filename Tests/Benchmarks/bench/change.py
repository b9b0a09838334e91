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
# Since nothing undoes a change, this long without an answer of the old kind means there will be none; longer where
# answers take long: this many times what one took just before.
QUIET, ANSWERS = 0.1, 4
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
        seconds, unclear = changes(server, subscribers, given.changes)
        if noise.poll() is not None:
            raise RuntimeError("the load ended before the changes did")
    recorder.add("change", rate=rate, users=given.users, unclear=unclear, by_kind=seconds, **figures(seconds))
    print_figures(seconds, rate, unclear)


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
    """Seconds from change to effect, by kind of change; and how many of the changes told nothing."""
    found, unclear = {}, 0
    with Router(server.auth_port, SECRET, SOURCES) as router:
        for n in range(count):
            subscriber = subscribers[n // 4 % len(subscribers)]
            by_command = n // 4 % (COMMAND_LINE + 1) != 0
            kind, seconds = one(router, subscriber, n % 4, by_command)
            how = "command line" if by_command or n % 4 > 1 else "SQL"
            # Before the change began no answer can have been the last of the old kind, but for one that was lost.
            if seconds < 0:
                unclear += 1
            else:
                found.setdefault(f"{kind}, {how}", []).append(seconds)
    if unclear > count / 10:
        raise RuntimeError(f"{unclear} of {count} changes told nothing: answers take too long or are lost")
    return found, unclear


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
        kind = "given another password"
    seconds = at - subscriber.changed_at()
    must(router, subscriber, subscriber.password, REJECT if step == 0 else ACCEPT, f"after it was {kind}")
    return kind, seconds


def must(router, subscriber, password, wanted, when):
    """The seconds that the answer took; raises unless it is the wanted one. A packet may be lost under load."""
    answers = []
    while len(answers) < 3:
        sent = time.time()
        answers.append(router.ask(subscriber.name, password, timeout=3))
        if answers[-1] == wanted:
            return time.time() - sent
        if answers[-1] is not None:
            break
    raise RuntimeError(f"{subscriber.name} {when}: code {wanted} was expected, and {answers} came (None: no answer)")


def last(router, subscriber, password, change):
    """When the one after the last Access-Accept by the old state was sent, at the latest. A refused login may be answered
    late on purpose, so its answer does not count."""
    took = must(router, subscriber, password, ACCEPT, "before the change")
    seen = time.time()
    running = Background(change)
    while running.is_running() or time.time() - max(seen, running.ended) < max(QUIET, ANSWERS * took):
        router.send(subscriber.name, password)
        answer = router.receive(PACE)
        if answer and answer[0] == ACCEPT:
            seen = answer[2]
        if answer:
            time.sleep(PACE)
    running.check()
    return seen + 2 * PACE


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


def print_figures(seconds, rate, unclear):
    print(f"{rate:,} logins a second meanwhile; {unclear} changes told nothing")
    for kind, values in [*sorted(seconds.items()), ("all", [value for each in seconds.values() for value in each])]:
        print(f"{kind}: {len(values)} changes, p50 {quantile(values, 0.5) * 1000:.1f} ms,"
              f" p99 {quantile(values, 0.99) * 1000:.1f} ms, at most {max(values) * 1000:.1f} ms", flush=True)
