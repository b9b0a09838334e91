"""The frame of a fault script: options, a server with subscribers, the test, the count."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

from interop import results

from . import ledger, load
from .postgres import Postgres
from .server import SECRET, FaultServer

SOURCES = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]
# The NAS of the logins that run beside the accounting.
LOGIN_SOURCE = "127.0.0.9"


class Case:
    def __init__(self, given, program, folder, environment=None):
        self.given, self.folder, self.seconds = given, folder, given.seconds
        self.postgres = Postgres(folder, environment) if given.own_database else None
        self.server = FaultServer(program, folder, self.postgres, environment, given.server_settings)
        self.loads, self.at_end = [], []
        if given.before_start:
            given.before_start(self)

    def set_up(self):
        """Routers, a service and the subscribers that radload knows; ready when the last of them logs in."""
        server = self.server
        took = server.start()
        for number, address in enumerate([*SOURCES, LOGIN_SOURCE], 1):
            server.do("nas", "add", f"nas{number}", "--ip", address, "--secret", SECRET, "--type", "mikrotik")
        server.do("service", "add", "gold", "--down", "100M", "--up", "50M")
        self.import_subscribers()
        ready = results.until(30, self.last_logs_in)
        # The last one is known, the others follow in moments: the change feed has no order.
        time.sleep(1)
        results.check(f"ready in {took:.1f} s, {self.given.users} subscribers imported", ready is not None,
                      server.tail())

    def import_subscribers(self):
        """One in ten is expired when `expired` says so."""
        table = os.path.join(self.folder, "subscribers.csv")
        with open(table, "w") as file:
            file.write("username,password,service,expires\n")
            for n in range(1, self.given.users + 1):
                expired = "2020-01-01" if self.given.expired and n % self.given.expired == 0 else ""
                file.write(f"sub{n:07},pw{n:07},gold,{expired}\n")
        self.server.do("subscriber", "import", table)

    def last_logs_in(self):
        n = self.given.users
        while self.given.expired and n % self.given.expired == 0:
            n -= 1
        return "Access-Accept" in self.server.command(
            "simulate", "login", f"sub{n:07}", "--password", f"pw{n:07}", "--secret", SECRET)[1]

    def load(self, mode, *options, label="load"):
        one = load.Load(self.server, self.folder, mode, "--users", self.given.users, *options, label=label)
        self.loads.append(one)
        return one

    def accounting(self, seconds=None, rate=None, label="accounting", mode="acct", more=()):
        """Whole sessions with a ledger, from four routers."""
        return self.load(
            mode, "--src", ",".join(SOURCES), "--rate", rate or self.given.rate, "--window", 512, "--sockets", 64,
            "--sim-interval", 300, "--timeout-ms", 1100, "--seconds", seconds or self.seconds, *more, label=label)

    def logins(self, seconds=None, rate=500, label="logins", retries=3):
        """Logins of a router that gives up after `retries`, as real ones do: one lost is a failure."""
        return self.load(
            "pap", "--src", LOGIN_SOURCE, "--rate", rate, "--timeout-ms", 1100, "--retries", retries, "--seconds",
            seconds or self.seconds, "--require-ma", label=label)

    def ended_well(self, one, patience=300):
        """Waits for a load and checks that nothing it asked stayed unanswered or was answered wrongly."""
        line = one.result(patience)
        print(f"        {one.label}: {load.figures(line)}", flush=True)
        seen = line["lost"], load.wrong_answers(line)
        results.same(f"{one.label}: none lost, none answered wrongly", seen, (0, {}))
        return line

    def compare(self, *loads, patience=30):
        return ledger.compare(self.server, loads or [one for one in self.loads if os.path.exists(one.ledger)],
                              patience, self.given.sabotage)

    def end(self):
        for one in self.loads:
            one.end()
        self.server.end()
        if self.postgres:
            self.postgres.stop("immediate")
        for undo in self.at_end:
            undo()


def options(text, seconds, extra):
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=seconds, help="how long the load lasts (%(default)s)")
    parser.add_argument("--rate", type=int, default=4000, help="accounting requests a second (%(default)s)")
    parser.add_argument("--users", type=int, default=extra.pop("users", 5000), help="subscribers (%(default)s)")
    parser.add_argument("--part", help="run this part alone, by its function's name")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run there")
    parser.add_argument("--sabotage", action="store_true",
                        help="drop a row, double one and change one before the comparison, which must then fail")
    parser.set_defaults(own_database=False, expired=0, server_settings=(), before_start=None)
    parser.set_defaults(**extra)
    return parser.parse_args()


def main(*tests, seconds=10, environment=None, **extra):
    """Runs each `test(case)` in turn on one server; the exit status.

    `environment(folder)` gives the server's variables. extra: `own_database` for a PostgreSQL beside the server,
    `users`, `expired` (one in that many), `server_settings` for more flags of `serve`, `before_start(case)` for what
    must be there before the server."""
    given = options(sys.modules["__main__"].__doc__, seconds, extra)
    if given.part not in (None, *(test.__name__ for test in tests)):
        sys.exit(f"there is no part {given.part}; there are {' '.join(test.__name__ for test in tests)}")
    # Told to end, it still stops its server and unmounts its disk.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ledger.self_check()
    load.build()
    program = os.environ.get("TOLLKEEPER") or default_program()
    folder = tempfile.mkdtemp(prefix="faults-")
    os.chmod(folder, 0o755)  # noqa: S103: its PostgreSQL runs as another user
    begin, case = time.monotonic(), None
    try:
        case = Case(given, os.path.abspath(program), folder, environment(folder) if environment else None)
        case.set_up()
        for test in tests:
            if given.part in (None, test.__name__):
                results.run(test, case)
    except Exception as error:  # noqa: BLE001: the count must be printed whatever happens
        results.check("the test runs to its end", False, error)
    finally:
        if case:
            case.end()
        if given.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"({time.monotonic() - begin:.0f} s)")
    return results.finish()


def default_program():
    """The release build when there is one, else the debug build."""
    paths = [os.path.join(load.ROOT, ".build", kind, "tollkeeper") for kind in ("release", "debug")]
    return next((path for path in paths if os.path.exists(path)), paths[1])
