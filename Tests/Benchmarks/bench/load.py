"""Runs the load generator."""
import json
import os
import subprocess

from . import paths, processes
from .tollkeeper import SECRET, SOURCES


def build(*targets):
    subprocess.run(["make", "-s", "-C", paths.LOAD_SOURCES, *(targets or ["all"])], check=True)


def command(mode, target, *, users, seconds, seed, window=None, rate=None, warmup=1, sources=SOURCES,
            more=()):
    """radload's arguments. A login's answer must be signed and, but for the C ceiling, carry an address and a speed."""
    pace = ["--rate", str(rate)] if rate else ["--window", str(window)]
    wanted = ["--require-ma"] if mode != "acct" else []
    if mode != "acct" and target.has_plan:
        wanted += ["--expect-attr", "8", "--expect-attr", "26"]
    return [
        os.path.join(paths.LOAD, "radload"), mode, "--port", str(target.auth_port), "--acct-port", str(target.acct_port),
        "--secret", SECRET, "--src", ",".join(sources), "--users", str(users), *pace, "--seconds", str(seconds),
        "--warmup", str(warmup), "--timeout-ms", "5000", "--seed", str(seed), "--json",
        "--server-pid", ",".join(str(pid) for pid in target.pids.values()), *wanted, *more]


def run(mode, target, **how):
    """One run; what radload says, and the CPU time until the server has come to rest, by its processes.

    An answer may come before its work is done (rows of a log, a batch that the journal holds), so that the time
    between the first and the last request is not the whole cost."""
    before = processes.cpu_seconds(target.pids)
    done = subprocess.run(command(mode, target, **how), capture_output=True, text=True)
    if not done.stdout.strip():
        raise RuntimeError(f"radload {mode} against {target.title}: {done.returncode}: {done.stderr[-500:]}")
    line = json.loads(done.stdout)
    after = processes.rest(target.pids)
    answered = max(1, line["accepts"] + line["rejects"] + line["acct"])
    line["cpu_us_each"] = {name: (after[name] - before[name]) / answered * 1e6 for name in after}
    line["cpu_us"] = sum(line["cpu_us_each"].values())
    print(f"{target.title}, {mode}: {line['rate']:,.0f}/s, p50 {line['p50_us'] / 1000:.2f} ms,"
          f" p99 {line['p99_us'] / 1000:.2f} ms, CPU {line['cpu_us']:.2f} us, lost {line['lost']},"
          f" others {line['other_cpu_pct']:.0f} %{'' if line['ok'] else ', NOT GOOD'}", flush=True)
    return line
