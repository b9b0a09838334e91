"""What the scripts about the supervisor share: a server with subscribers, a load that may lose nothing, its processes."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

# The first import makes the others possible.
from faults.case import default_program
from faults.load import FOLDER, build
from faults.server import SECRET, free_port
from interop import results
from interop.server import Server

USERS = 2000
SOURCES = ["127.0.0.1", "127.0.0.2"]
RADLOAD = os.path.join(FOLDER, "radload")


class RollingServer(Server):
    def __init__(self, program, folder):
        super().__init__(program, folder, listen="127.0.0.1")
        # Below the ports that the kernel gives to clients: a load takes hundreds of those.
        self.auth_port = free_port(socket.SOCK_DGRAM, 22000)
        self.acct_port = free_port(socket.SOCK_DGRAM, self.auth_port + 1)
        self.http_port = free_port(socket.SOCK_STREAM, 22000)

    def set_up(self):
        took = self.start()
        for number, address in enumerate(SOURCES, 1):
            self.do("nas", "add", f"nas{number}", "--ip", address, "--secret", SECRET, "--type", "mikrotik")
        self.do("service", "add", "gold", "--down", "100M", "--up", "50M")
        table = os.path.join(self.folder, "subscribers.csv")
        with open(table, "w") as file:
            file.write("username,password,service\n")
            for n in range(1, USERS + 1):
                file.write(f"sub{n:07},pw{n:07},gold\n")
        self.do("subscriber", "import", table)
        results.check(f"ready in {took:.1f} s, and {USERS} subscribers log in",
                      results.until(30, lambda: load(self, "pap", "--count", 50)["accepts"] == 50) is not None,
                      self.tail())

    def running(self, name):
        """The process id of `radius`, `control` of this data folder, wherever it hangs; None when there is none."""
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            try:
                with open(f"/proc/{pid}/cmdline") as file:
                    command = file.read().split("\0")
                with open(f"/proc/{pid}/environ") as file:
                    variables = file.read().split("\0")
            except OSError:
                continue
            if f"{name}-process" in command and f"TOLLKEEPER_DATA={self.data}" in variables:
                return pid
        return None

    def end(self):
        """Stops what is left of it, whatever the test did."""
        if self.process and self.process.poll() is None:
            self.stop()
        for pid in filter(None, (self.running("radius"), self.running("control"), self.postmaster())):
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass


class Load:
    """A run of radload in the background. Nothing is asked twice (`--retries 0`), so a lost packet is a lost request."""

    def __init__(self, server, mode, *options):
        self.ledger = os.path.join(server.folder, f"{mode}.ledger")
        more = ["--ledger", self.ledger] if mode in ("acct", "mix") else []
        self.process = subprocess.Popen(
            [RADLOAD, mode, "--port", str(server.auth_port), "--acct-port", str(server.acct_port), "--secret", SECRET,
             "--users", str(USERS), "--src", ",".join(SOURCES), "--timeout-ms", "3000", "--retries", "0", "--json",
             *more, *map(str, options)], stdout=subprocess.PIPE, text=True)

    def result(self):
        output, _ = self.process.communicate(timeout=120)
        line = json.loads(output)
        print(f"        {line['requests']} requests, {line['rate']:.0f}/s, p50 {line['p50_us'] / 1000:.1f} ms, "
              f"p99 {line['p99_us'] / 1000:.1f} ms, max {line['max_us'] / 1000:.0f} ms, lost {line['lost']}", flush=True)
        return line


def load(server, mode, *options):
    return Load(server, mode, *options).result()


def are_others(server, before):
    """Both processes are others than those before, whose end may take a moment longer."""
    seen = None

    def is_so():
        nonlocal seen
        seen = server.running("radius"), server.running("control")
        return not set(before) & set(seen) and None not in seen

    results.check("both processes are other ones", results.until(10, is_so) is not None, (before, seen))


def switched_soon(server, milliseconds):
    """A change of hands is short: under 200 ms is aimed at on a machine that does nothing else. A debug build reads its
    journal ten times slower."""
    limit = 2000 if "/debug/" in server.program else 500
    print(f"        the sockets were not read for {milliseconds and milliseconds[1]} ms", flush=True)
    results.check(f"the sockets were read again within {limit} ms", milliseconds and int(milliseconds[1]) < limit,
                  milliseconds and milliseconds[0])


def lost_nothing(line):
    results.same("not one request was lost", (line["lost"], line["bad_authenticator"], line["malformed"]), (0, 0, 0))


def acknowledged_is_stored(server, ledger):
    """Every session that the ledger has is in radacct, once, with the counters acknowledged last."""
    wanted = {}
    with open(ledger) as file:
        for text in file:
            session, _, _, *pairs = text.split()
            values = {name: int(number) for name, number in (pair.split("=") for pair in pairs)}
            # A request without an answer may be stored or not.
            if values["status"] and not values["unsure"]:
                wanted[session] = (values["in"], values["out"])

    def difference():
        rows = server.rows("select acctsessionid, acctinputoctets, acctoutputoctets from freeradius.radacct")
        seen = {row[0]: (int(row[1]), int(row[2])) for row in rows}
        doubled = len(rows) - len(seen)
        wrong = [key for key, value in wanted.items() if seen.get(key) != value]
        return doubled, len(wrong), [(key, wanted[key], seen.get(key)) for key in wrong[:3]]

    results.until(10, lambda: difference()[:2] == (0, 0))
    results.same(f"all {len(wanted)} acknowledged sessions are stored once, with their counters", difference(), (0, 0, []))


def main(*tests):
    """Runs each test on one server; the exit status."""
    build()
    program = os.path.abspath(os.environ.get("TOLLKEEPER") or default_program())
    folder = tempfile.mkdtemp(prefix="tollkeeper-rolling-")
    os.chmod(folder, 0o755)  # noqa: S103: its PostgreSQL runs as another user
    server = RollingServer(program, folder)
    begin = time.monotonic()
    try:
        server.set_up()
        for test in tests:
            results.run(test, server)
    except Exception as error:  # noqa: BLE001: the count must be printed whatever happens
        results.check("the test runs to its end", False, error)
    finally:
        server.end()
        if os.environ.get("KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"({time.monotonic() - begin:.0f} s)")
    return results.finish()
