"""Logins and accounting beside the peer and the C ceiling: every server is up throughout, and the runs take turns."""
import contextlib
import json
import os
import subprocess

from . import load, paths
from .ledger import differences
from .peers import Echo, FreeRADIUS, Ours, Target
from .tollkeeper import Tollkeeper

WINDOW = 256
LATENCY_RUNS = 5
PARTS = ["pap", "mschapv2", "acct", "latency"]
# What runs in each part, in this order in every turn.
ORDER = {
    "pap": ["udpecho", "tollkeeper-unlogged", "tollkeeper", "freeradius-files", "freeradius-sql"],
    "mschapv2": ["tollkeeper-unlogged", "tollkeeper", "freeradius-files", "freeradius-sql"],
    "acct": ["tollkeeper", "freeradius-sql", "postgresql"],
    "latency": ["udpecho", "tollkeeper"],
}


class Arrays(Target):
    """PostgreSQL alone, of the peer's settings: upserts from arrays, 200 rows a transaction, two clients."""

    def __init__(self, peer):
        super().__init__("postgresql", "PostgreSQL alone, arrays", {}, 0, 0)
        self.peer = peer

    def run(self, seconds):
        done = subprocess.run(
            [os.path.join(paths.LOAD, "pgbatch"), "unnest-upsert", "--rows", "200", "--clients", "2", "--seconds",
             str(seconds), "--pid", self.peer.said["PG_PID"], "--json"],
            env=self.peer.environment(), capture_output=True, text=True, check=True)
        line = json.loads(done.stdout)
        print(f"{self.title}: {line['rows_per_s']:,.0f} rows/s", flush=True)
        return {"rate": line["rows_per_s"], "cpu_us": line["db_cpu_us_per_row"], "ok": True}


def run(parts, given, recorder):
    """Runs the parts named and records each run."""
    load.build("all", *(["pgbatch"] if "acct" in parts else []))
    wanted = {name for part in parts for name in ORDER[part]}
    with contextlib.ExitStack() as stack:
        targets = start(wanted, given.users, stack, recorder)
        for number, part in enumerate(parts):
            how = {"users": given.users, "seconds": given.seconds}
            if part == "latency":
                how["rate"] = half_rate(targets["tollkeeper"], how, recorder)
            else:
                how["window"] = given.window
            for turn in range(max(given.runs, LATENCY_RUNS) if part == "latency" else given.runs):
                for name in ORDER[part]:
                    once(part, targets[name], turn, 100 * (number + 1) + turn, how, recorder)


def start(wanted, users, stack, recorder):
    """The targets by name, each closed with the stack."""
    targets = {}
    if "udpecho" in wanted:
        targets["udpecho"] = Echo()
    for variant in ("files", "sql"):
        if f"freeradius-{variant}" in wanted:
            targets[f"freeradius-{variant}"] = FreeRADIUS(variant, users)
    for target in targets.values():
        stack.callback(target.close)
    if "postgresql" in wanted:
        targets["postgresql"] = Arrays(targets["freeradius-sql"])
    server = Tollkeeper()
    stack.callback(server.close)
    server.set_up(users)
    recorder.add("import", users=users, seconds=server.import_seconds)
    for logs in (True, False):
        ours = Ours(server, logs)
        targets[ours.name] = ours
    return targets


def once(part, target, turn, seed, how, recorder):
    """One run of one target, recorded."""
    if isinstance(target, Arrays):
        recorder.add(part, target=target.name, turn=turn, **target.run(how["seconds"]))
        return
    target.prepare()
    more = {}
    mode, ledger = part, None
    if part == "latency":
        mode = "pap"
    if part == "acct" and isinstance(target, Ours):
        ledger = os.path.join(target.server.folder, "ledger")
        more["more"] = ["--ledger", ledger]
    line = load.run(mode, target, seed=seed, **how, **more)
    line |= target.after()
    if ledger:
        line |= differences(target.server, ledger)
    recorder.add(part, **{**line, "target": target.name, "turn": turn})


def half_rate(ours, how, recorder):
    """Half of what Tollkeeper answers at most, from a run of its own at the usual window."""
    ours.prepare()
    line = load.run("pap", ours, users=how["users"], seconds=how["seconds"], seed=99, window=WINDOW)
    recorder.add("maximum", target=ours.name, rate=line["rate"])
    return int(line["rate"] / 2)
