"""The server under test, in a data folder of its own, with ways to hurt it."""
import os
import select
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from interop.server import Server

from . import processes

SECRET = "testing123"
FIRST_PORT = 26000


def free_port(kind, start):
    """The first free port from `start`, below those that the kernel gives to clients: a load takes hundreds of them."""
    for port in range(start, start + 1000):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError(f"no free port from {start}")


class FaultServer(Server):
    def __init__(self, program, folder, postgres=None, environment=None, settings=()):
        super().__init__(program, folder, listen="127.0.0.1")
        # The longer of two paths for the local sockets' names would not fit in 107 bytes.
        self.postgres = postgres
        self.environment = {**os.environ, **(environment or {})}
        self.settings = list(settings)
        self.auth_port = free_port(socket.SOCK_DGRAM, FIRST_PORT)
        self.acct_port = free_port(socket.SOCK_DGRAM, self.auth_port + 1)
        self.http_port = free_port(socket.SOCK_STREAM, FIRST_PORT + 500)

    def arguments(self):
        named = ["--database", self.postgres.url] if self.postgres else []
        return super().arguments() + named + self.settings

    def start(self, patience=60):
        """Starts it and waits for `ready`; returns the seconds that took."""
        begin = time.monotonic()
        self.launch()
        while time.monotonic() - begin < patience:
            readable, _, _ = select.select([self.process.stdout], [], [], 0.2)
            if not readable:
                continue
            line = self.process.stdout.readline()
            if line.startswith("ready"):
                return time.monotonic() - begin
            if not line:
                break
        raise RuntimeError(f"the server did not become ready in {patience} s: {self.tail()}")

    def launch(self):
        """Starts it without waiting."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", *self.arguments(), "--listen", self.listen], stdout=subprocess.PIPE,
                stderr=log, text=True, bufsize=1, env=self.environment)

    def command(self, *arguments):
        done = subprocess.run([self.program, *arguments, *self.arguments()], capture_output=True, text=True,
                              timeout=300, env=self.environment)
        return done.returncode, done.stdout, done.stderr

    def socket_folder(self):
        if self.postgres:
            return self.postgres.sockets
        with open(os.path.join(self.data, "postgresql", "postmaster.pid")) as file:
            return file.read().splitlines()[4]

    def psql(self, sql, patience=120):
        done = subprocess.run(
            ["psql", "-h", self.socket_folder(), "-U", "tollkeeper", "-d", "tollkeeper", "-X", "-q", "-A", "-t", "-F",
             "\x1f", "-P", "null=\x1e", "-v", "ON_ERROR_STOP=1", "-c", sql],
            capture_output=True, text=True, timeout=patience)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout

    def rows(self, sql):
        return [[None if cell == "\x1e" else cell for cell in line.split("\x1f")]
                for line in self.psql(sql).split("\n") if line]

    def postmaster_pid(self):
        return self.postgres.postmaster if self.postgres else self.postmaster()

    def members(self):
        """Its own processes, orphans too, by what `serve` gave them."""
        mark = f"TOLLKEEPER_DATA={self.data}"
        return {pid for pid in processes.all_pids()
                if "-process" in processes.command_line(pid) and processes.has_variable(pid, mark)}

    def pids(self, name):
        """Process ids of `radius` or `control`, newest last."""
        return sorted(pid for pid in self.members()
                      if f"{name}-process" in processes.command_line(pid) and processes.is_running(pid))

    def kill(self, name):
        """kill -9 of `radius` or `control`; the ids that were killed."""
        found = self.pids(name)
        for pid in found:
            processes.send(pid, signal.SIGKILL)
        return found

    def kill_supervisor(self):
        """kill -9 of `serve` alone."""
        self.process.kill()
        self.process.wait(10)

    def metrics(self):
        """The text at /metrics; empty when it does not answer."""
        return self.http("/metrics")[1]

    def http(self, path, patience=3):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=patience) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return None, str(error)

    def end(self):
        """Stops all that is left of it, whatever state it is in."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        for pid in self.members():
            processes.send(pid, signal.SIGKILL)
        postmaster = None if self.postgres else self.postmaster()
        if postmaster and processes.is_running(postmaster):
            processes.send(postmaster, signal.SIGQUIT)
