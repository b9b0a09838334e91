"""`tollkeeper simulate` in every shape: what it says it sent is what the database has."""
import json

from .basics import SECRET
from .results import run, same, until

SHAPES = [("routeros-pppoe", "mikrotik", None), ("routeros-dhcp", "mikrotik", None),
          ("routeros-hotspot", "mikrotik", None), ("junos", "generic", "juniper"), ("huawei", "generic", "huawei"),
          ("nokia", "generic", "nokia"), ("isg", "generic", "cisco")]
SESSIONS = 5


def simulate(server, shape, kind, pack, number):
    """A simulated router's sessions are in the database as it sent them"""
    address = f"127.0.2.{number}"
    options = ["--pack", pack] if pack else []
    options += ["--passwordless", "mac"] if shape == "routeros-dhcp" else []
    server.do("nas", "add", f"sim-{shape}", "--ip", address, "--secret", SECRET, "--type", kind, *options)
    ask = ["simulate", "--secret", SECRET, "--source", address, "--shape", shape, "--users", "sim#", "--password",
           "simpw#", "--method", "mixed"]
    until(2, lambda: server.command(*ask, "--sessions", "1", "--interims", "0")[0] == 0)
    code, output, errors = server.command(
        *ask, "--sessions", str(SESSIONS), "--interims", "3", "--octets", "2000000000", "--boot", "--json")
    same(f"simulate --shape {shape} is all answered and accepted", code, 0)
    sent = json.loads(output)
    rows = server.rows(
        "select upper(s.mac_address::text), s.input_octets, s.output_octets from sessions s"
        f" join nas_devices n on n.id = s.nas_id where n.name = 'sim-{shape}' and record_kind = 'session'"
        " and s.session_seconds = 1200 and s.state = 'closed' order by 1")
    same(f"simulate --shape {shape}: the database has what was sent", rows, sorted(
        [session["mac"], str(session["input_octets"]), str(session["output_octets"])] for session in sent["sessions"]))


def run_all(server):
    for n in range(1, SESSIONS + 1):
        mac = f"02:00:00:00:00:{n - 1:02X}"
        server.do("subscriber", "add", f"sim{n:07}", "--password", f"simpw{n:07}", "--service", "gold", "--mac", mac,
                  "--passwordless", "on")
    for number, (shape, kind, pack) in enumerate(SHAPES, 1):
        run(simulate, server, shape, kind, pack, number)
