"""The server under test: one built program in a data folder of its own, on free ports of the loopback network."""
import json
import os
import re
import signal
import socket
import subprocess
import time


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, folder, listen="127.0.0.1,::1"):
        self.program = program
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "log")
        self.listen = listen
        self.webhook = None
        self.webhook_secret = os.path.join(folder, "webhook-secret")
        self.process = None
        #: More of `serve`.
        self.flags = []
        self.printed = []
        self.auth_port, self.acct_port = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)
        self.http_port = free_port(socket.SOCK_STREAM)

    def arguments(self):
        return ["--data", self.data, "--auth-port", str(self.auth_port), "--acct-port", str(self.acct_port),
                "--http-port", str(self.http_port)]

    def channels(self):
        """Where alarms are told, for `serve`."""
        return ["--alarm-webhook", self.webhook, "--alarm-webhook-secret-file", self.webhook_secret] if self.webhook else []

    def start(self, patience=60):
        """Starts it and waits for `ready`; returns the seconds that took."""
        begin = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", *self.arguments(), *self.channels(), *self.flags, "--listen", self.listen],
                stdout=subprocess.PIPE, stderr=log, text=True)
        while time.monotonic() - begin < patience:
            line = self.process.stdout.readline()
            self.printed.append(line)
            if line.startswith("ready"):
                return time.monotonic() - begin
            if not line:
                break
        raise RuntimeError(f"the server did not become ready: {self.tail()}")

    def tail(self, lines=8):
        with open(self.log, errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    def stop(self, patience=30):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience)

    def family(self):
        """Process ids of the server, its processes and its PostgreSQL."""
        found = {self.process.pid} | ({self.postmaster()} - {None})
        parents = {}
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat") as stat:
                    parents[int(name)] = int(stat.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
        while True:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            if not more:
                return found
            found |= more

    def postmaster(self):
        try:
            with open(os.path.join(self.data, "postgresql", "postmaster.pid")) as file:
                return int(file.readline())
        except (OSError, ValueError):
            return None

    def kill_everything(self):
        """kill -9 of all that belongs to it, at one moment."""
        family = self.family()
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(10)
        return family

    def command(self, *arguments):
        """Runs a command of the program; (exit code, output, errors)."""
        done = subprocess.run(
            [self.program, *arguments, *self.arguments()], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def do(self, *arguments):
        """Runs a command that must succeed; its output."""
        code, output, errors = self.command(*arguments)
        if code != 0:
            raise RuntimeError(f"tollkeeper {' '.join(arguments)}: {code}: {errors}{output}")
        return output

    def json(self, *arguments):
        return json.loads(self.do(*arguments, "--json"))

    def rows(self, sql):
        """Rows of a query on the server's private PostgreSQL, as lists of text; NULL is None."""
        with open(os.path.join(self.data, "postgresql", "postmaster.pid")) as file:
            folder = file.read().splitlines()[4]
        done = subprocess.run(
            ["psql", "-h", folder, "-U", "tollkeeper", "-d", "tollkeeper", "-X", "-q", "-A", "-t", "-F", "\x1f",
             "-P", "null=\x1e", "-v", "ON_ERROR_STOP=1", "-c", sql],
            capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return [[None if cell == "\x1e" else cell for cell in line.split("\x1f")]
                for line in done.stdout.split("\n") if line]

    def log_matches(self, pattern):
        with open(self.log, errors="replace") as log:
            return re.search(pattern, log.read())
