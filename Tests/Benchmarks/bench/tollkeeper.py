"""Tollkeeper as an ISP would set it up: sixteen routers, a MikroTik plan, subscribers imported by the command line."""
import os
import subprocess
import tempfile
import shutil
import time

from . import paths, processes
from .packet import ACCEPT, Router

from interop.server import Server  # noqa: E402

SECRET = "testing123"
SOURCES = [f"127.0.0.{n}" for n in range(1, 17)]
# As the peer's cluster has them, so that the two databases differ in nothing but what is asked of them.
POSTGRES = """shared_buffers = 1GB
work_mem = 16MB
maintenance_work_mem = 256MB
effective_cache_size = 4GB
wal_buffers = 16MB
max_wal_size = 8GB
min_wal_size = 1GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
"""
LOG_RATE = "radius_log_rate"


class Tollkeeper(Server):
    """Starts in a folder of its own under /tmp; `close` stops it and removes the folder."""

    def __init__(self, variables=None):
        folder = tempfile.mkdtemp(prefix="tollkeeper-bench-")
        os.chmod(folder, 0o755)  # noqa: S103: its PostgreSQL runs as another user
        super().__init__(paths.program(), folder, listen="127.0.0.1")
        self.variables = variables or {}
        self.import_seconds = 0.0

    def start(self, patience=60):
        """With the variables given: only the server gets them, not the commands."""
        kept = {name: os.environ.get(name) for name in self.variables}
        os.environ.update(self.variables)
        try:
            return super().start(patience)
        finally:
            for name, value in kept.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)

    def set_up(self, users, sources=SOURCES):
        """Starts it and adds what radload expects; returns itself."""
        self.do("init")
        settings = os.path.join(self.data, "postgresql", "local.conf")
        with open(settings, "w") as file:
            file.write(POSTGRES)
        os.chmod(settings, 0o644)
        self.start()
        for n, source in enumerate(sources, 1):
            self.do("nas", "add", f"bng{n:02}", "--ip", source, "--secret", SECRET, "--type", "mikrotik",
                    "--message-authenticator", "require")
        self.do("service", "add", "gold", "--down", "100M", "--up", "50M")
        # The addresses lie in one range, as an ISP's do; loose ones would make a range each.
        self.rows("insert into address_ranges (range, unit_length, kind, name)"
                  " values ('10.0.0.0/8', 32, 'static', 'bench')")
        self.import_subscribers(users)
        self.rows("vacuum analyze")
        self.rows("checkpoint")
        return self

    def import_subscribers(self, users):
        table = os.path.join(self.folder, "subscribers.csv")
        with open(table, "w") as file:
            file.write("username,password,service,static_ip\n")
            for n in range(1, users + 1):
                file.write(f"sub{n:07},pw{n:07},gold,10.{n >> 16}.{n >> 8 & 255}.{n & 255}\n")
        begin = time.monotonic()
        subprocess.run([self.program, "subscriber", "import", table, *self.arguments()], check=True,
                       stdout=subprocess.DEVNULL, timeout=900)
        self.import_seconds = time.monotonic() - begin
        self.wait_for(f"sub{users:07}", f"pw{users:07}")

    def wait_for(self, user, password, patience=120):
        """Until this subscriber is let in."""
        deadline = time.monotonic() + patience
        with Router(self.auth_port, SECRET) as router:
            while time.monotonic() < deadline:
                if router.ask(user, password, timeout=0.5) == ACCEPT:
                    return
                time.sleep(0.2)
        raise RuntimeError(f"{user} can't log in: {self.tail()}")

    def pids(self):
        """Process ids by what they are."""
        found = {"radius": None, "control": None, "serve": self.process.pid, "database": self.postmaster()}
        for pid in self.family():
            line = processes.command_line(pid)
            for name in ("radius", "control"):
                if f"{name}-process" in line:
                    found[name] = pid
        missing = [name for name, pid in found.items() if pid is None]
        if missing:
            raise RuntimeError(f"these processes are not found: {', '.join(missing)}")
        return found

    def log_logins(self, is_on):
        """`radius_logs` as it comes, or off."""
        self.rows(f"delete from system_preferences where name = '{LOG_RATE}'" if is_on else
                  f"insert into system_preferences (name, value) values ('{LOG_RATE}', '0')"
                  " on conflict (tenant_id, name) do update set value = excluded.value")
        time.sleep(1)

    def logged(self):
        """Rows in `radius_logs`."""
        return int(self.rows("select count(*) from radius_logs")[0][0])

    def close(self):
        try:
            if self.process and self.process.poll() is None:
                self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
