"""radload in the background."""
import json
import os
import subprocess
import time

from .server import SECRET

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
FOLDER = os.path.join(ROOT, ".build", "load")


def build():
    subprocess.run(["make", "-s", "-C", os.path.join(ROOT, "Tests", "Load")], check=True)


class Load:
    """One run of radload. `result` waits for its end and gives its line of JSON."""

    def __init__(self, server, folder, mode, *options, label="load"):
        self.label, self.server = label, server
        self.ledger = os.path.join(folder, f"{label}.ledger")
        self.errors = os.path.join(folder, f"{label}.errors")
        more = ["--ledger", self.ledger] if mode in ("acct", "mix") else []
        # A router that never gives up: what it was not answered it asks again.
        patience = [] if "--retries" in options else ["--retries", "200"]
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [os.path.join(FOLDER, "radload"), mode, "--port", str(server.auth_port), "--acct-port",
                 str(server.acct_port), "--secret", SECRET, "--json", *patience, *more, *map(str, options)],
                stdout=subprocess.PIPE, stderr=errors, text=True)

    def is_running(self):
        return self.process.poll() is None

    def result(self, patience=300):
        output, _ = self.process.communicate(timeout=patience)
        if not output.strip():
            with open(self.errors) as errors:
                raise RuntimeError(f"radload {self.label}: {self.process.returncode}: {errors.read()[-500:]}")
        self.line = json.loads(output)
        return self.line

    def wait(self, seconds):
        """Lets it run; returns early when it has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.is_running():
            time.sleep(0.05)

    def end(self):
        if self.is_running():
            self.process.kill()
            self.process.wait(10)


def figures(line):
    """One line of what a run saw, for the report."""
    return (f"{line['requests']} requests, {line['rate']:.0f}/s, p50 {line['p50_us'] / 1000:.1f} ms,"
            f" p99 {line['p99_us'] / 1000:.1f} ms, max {line['max_us'] / 1000:.0f} ms,"
            f" retransmitted {line['retransmits']}, lost {line['lost']}")


WRONG = ("bad_authenticator", "bad_message_authenticator", "malformed", "unexpected", "missing_attr", "mschap_bad")


def wrong_answers(line):
    return {name: line[name] for name in WRONG if line[name]}
