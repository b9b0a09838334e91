"""Logins and accounting by radclient and pyrad: what a newcomer tries first."""
import os
import subprocess
import time

from .results import check, same, until
from .router import ACCEPT, REJECT, Router, counters

SECRET = "interop-secret"


def set_up(server):
    """A service of 20M down and 5M up with a second tier, two NAS of different dialects, and some subscribers."""
    server.do("service", "add", "gold", "--down", "20M", "--up", "5M", "--pool", "customers", "--filter-id", "gold",
              "--tier", "FUP1", "--down", "2M", "--up", "1M", "--filter-id", "gold-fup1")
    server.do("service", "add", "told", "--down", "1M", "--up", "1M", "--show-reject-reason", "on")
    server.do("nas", "add", "core1", "--ip", "127.0.0.1", "--secret", SECRET, "--type", "mikrotik")
    server.do("nas", "add", "bng2", "--ip", "127.0.0.2", "--secret", SECRET, "--type", "generic", "--pack", "rfc")
    server.do("nas", "add", "six", "--ip", "::1", "--secret", SECRET, "--type", "mikrotik")
    server.do("subscriber", "add", "alice", "--password", "secret", "--service", "gold")
    server.do("subscriber", "add", "bob", "--password", "pässwörd €", "--service", "gold", "--static-ip", "203.0.113.7")
    server.do("subscriber", "add", "carol", "--password", "secret", "--service", "told", "--active", "off")
    server.do("subscriber", "add", "dave", "--password", "secret", "--service", "gold", "--expires", "2026-01-01")
    server.do("subscriber", "add", "erin", "--password", "secret", "--service", "gold", "--tier", "1")
    router = Router(server, "127.0.0.1", SECRET, timeout=0.5, tries=1)
    check("what the command line added answers within a second",
          until(1, lambda: (reply := router.login("erin", "secret")) is not None and reply.code == ACCEPT) is not None)
    router.close()


def radclient(server, kind, attributes, secret=SECRET, port=None, host="127.0.0.1"):
    """What radclient prints for one request of `Name = value` lines."""
    port = port or (server.acct_port if kind == "acct" else server.auth_port)
    host = f"[{host}]" if ":" in host else host
    done = subprocess.run(
        ["radclient", "-x", "-r", "2", "-t", "2", f"{host}:{port}", kind, secret], input="\n".join(attributes) + "\n",
        capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr


def radclient_logs_in(server):
    """radclient logs in by PAP, CHAP and MS-CHAP"""
    signed = "Message-Authenticator = 0x00"
    for name, password in [("PAP", 'User-Password = "secret"'), ("CHAP", 'CHAP-Password = "secret"'),
                           ("MS-CHAPv1", 'MS-CHAP-Password = "secret"')]:
        seen = radclient(server, "auth", ['User-Name = "alice"', password, signed])
        check(f"radclient: {name} gives Access-Accept", "Received Access-Accept" in seen, seen)
        check(f"radclient: {name} gives 5M up and 20M down, upload first",
              'Mikrotik-Rate-Limit = "5M/20M"' in seen, seen)
    seen = radclient(server, "auth", ['User-Name = "alice"', 'User-Password = "wrong"', signed])
    check("radclient: a wrong password gives Access-Reject", "Received Access-Reject" in seen, seen)
    seen = radclient(server, "auth", ['User-Name = "alice"', 'User-Password = "secret"', signed], host="::1")
    check("radclient: the same over IPv6", 'Mikrotik-Rate-Limit = "5M/20M"' in seen, seen)
    for port in (server.auth_port, server.acct_port):
        seen = radclient(server, "status", [signed], port=port)
        check("radclient: Status-Server is answered on both ports (RFC 5997)", "Received Acc" in seen, seen)


def dialects_log_in(server):
    """pyrad logs in by every method at both dialects"""
    for address, sent, wanted in [("127.0.0.1", "Mikrotik-Rate-Limit", "5M/20M"), ("127.0.0.2", "Filter-Id", "gold")]:
        router = Router(server, address, SECRET)
        for method in ("pap", "chap", "mschapv2"):
            reply = router.login("alice", "secret", method)
            same(f"{address}: {method} is accepted, signed, with {sent} = {wanted}",
                 (reply.code, reply.get(sent)), (ACCEPT, [wanted]))
            same(f"{address}: {method} with a wrong password is rejected",
                 router.login("alice", "Secret", method).code, REJECT)
            same(f"{address}: {method} with a password beyond ASCII is accepted",
                 router.login("bob", "pässwörd €", method).code, ACCEPT)
        same(f"{address}: a static address is sent",
             router.login("bob", "pässwörd €").get("Framed-IP-Address"), ["203.0.113.7"])
        router.close()
    router = Router(server, "127.0.0.2", SECRET)
    same("a reduced tier gives its own Filter-Id", router.login("erin", "secret").get("Filter-Id"), ["gold-fup1"])
    reply = router.login("alice", "secret", attributes=[("Proxy-State", b"first"), ("Proxy-State", b"second")])
    same("Proxy-State comes back, in order (RFC 2865 section 5.33)", reply.get("Proxy-State"), [b"first", b"second"])
    router.close()


def rejects_say_why(server):
    """Every reject names its reason"""
    router = Router(server, "127.0.0.1", SECRET)
    for user, password, reason in [("alice", "nope", "wrong-password"), ("nobody", "x", "unknown-user"),
                                   ("carol", "secret", "disabled"), ("dave", "secret", "expired")]:
        reply = router.login(user, password)
        same(f"{user} is rejected", reply.code, REJECT)
        found = until(3, lambda: server.rows(
            f"select 1 from radius_logs where username = '{user}' and outcome = 'reject' and reason = '{reason}'"))
        check(f"radius_logs has {reason} for {user}", found is not None,
              server.rows(f"select username, outcome, reason from radius_logs where username = '{user}'"))
    same("a service that tells why gives Reply-Message", router.login("carol", "secret").get("Reply-Message"),
         ["The account is disabled."])
    check("one that does not gives none", router.login("dave", "secret").get("Reply-Message") is None)
    seen = server.do("explain", "alice", "--nas", "core1")
    check("explain shows the accept and its attributes", "Access-Accept" in seen and "5M/20M" in seen, seen)
    check("explain shows the wrong password of a moment ago", "wrong-password" in seen, seen)
    check("explain names the refusal of an expired one", "expired" in server.do("explain", "dave", "--nas", "core1"))
    router.close()


def vendors_differ(server):
    """explain prints the same service as each vendor would get it"""
    seen = server.do("explain", "alice", "--nas", "core1", "--all-dialects")
    for wanted in ('Mikrotik-Rate-Limit = "5M/20M"', "Cisco-Account-Info = ", "Huawei-Input-Average-Rate = 5000000",
                   "Huawei-Output-Average-Rate = 20000000", "Alc-SLA-Prof-Str = gold", "Filter-Id = gold",
                   "ERX-"):
        check(f"explain prints {wanted.strip()}", wanted in seen.replace('"gold"', "gold"), seen)


def one_session(server):
    """Start, two interims and a Stop are one row with totals past 4 GiB"""
    router = Router(server, "127.0.0.1", SECRET)
    mac = "AA:BB:CC:00:00:01"
    line = [("User-Name", "alice"), ("NAS-Identifier", "core1"), ("Calling-Station-Id", mac),
            ("Acct-Session-Id", "81000f01"), ("Framed-IP-Address", "100.64.0.9")]
    reply = router.login("alice", "secret", attributes=line[1:])
    line.append(("Class", reply["Class"][0]))
    start = int(time.time()) - 900
    records = [("start", 0, 0, 0), ("interim", 300, 1_000_000_000, 3_000_000_000),
               ("interim", 600, 3_000_000_000, 9_000_000_000), ("stop", 900, 5_000_000_000, 12_000_000_000)]
    for status, seconds, up, down in records:
        more = [("Acct-Session-Time", seconds), ("Event-Timestamp", start + seconds), *counters(up, down)]
        same(f"{status} at {seconds} s is answered", router.account(status, line + more), True)
    total = (
        "select username, framedipaddress, callingstationid, acctsessiontime, acctinputoctets, acctoutputoctets,"
        " acctstoptime is not null from freeradius.radacct where acctsessionid = '81000f01'")
    wanted = [["alice", "100.64.0.9", mac, "900", "5000000000", "12000000000", "t"]]
    same("radacct has one row with the right totals", server.rows(total), wanted)
    before = server.rows("select to_jsonb(r) from freeradius.radacct r where acctsessionid = '81000f01'")
    for delay in (0, 5):
        more = [("Acct-Session-Time", 900), ("Event-Timestamp", start + 900 + delay), ("Acct-Delay-Time", delay),
                *counters(5_000_000_000, 12_000_000_000)]
        same("a repeated Stop is answered", router.account("stop", line + more), True)
    more = [("Acct-Session-Time", 300), ("Event-Timestamp", start + 300), *counters(1_000_000_000, 3_000_000_000)]
    same("a late interim is answered", router.account("interim", line + more), True)
    same("neither changes the row", server.rows(
        "select to_jsonb(r) from freeradius.radacct r where acctsessionid = '81000f01'"), before)
    same("the command line knows it as ended", "alice" in server.do("sessions"), False)
    router.close()


def strangers_are_noted(server):
    """An unknown source is never answered and stands in the inbox"""
    router = Router(server, "127.0.0.77", SECRET, timeout=0.5, tries=2)
    same("a stranger gets no answer", router.login("alice", "secret", attributes=[("NAS-Identifier", "new")]), None)
    found = until(5, lambda: server.rows(
        "select packets from nas_unknown where source = '127.0.0.77' and nas_identifier = 'new'"))
    check("nas unknown lists it", found is not None and "127.0.0.77" in server.do("nas", "unknown"))
    server.do("nas", "add", "found", "--ip", "127.0.0.77", "--secret", SECRET, "--type", "mikrotik")
    took = until(1, lambda: router.login("alice", "secret") is not None)
    check("once added it is answered within a second", took is not None, took)
    router.close()


def protection_latches(server):
    """Message-Authenticator is demanded once it was seen, and missing ones raise an alarm"""
    server.do("nas", "add", "old", "--ip", "127.0.0.78", "--secret", SECRET, "--type", "mikrotik")
    time.sleep(1)
    router = Router(server, "127.0.0.78", SECRET, timeout=0.5, tries=1)
    same("before, a request without one is accepted", router.login("alice", "secret", signed=False).code, ACCEPT)
    same("a signed one is accepted", router.login("alice", "secret").code, ACCEPT)
    took = until(3, lambda: router.login("alice", "secret", signed=False) is None)
    check("after it, one without is dropped", took is not None)
    found = until(5, lambda: server.rows("select 1 from alarms where cleared_at is null and message like '%old%'"))
    check("the drop raises an alarm that names the NAS", found is not None, server.rows("select * from alarms"))
    router.close()


def service_is_imported(server, folder):
    """A CSV of subscribers is imported whole or not at all"""
    good, bad = os.path.join(folder, "good.csv"), os.path.join(folder, "bad.csv")
    with open(good, "w") as file:
        file.write("username,password,service\n" + "".join(f"imp{n},pw{n},gold\n" for n in range(1, 2001)))
    with open(bad, "w") as file:
        file.write("username,password,service\nnew1,pw,gold\nnew2,pw,nothing\n")
    code, _, errors = server.command("subscriber", "import", bad)
    check("a fault is named by line and column, and nothing is imported",
          code == 1 and "line 3" in errors and not server.rows("select 1 from subscribers where username = 'new1'"),
          errors)
    server.do("subscriber", "import", good)
    router = Router(server, "127.0.0.1", SECRET)
    took = until(2, lambda: router.login("imp2000", "pw2000").code == ACCEPT)
    check("imported ones log in", took is not None)
    router.close()


TESTS = [radclient_logs_in, dialects_log_in, rejects_say_why, vendors_differ, one_session, strangers_are_noted,
         protection_latches]
