"""Results, one JSON object a line in .build/benchmarks/results.jsonl, so that the page can be made again from them."""
import json
import os
import statistics
import subprocess
import time

from . import facts, paths

FILE = os.path.join(paths.OUT, "results.jsonl")


def commit():
    """The commit, with `+` when the checkout differs from it."""
    try:
        head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=paths.ROOT)
        dirty = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no", "--", "Sources", "Plugins"],
                               capture_output=True, text=True, cwd=paths.ROOT)
        return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")
    except OSError:
        return "unknown"


class Recorder:
    """Appends the results of one session."""

    def __init__(self):
        os.makedirs(paths.OUT, exist_ok=True)
        self.session = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self.commit = commit()
        self.add("machine", **facts.machine())

    def add(self, part, **values):
        line = {"session": self.session, "commit": self.commit, "part": part, **values}
        with open(FILE, "a") as file:
            file.write(json.dumps(line) + "\n")
        return line


class Latest:
    """The lines of each part's latest session."""

    def __init__(self):
        self.parts = {}
        if os.path.exists(FILE):
            with open(FILE) as file:
                for line in map(json.loads, file):
                    kept = self.parts.setdefault(line["part"], [])
                    if kept and kept[0]["session"] != line["session"]:
                        kept.clear()
                    kept.append(line)

    def lines(self, part, target=None):
        return [line for line in self.parts.get(part, []) if target is None or line.get("target") == target]

    def one(self, part):
        """The single line of a part, or None."""
        return (self.parts.get(part) or [None])[-1]

    def median(self, part, target, value):
        """Median over the runs of `value`, a key or a function of the line; None without runs."""
        pick = value if callable(value) else lambda line: line[value]
        found = [pick(line) for line in self.lines(part, target)]
        return statistics.median(found) if found else None
