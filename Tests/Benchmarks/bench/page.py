"""Writes docs/performance.md from the last results."""
import os
import re
import time

from . import aims, paths
from .results import Latest

PARTS = ["pap", "mschapv2", "acct", "latency", "start", "million", "change", "allocations", "profile"]
TITLES = {"pap": "PAP login", "mschapv2": "MS-CHAPv2 login", "acct": "accounting, durable"}
TARGETS = {
    "tollkeeper": "Tollkeeper", "tollkeeper-unlogged": "Tollkeeper, `radius_logs` off", "udpecho": "C ceiling",
    "freeradius-files": "FreeRADIUS files", "freeradius-sql": "FreeRADIUS sql", "postgresql": "PostgreSQL alone, arrays",
}


def write(path):
    latest = Latest()
    if not latest.parts:
        raise SystemExit("there are no results yet; run Tests/Benchmarks/run")
    with open(paths.TEMPLATE) as file:
        page = file.read()
    values = {**machine(latest), **options(latest), **checks(latest), **change(latest), **profile(latest, path)}
    values |= {
        "MEASURED": when(latest), "AIMS": aims_table(latest), "RUNS": runs(latest), "LATENCY": latency(latest),
        "MILLION": million(latest), "ALLOCATIONS": allocations(latest),
    }
    for name, value in values.items():
        page = page.replace(f"@{name}@", str(value))
    left = re.findall(r"@[A-Z]+@", page)
    if left:
        raise SystemExit(f"the template asks for {', '.join(left)}, which nothing gives")
    with open(path, "w") as file:
        file.write(page)
    print(aims_table(latest))
    print(f"\nwritten: {os.path.relpath(path)}")


def when(latest):
    """Which commit was measured when; parts of one session are told together."""
    sessions = {}
    for part in PARTS:
        for line in latest.lines(part)[:1]:
            sessions.setdefault((line["session"], line["commit"]), []).append(part)
    told = []
    for (session, commit), parts in sorted(sessions.items()):
        day = time.strftime("%Y-%m-%d", time.strptime(session, "%Y%m%dT%H%M%SZ"))
        told.append(f"{day} at commit {commit}" + (f" ({', '.join(parts)})" if len(sessions) > 1 else ""))
    return "; ".join(told)


def machine(latest):
    facts = latest.one("machine") or {}
    return {name.upper(): facts.get(name, "?") for name in
            ("cpu", "cores", "memory", "kernel", "freeradius", "postgres", "swift")}


def options(latest):
    used = next((line for line in latest.lines("options") if line["of"] == "pap"), latest.one("options")) or {}
    return {"TURNS": used.get("runs", "?"), "SECONDS": f"{used.get('seconds', 0):g}",
            "USERS": f"{used.get('users', 0):,}", "WINDOW": used.get("window", "?"),
            "IMPORT": f"{(latest.one('import') or {'seconds': 0})['seconds']:.1f}"}


def aims_table(latest):
    verdict = {True: "met", False: "**not met**", None: "–"}
    lines = ["| measure | aim | measured | |", "|---|---:|---:|---|"]
    lines += [f"| {name} | {aim} | {found} | {verdict[is_met]} |" for name, aim, found, is_met in aims.rows(latest)]
    return "\n".join(lines)


def split(latest, part, target):
    """Median CPU of each process, the smallest left out."""
    names = next(iter(latest.lines(part, target)), {}).get("cpu_us_each", {})
    found = {name: latest.median(part, target, lambda line: line["cpu_us_each"][name]) for name in names}
    return " + ".join(f"{name} {value:.1f}" for name, value in found.items() if value >= 0.05 or len(found) == 1)


def runs(latest):
    """A row for each target of each part, medians."""
    lines = ["| what | server | requests/s | p50 ms | p99 ms | p99.9 ms | CPU us/request | of which |",
             "|---|---|---:|---:|---:|---:|---:|---|"]
    for part, title in TITLES.items():
        for target, name in TARGETS.items():
            if not latest.lines(part, target):
                continue
            pick = lambda key: latest.median(part, target, key)  # noqa: E731
            times = ["", "", ""] if target == "postgresql" else [
                f"{pick(key) / 1000:.2f}" for key in ("p50_us", "p99_us", "p999_us")]
            lines.append(f"| {title} | {name} | {pick('rate'):,.0f} | {' | '.join(times)} | {pick('cpu_us'):.1f} |"
                         f" {split(latest, part, target)} |")
    return "\n".join(lines)


def latency(latest):
    lines = ["| server | requests/s | p50 ms | p99 ms | p99.9 ms | each run's p99 ms |", "|---|---:|---:|---:|---:|---|"]
    for target in ("tollkeeper", "udpecho"):
        found = latest.lines("latency", target)
        if found:
            p50, p99, p999 = (latest.median("latency", target, key) / 1000 for key in ("p50_us", "p99_us", "p999_us"))
            each = ", ".join(f"{line['p99_us'] / 1000:.2f}" for line in found)
            lines.append(f"| {TARGETS[target]} | {found[0]['offered']:,.0f} | {p50:.3f} | {p99:.3f} | {p999:.3f} | {each} |")
    return "\n".join(lines) if len(lines) > 2 else "Not measured."


def checks(latest):
    """Whether the answers were right, what differed, how busy others were, and whether the log was off where it says so."""
    lines = [line for part in ("pap", "mschapv2", "acct", "latency", "million") for line in latest.lines(part)]
    rows = sum(line.get("logged", 0) for line in lines if line["target"] == "tollkeeper-unlogged")
    return {
        "FAULTS": f"{sum(not line['ok'] for line in lines)} of {len(lines)}",
        "SESSIONS": f"{sum(line.get('ledger_sessions', 0) for line in lines):,}",
        "WRONG": sum(line.get("ledger_wrong", 0) for line in lines),
        "BUSY": f"{max((line.get('other_cpu_pct', 0) for line in lines), default=0):.0f}",
        "LOGS": "none" if rows == 0 else f"{rows:,}, so that it was not off",
    }


def million(latest):
    lines = ["| subscribers | first answer, s | resident MiB | at most MiB | CPU us/login |", "|---:|---:|---:|---:|---:|"]
    for target in ("few", "many"):
        found = latest.lines("start", target)
        if found:
            seconds, resident, peak = (latest.median("start", target, key) for key in ("seconds", "resident", "peak"))
            cost = latest.median("million", target, "cpu_us")
            lines.append(f"| {found[0]['users']:,} | {seconds:.2f} | {resident / 2**20:.0f} | {peak / 2**20:.0f} |"
                         f" {'' if cost is None else f'{cost:.2f}'} |")
    return "\n".join(lines) if len(lines) > 2 else "Not measured."


def change(latest):
    line = latest.one("change")
    return {"CHANGES": "Not measured." if line is None else
            f"{line['count']} changes, while {line['rate']:,} logins a second were answered: median"
            f" {line['p50_ms']:.0f} ms, p99 {line['p99_ms']:.0f} ms, at most {line['max_ms']:.0f} ms. Not clear, and left out: {line['unclear']}."}


def allocations(latest):
    line = latest.one("allocations")
    if line is None:
        return "Not measured."
    names = {"pap": "PAP login", "mschapv2": "MS-CHAPv2 login", "acct": "accounting record"}
    lines = ["| what | thread that reads the request | whole process |", "|---|---:|---:|"]
    lines += [f"| {title} | {line['found'][f'{mode}.answering']:.2f} | {line['found'][f'{mode}.process']:.2f} |"
              for mode, title in names.items()]
    return "\n".join(lines)


def profile(latest, path):
    line = latest.one("profile")
    if line is None:
        return {"PROFILE": "Not measured.", "THREE": "not measured", "FLAME": ""}
    groups = line["groups"]
    rows = ["| cost | share | us |", "|---|---:|---:|"]
    rows += [f"| {each['name']} | {each['share']:.1%} | {each['share'] * line['cpu_us']:.2f} |" for each in groups[:10]]
    three = "; ".join(f"{each['name']}, {each['share']:.0%}" for each in groups[:3])
    drawn = os.path.exists(paths.FLAME)
    return {"PROFILE": "\n".join(rows), "THREE": three,
            "FLAME": f"[As a flame graph]({os.path.relpath(paths.FLAME, paths.ROOT + '/docs')})." if drawn else ""}
