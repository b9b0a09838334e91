"""The program under test: a server on a data folder and ports of its own."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_ports(count):
    """Ports that nobody has now, over UDP and TCP."""
    held = []
    while len(held) < 2 * count:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            tcp.bind(udp.getsockname())
            held += [udp, tcp]
        except OSError:
            udp.close()
            tcp.close()
    ports = [held[2 * index].getsockname()[1] for index in range(count)]
    for one in held:
        one.close()
    return ports


class House:
    secret = "interop-secret"

    def __init__(self, build):
        self.program = ROOT / ".build" / build / "tollkeeper"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tollkeeper-interop-"))
        # The private PostgreSQL may run as another user, who has to pass.
        self.folder.chmod(0o711)
        self.data = self.folder / "data"
        self.log = open(self.folder / "log", "w+")
        self.auth, self.acct, self.http = free_ports(3)
        self.options = [
            "--data", self.data, "--listen", "127.0.0.1", "--auth-port", self.auth, "--acct-port", self.acct,
            "--http-port", self.http,
        ]
        self.server = None

    def __enter__(self):
        self.start()
        self.tollkeeper("service", "add", "home", "--down", "20M", "--up", "5M")
        self.tollkeeper("nas", "add", "interop", "--ip", "127.0.0.1", "--secret", self.secret, "--type", "mikrotik")
        self.tollkeeper("subscriber", "add", "alice", "--password-file", "-", "--service", "home", text="wonderland\n")
        self.until(lambda: '"status":"ok"' in self.get("/health")[1], 10)
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Returns when the server says that it is ready."""
        command = [str(word) for word in [self.program, "serve", *self.options]]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.server.stdout:
            if line.startswith("ready "):
                return
        raise RuntimeError(f"the server did not start:\n{self.log_tail()}")

    def stop(self):
        """Its exit code; None when it did not run."""
        if self.server is None or self.server.poll() is not None:
            return None
        self.server.terminate()
        return self.server.wait(30)

    def try_tollkeeper(self, *words, text=None):
        command = [str(word) for word in [self.program, *words, *self.options]]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def tollkeeper(self, *words, text=None):
        code, said = self.try_tollkeeper(*words, text=text)
        assert code == 0, f"tollkeeper {' '.join(words)}: {said}"
        return said

    def json(self, *words):
        return json.loads(self.tollkeeper(*words, "--json"))

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self):
        """Process id and command line of the server's own children."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.server.pid:
                    found.append((int(entry.name), (entry / "cmdline").read_text().replace("\0", " ")))
            except (OSError, IndexError):
                continue
        return found

    def kill_child(self, name):
        for process, command in self.children():
            if name in command:
                os.kill(process, signal.SIGKILL)

    def kill_everything(self):
        processes = [process for process, _ in self.children()]
        os.kill(self.server.pid, signal.SIGKILL)
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.server.wait()

    def leftovers(self):
        """Command lines of processes that still have to do with the data folder."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_text().replace("\0", " ") if entry.name.isdigit() else ""
            except OSError:
                continue
            if str(self.data) in command:
                found.append(command)
        return found

    @staticmethod
    def until(condition, seconds):
        """Asks again until it holds; a condition that waits for an answer of its own needs no pause between."""
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
                problem = "it never held"
            except OSError as error:
                problem = error
            assert time.monotonic() < end, f"not within {seconds} s: {problem}"
            time.sleep(0.02)

    def log_tail(self):
        self.log.flush()
        return "\n".join((self.folder / "log").read_text().splitlines()[-30:]) if self.folder.exists() else ""
