"""Changes in the running server, crashes and stops."""
import os
import subprocess
import time

from .basics import SECRET
from .results import check, same, until
from .router import ACCEPT, Router, counters


def quick(server, secret=SECRET, address="127.0.0.1"):
    return Router(server, address, secret, timeout=0.2, tries=1)


def answers(router, user="alice", password="secret"):
    reply = router.login(user, password)
    return reply is not None and reply.code == ACCEPT


def changes_are_live(server):
    """A change by the command line is in force within a second"""
    router = quick(server)
    same("it answers before", until(1, lambda: answers(router)) is not None, True)
    server.do("nas", "set", "core1", "--active", "off")
    took = until(3, lambda: router.login("alice", "secret") is None)
    check("a disabled NAS is shut out", took is not None, took)
    same("its accounting too", router.account("start", [("User-Name", "alice"), ("Acct-Session-Id", "x1")]), False)
    server.do("nas", "set", "core1", "--active", "on")
    check("an enabled one is back", until(1, lambda: answers(router)) is not None)

    server.do("nas", "set", "core1", "--drain", "on")
    took = until(1, lambda: not answers(router))
    check("a draining NAS gets no logins", took is not None, took)
    same("but its accounting is taken", router.account("start", [("User-Name", "alice"), ("Acct-Session-Id", "x2")]), True)
    server.do("nas", "set", "core1", "--drain", "off")
    check("after it logins are taken again", until(1, lambda: answers(router)) is not None)

    server.do("nas", "set", "core1", "--secret", "another-secret")
    changed = quick(server, "another-secret")
    check("a changed secret is in force", until(1, lambda: answers(changed)) is not None)
    same("and the old one is not", router.login("alice", "secret"), None)
    server.do("nas", "set", "core1", "--secret", SECRET, "--keep-old-secret")
    check("rotation: the new one is in force", until(1, lambda: answers(router)) is not None)
    check("rotation: the old one still is", answers(changed))
    server.do("nas", "set", "core1", "--secret", SECRET)

    server.do("subscriber", "set", "alice", "--active", "off")
    check("a disabled subscriber is refused", until(1, lambda: not answers(router)) is not None)
    server.do("subscriber", "set", "alice", "--active", "on", "--password", "other")
    check("a changed password is in force", until(1, lambda: answers(router, password="other")) is not None)
    server.do("subscriber", "set", "alice", "--password", "secret")
    server.do("service", "set", "gold", "--down", "30M")
    took = until(1, lambda: (reply := router.login("alice", "secret")) and
                 reply.get("Mikrotik-Rate-Limit") == ["5M/30M"])
    check("a changed speed is in force", took is not None)
    server.do("service", "set", "gold", "--down", "20M")
    router.close()
    changed.close()


def device_is_learnt(server):
    """MAC binding learns the first device and refuses another"""
    server.do("subscriber", "add", "mona", "--password", "secret", "--service", "gold", "--mac-binding", "learn")
    router = Router(server, "127.0.0.1", SECRET)
    device = [("Calling-Station-Id", "AA:00:00:00:00:01")]
    took = until(3, lambda: (r := router.login("mona", "secret", attributes=device)) and r.code == ACCEPT)
    check("the first device is accepted", took is not None)
    took = until(2, lambda: server.rows(
        "select 1 from subscribers where username = 'mona' and mac_binding = 'bound'"
        " and mac_address = 'aa:00:00:00:00:01'"))
    check("and noted", took is not None, server.rows("select mac_address, mac_binding from subscribers where username = 'mona'"))
    other = [("Calling-Station-Id", "AA:00:00:00:00:02")]
    took = until(2, lambda: router.login("mona", "secret", attributes=other).code != ACCEPT)
    check("another is refused", took is not None)
    router.close()


def sessions_are_limited(server):
    """A session limit refuses a second device and lets the same one replace its ghost"""
    server.do("service", "add", "single", "--down", "1M", "--up", "1M", "--session-limit", "1")
    server.do("subscriber", "add", "solo", "--password", "secret", "--service", "single")
    router = Router(server, "127.0.0.1", SECRET)
    first = [("Calling-Station-Id", "AA:00:00:00:01:01"), ("Acct-Session-Id", "f1")]
    took = until(3, lambda: (r := router.login("solo", "secret", attributes=first)) and r.code == ACCEPT)
    check("the first is accepted", took is not None)
    reply = router.login("solo", "secret", attributes=first)
    router.account("start", [("User-Name", "solo"), *first, ("Class", reply["Class"][0])])
    second = [("Calling-Station-Id", "AA:00:00:00:01:02"), ("Acct-Session-Id", "f2")]
    took = until(3, lambda: router.login("solo", "secret", attributes=second).code != ACCEPT)
    check("another device is refused", took is not None)
    # Its old session is a ghost: the router lost it without a Stop.
    reply = router.login("solo", "secret", attributes=first)
    same("the same device is accepted again", reply.code, ACCEPT)
    again = [("User-Name", "solo"), first[0], ("Acct-Session-Id", "f3"), ("Class", reply["Class"][0])]
    router.account("start", again)
    router.account("stop", again + [("Acct-Session-Time", 5)])
    took = until(3, lambda: router.login("solo", "secret", attributes=second).code == ACCEPT)
    check("after its stop, another is accepted", took is not None)
    router.close()


def folder_has_one_holder(server):
    """A second start on the same data folder is refused and names the holder"""
    other = [*server.arguments()]
    for flag in ("--auth-port", "--acct-port", "--http-port"):
        other[other.index(flag) + 1] = str(int(other[other.index(flag) + 1]) + 1)
    done = subprocess.run([server.program, "serve", *other, "--listen", "127.0.0.1"], capture_output=True, text=True,
                          timeout=20)
    same("it ends with 1", done.returncode, 1)
    check("and names the process that holds it", str(server.process.pid) in done.stderr, done.stderr)
    router = quick(server)
    check("the first goes on answering", until(1, lambda: answers(router)) is not None)
    router.close()


def crash_loses_nothing(server):
    """kill -9 of everything, and a start: all is there"""
    router = quick(server)
    router.client.timeout = 2
    line = [("User-Name", "alice"), ("NAS-Identifier", "core1"), ("Acct-Session-Id", "crash1"),
            ("Calling-Station-Id", "AA:00:00:00:02:01")]
    reply = router.login("alice", "secret", attributes=line[1:])
    line.append(("Class", reply["Class"][0]))
    same("a Start is answered", router.account("start", line), True)
    same("an interim too", router.account(
        "interim", line + [("Acct-Session-Time", 60), *counters(6_000_000_000, 7_000_000_000)]), True)
    killed = server.kill_everything()
    took = until(5, lambda: not any(os.path.exists(f"/proc/{pid}/exe") for pid in killed))
    check("everything is dead", took is not None)
    took = server.start()
    check(f"it starts again by itself ({took:.1f} s)", took < 60)
    check("logins are answered", until(1, lambda: answers(router)) is not None)
    same("what was answered is there", server.rows(
        "select input_octets, output_octets, state from sessions where acct_session_id = 'crash1'"),
        [["6000000000", "7000000000", "live"]])
    same("its Stop ends the same session", router.account(
        "stop", line + [("Acct-Session-Time", 90), *counters(6_000_000_100, 7_000_000_100)]), True)
    same("with its totals", server.rows(
        "select input_octets, output_octets, state from sessions where acct_session_id = 'crash1'"),
        [["6000000100", "7000000100", "closed"]])
    router.close()


def parts_come_back(server):
    """A killed radius or control process is started again"""
    router = quick(server)
    for name in ("radius-process", "control-process"):
        pid = next(pid for pid in server.family() if name in command_line(pid))
        os.kill(pid, 9)
        check(f"after a kill of the {name} logins are answered within 5 s",
              until(5, lambda: answers(router)) is not None)
        took = until(5, lambda: any(name in command_line(one) and one != pid for one in server.family()))
        check("and it runs again", took is not None)
    router.close()


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read().replace("\0", " ")
    except OSError:
        return ""


def stop_is_clean(server):
    """SIGTERM ends it cleanly, its PostgreSQL too"""
    family = server.family()
    begin = time.monotonic()
    same("the exit code is 0", server.stop(), 0)
    check("within 10 s", time.monotonic() - begin < 10)
    took = until(2, lambda: not any(os.path.exists(f"/proc/{pid}/exe") for pid in family))
    check("no process is left", took is not None)
    check("commands work on the stopped server's database", "alice" in server.do("subscriber", "list"))
    check("and leave nothing running", server.postmaster() is None)


TESTS = [changes_are_live, device_is_learnt, sessions_are_limited, folder_has_one_holder, crash_loses_nothing,
         parts_come_back, stop_is_clean]
