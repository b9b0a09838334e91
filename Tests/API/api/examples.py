"""docs/api.md as it is written: its commands run, one after the other, in one shell, and answer what the page shows."""
import os
import re
import subprocess

from interop import results

from api.world import one_time_password

#: ```sh and the block behind it, when that is not ```sh: what the commands print.
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "--- end of block"


def blocks(page):
    """(commands, what is shown of their output or None), in order."""
    found = []
    for match in BLOCK.finditer(page):
        kind, text = match.groups()
        if kind == "sh":
            found.append([text, None, match.end()])
        elif found and page[found[-1][2]:match.start()].strip() == "":
            found[-1][1] = text
    return [(commands, shown) for commands, shown, _ in found]


def pattern(shown):
    """… stands for anything."""
    return re.compile(".*?".join(re.escape(part) for part in shown.strip().split("…")), re.DOTALL)


def script(parts):
    """All blocks for one shell; behind each a mark, so that their outputs are told apart."""
    return "set -euo pipefail\n" + "".join(f"{commands}\necho\necho '{MARK}'\n" for commands, _ in parts)


def page_runs(server, path):
    """Every command of docs/api.md runs as written and prints what the page shows"""
    with open(path) as file:
        parts = blocks(file.read())
    results.check("the page has examples", len(parts) > 8, len(parts))
    folder = os.path.join(server.folder, "shell")
    os.makedirs(folder)
    password = one_time_password(server)
    environment = {**os.environ, "TOLLKEEPER_URL": f"http://127.0.0.1:{server.http_port}", "ONE_TIME_PASSWORD": password}
    done = subprocess.run(["bash", "-c", script(parts)], cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=120)
    outputs = done.stdout.split(MARK)
    for number, (commands, shown) in enumerate(parts):
        name = next(line for line in commands.splitlines() if line)[:70]
        if number >= len(outputs) - 1:
            results.check(f"runs: {name}", False, (done.stdout[-1500:], done.stderr[-1500:]))
            return
        printed = "\n".join(line for line in outputs[number].splitlines() if line.strip())
        results.check(f"runs, and prints what is shown: {name}",
                      pattern(shown).fullmatch(printed.strip()) if shown else not printed, printed)
    results.check("nothing is left over, and no error was printed", done.returncode == 0 and not done.stderr,
                  (done.returncode, done.stderr[-1500:]))


def run_all(server, path):
    results.run(page_runs, server, path)
