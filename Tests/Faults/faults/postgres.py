"""A PostgreSQL that the server did not start: the operator's own, which a test can stop and start."""
import os
import signal
import subprocess
import time

from . import processes

SETTINGS = """listen_addresses = ''
port = 5432
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
fsync = on
synchronous_commit = on
logging_collector = off
timezone = 'UTC'
"""


def bin_folder():
    return subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()


class Postgres:
    def __init__(self, folder, environment=None):
        self.folder = os.path.join(folder, "database")
        self.sockets = os.path.join(folder, "s")
        self.environment = {**os.environ, **(environment or {})}
        # PostgreSQL refuses root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.postmaster = None
        for path in (self.folder, self.sockets):
            os.mkdir(path, 0o700)
            if self.user:
                subprocess.run(["chown", "postgres:", path], check=True)
        self.program("initdb", "-D", self.folder, "-U", "tollkeeper", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                     "--no-sync")
        with open(os.path.join(self.folder, "postgresql.conf"), "a") as file:
            file.write(SETTINGS + f"unix_socket_directories = '{self.sockets}'\n")
        self.start()
        self.sql("create database tollkeeper", database="postgres")

    @property
    def url(self):
        return f"postgresql://tollkeeper@/tollkeeper?host={self.sockets}"

    def program(self, name, *arguments, check=True, patience=120):
        return subprocess.run(
            [*self.user, os.path.join(bin_folder(), name), *arguments], cwd="/", stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT, timeout=patience, check=check, env=self.environment)

    def start(self):
        self.program("pg_ctl", "-D", self.folder, "-l", os.path.join(self.sockets, "log"), "-w", "-t", "100", "start")
        # The folder is another user's: what root may read, so may whoever is not root, being that user.
        with open(os.path.join(self.folder, "postmaster.pid")) as file:
            self.postmaster = int(file.readline())

    def stop(self, mode="fast"):
        """Ends it: from then on connections are refused."""
        self.program("pg_ctl", "-D", self.folder, "-m", mode, "-w", "stop", check=False)

    def kill(self):
        """kill -9 of the postmaster; its backends end by themselves."""
        backends = processes.tree(self.postmaster)
        processes.send(self.postmaster, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(processes.is_running(pid) for pid in backends) and time.monotonic() < deadline:
            time.sleep(0.05)

    def freeze(self):
        """It neither answers nor refuses until `thaw`."""
        self.frozen = processes.freeze(self.postmaster)

    def thaw(self):
        processes.thaw(self.frozen)

    def sql(self, text, database="tollkeeper"):
        subprocess.run(["psql", "-h", self.sockets, "-U", "tollkeeper", "-d", database, "-X", "-q", "-c", text],
                       check=True, stdout=subprocess.DEVNULL, timeout=60)
