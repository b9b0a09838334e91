"""schemathesis over the OpenAPI document: what is answered must be what is documented, and nothing a fault of ours."""
import json
import os
import re
import subprocess
import sys

from interop import results

from api import client
from api.world import A, HERE

#: Cases for each operation, and where chance begins.
CASES = 4
SEED = 1
#: Requests of each are limited to twenty a second; a long run sends some two hundred.
CREDENTIALS, MANY = 8, 40
#: Left out: what would end the run (signing out, changing the password signed in with, ending sessions and tokens),
#: what is limited to a few a minute and would be 429 only (signing in, second factors), and the stream, which does not
#: end; Tests/API/api/stream.py and malformed.py see to these.
LEFT_OUT = ["/session", "/portal/session", "/me/password", "/portal/password", "/me/sessions/{id}", "/me/tokens/{id}",
            "/operators/{id}/tokens", "/me/second-factor/confirm", "/me/second-factor/recovery-codes",
            "/me/second-factor/end", "/events"]


class Who:
    def __init__(self, name, headers):
        self.name, self.headers = name, headers


def fuzz(world, who):
    """schemathesis finds nothing"""
    name, headers = who.name, who.headers
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    report = os.path.join(world.server.folder, f"schemathesis-{name}.txt")
    first = headers[0]
    arguments = [program, "--config-file", os.path.join(HERE, "schemathesis.toml"), "run",
                 f"http://127.0.0.1:{world.web.port}{client.ROOT}/openapi.json", "--max-examples", str(CASES),
                 "--seed", str(SEED), "--no-color", "--phases", "examples,fuzzing" if CASES <= 20 else
                 "examples,coverage,fuzzing", "--request-timeout", "30"]
    for path in LEFT_OUT:
        arguments += ["--exclude-path", path]
    for key, value in first.items():
        arguments += ["--header", f"{key}: {value}"]
    environment = {**os.environ, "TOLLKEEPER_CREDENTIALS": json.dumps(headers), "PYTHONPATH": HERE}
    with open(report, "w") as file:
        done = subprocess.run(arguments, env=environment, stdout=file, stderr=subprocess.STDOUT, cwd=world.server.folder, timeout=1800)
    with open(report) as file:
        text = file.read()
    count = re.search(r"(\d+) generated", text) or re.search(r"Test cases:\n.*?(\d+)", text)
    results.check(f"schemathesis as {name}: {count.group(1) if count else '?'} cases, no finding",
                  done.returncode == 0 and count, text[-6000:])


def run_all(world):
    count = CREDENTIALS if CASES <= 20 else MANY
    who = {
        "customer": customers(world, count),
        "reseller": bearers(world.colleague("fuzz-reseller", world.roles["Reseller"], world.a, count)),
        "administrator": bearers(world.colleague("fuzz-administrator", world.roles["Administrator"],
                                                 tokens=count))}
    world.flush()
    for name, headers in who.items():
        results.run(fuzz, world, Who(name, headers))


def bearers(caller):
    return [{"Authorization": f"Bearer {token}"} for token in caller.tokens]


def customers(world, count):
    """Customers of their own, several, since a customer has one limit for all his sessions."""
    found = []
    for number in range(count):
        world.by_a.do("POST", "/subscribers", {"username": f"fuzz-{A}-{number}", "password": "customer-secret"})
        cookie = world.sign_in("/portal/session", f"fuzz-{A}-{number}", "customer-secret")
        found.append({"Cookie": cookie, "X-Requested-With": "tollkeeper"})
    return found
