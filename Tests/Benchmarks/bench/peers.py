"""What Tollkeeper is measured against: FreeRADIUS, and a C program that does the least there is to do."""
import os
import socket
import subprocess

from . import paths
from .tollkeeper import SECRET

from interop.server import free_port  # noqa: E402


class Target:
    """Something that answers: where, by which processes, and whether its accepts carry address and speed."""

    def __init__(self, name, title, pids, auth_port, acct_port, has_plan=True):
        self.name, self.title, self.pids = name, title, pids
        self.auth_port, self.acct_port, self.has_plan = auth_port, acct_port, has_plan

    def prepare(self):
        pass

    def after(self):
        """More to keep about the run that has just ended."""
        return {}


class Ours(Target):
    """Tollkeeper, with `radius_logs` at its default or off."""

    def __init__(self, server, logs=True):
        super().__init__("tollkeeper" if logs else "tollkeeper-unlogged",
                         "Tollkeeper" if logs else "Tollkeeper, radius_logs off",
                         server.pids(), server.auth_port, server.acct_port)
        self.server, self.logs = server, logs
        self.rows = 0

    def prepare(self):
        self.server.log_logins(self.logs)
        self.rows = self.server.logged()

    def after(self):
        return {"logged": self.server.logged() - self.rows}


class Echo(Target):
    """`udpecho --radius --verify`: checks the request, unhides the password, signs an answer; looks nothing up."""

    def __init__(self):
        port = free_port(socket.SOCK_DGRAM)
        self.process = subprocess.Popen(
            [os.path.join(paths.LOAD, "udpecho"), "--host", "127.0.0.1", "--port", str(port), "--radius", SECRET,
             "--verify"])
        super().__init__("udpecho", "C ceiling (udpecho)", {"udpecho": self.process.pid}, port, port, has_plan=False)

    def close(self):
        self.process.kill()
        self.process.wait()


class FreeRADIUS(Target):
    """FreeRADIUS, tuned, by Tests/Load/peers/freeradius.sh: variant `sql` or `files`."""

    def __init__(self, variant, users):
        auth, acct = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)
        self.process = subprocess.Popen(
            [os.path.join(paths.LOAD_SOURCES, "peers", "freeradius.sh"), variant, "--users", str(users), "--port",
             str(auth), "--acct-port", str(acct), "--pg-port", str(free_port(socket.SOCK_STREAM)), "--secret", SECRET],
            stdout=subprocess.PIPE, text=True)
        self.said = {}
        for line in self.process.stdout:
            if line.startswith("PIDS="):
                self.said = dict(pair.split("=", 1) for pair in line.split())
                break
        if not self.said:
            raise RuntimeError(f"freeradius.sh {variant} did not start the peer; run it by hand to see why")
        pids = {"server": int(self.said["FR_PID"])}
        if variant == "sql":
            pids["database"] = int(self.said["PG_PID"])
        super().__init__(f"freeradius-{variant}", f"FreeRADIUS {variant}", pids, auth, acct)

    def environment(self):
        """Where its PostgreSQL is, for libpq."""
        return {**os.environ, "PGHOST": self.said["PGHOST"], "PGPORT": self.said["PGPORT"], "PGUSER": "postgres",
                "PGDATABASE": "postgres"}

    def close(self):
        self.process.terminate()
        self.process.wait(30)
