"""What the running server tells of itself: metrics, health, alarms."""
import hashlib
import hmac
import http.server
import json
import threading
import urllib.error
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from .basics import SECRET
from .results import check, same, until
from .router import ACCEPT, Router


def get(server, path):
    """Status, type and body of an answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.http_port}{path}", timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def samples(server):
    """All samples of the page, read by Prometheus's own strict reader: (name, labels) to value."""
    page = get(server, "/metrics")[2]
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(page) for sample in family.samples}


def total(found, name, **labels):
    return sum(value for (sample, has), value in found.items()
               if sample == name and set(labels.items()) <= set(has))


def metrics_are_openmetrics(server):
    """The page of metrics is read by Prometheus's reader of OpenMetrics and counts what was done"""
    router = Router(server, "127.0.0.1", SECRET)
    before = samples(server)
    same("a login is accepted", router.login("alice", "secret").code, ACCEPT)
    router.login("alice", "wrong password")
    status, kind, page = get(server, "/metrics")
    same("it is there", status, 200)
    check("it says that it is OpenMetrics", kind.startswith("application/openmetrics-text; version=1.0.0"), kind)
    check("it ends with the end mark", page.endswith("# EOF\n"))
    found = samples(server)
    grown = lambda name, **labels: total(found, name, **labels) - total(before, name, **labels)  # noqa: E731
    same("two requests", grown("tollkeeper_radius_requests_total", code="Access-Request"), 2)
    same("one accept by PAP", grown("tollkeeper_radius_accepts_total", method="PAP"), 1)
    same("one reject for the password", grown("tollkeeper_radius_rejects_total", reason="wrong-password"), 1)
    same("two times in the server", grown("tollkeeper_radius_login_seconds_count"), 2)
    for name in ("tollkeeper_radius_feed_age_seconds", "tollkeeper_radius_process_cpu_seconds_total",
                 "tollkeeper_control_process_resident_bytes", "tollkeeper_control_database_up", "tollkeeper_emergency"):
        check(f"{name} is there", any(sample == name for sample, _ in found))
    router.close()


def logins_are_logged_and_counted(server):
    """Rows of radius_logs and counts beside them are all logins"""
    router = Router(server, "127.0.0.1", SECRET)
    for _ in range(20):
        router.login("alice", "secret")
    took = until(3, lambda: int(server.rows(
        "select coalesce(sum(logins), 0) from radius_log_minutes where outcome = 'accept'")[0][0]) >= 20)
    check("twenty accepts are there", took is not None)
    server.rows("update system_preferences set value = '5' where name = 'radius_log_rate'")
    logged = "select count(*) from radius_logs"
    everything = "select coalesce(sum(logins), 0) from radius_log_minutes"
    until(3, lambda: False)
    rows, logins = int(server.rows(logged)[0][0]), int(server.rows(everything)[0][0])
    for _ in range(300):
        router.login("alice", "secret")
    took = until(5, lambda: int(server.rows(everything)[0][0]) == logins + 300)
    check("over the rate every login is counted", took is not None, server.rows(everything))
    check("and few have a row", int(server.rows(logged)[0][0]) - rows < 300, server.rows(logged))
    server.rows("update system_preferences set value = '2000' where name = 'radius_log_rate'")
    router.close()


def health_and_readiness(server):
    """/health and /ready say that all is well"""
    status, _, body = get(server, "/health")
    same("it is alive", (status, json.loads(body)["status"]), (200, "ok"))
    status, _, body = get(server, "/ready")
    same("it is ready", (status, json.loads(body)["status"]), (200, "ready"))
    same("the database is up", json.loads(body)["facts"]["database"], "up")


class Hook(http.server.BaseHTTPRequestHandler):
    """Refuses the first message, takes the rest."""
    taken, refused = [], 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Hook.refused == 0:
            Hook.refused += 1
            self.send_response(503)
        else:
            Hook.taken.append((dict(self.headers), body))
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def alarms_reach_the_webhook(server):
    """An alarm is told to the webhook, signed, again after a refusal; its end too"""
    server.rows("insert into alarms (kind, subject, message) values ('test', 'interop', 'it is down')")
    mine = lambda: [one for one in Hook.taken if json.loads(one[1])["alarm"]["subject"] == "interop"]  # noqa: E731
    took = until(15, mine)
    check("the webhook hears of it, and refused one", took is not None and Hook.refused == 1)
    if not mine():
        return
    headers, body = mine()[0]
    message = json.loads(body)
    same("it was raised", (message["event"], message["alarm"]["subject"]), ("raised", "interop"))
    signed = headers["X-Tollkeeper-Timestamp"].encode() + b"." + body
    same("its signature is right", headers["X-Tollkeeper-Signature"],
         "v1=" + hmac.new(Hook.secret, signed, hashlib.sha256).hexdigest())
    alarm = str(message["alarm"]["id"])
    check("the command line lists it", "interop" in server.do("alarms"))
    check("the metrics count it", until(6, lambda: total(samples(server), "tollkeeper_alarms", kind="test") == 1) is not None)
    server.do("alarms", "acknowledge", alarm, "--clear")
    took = until(10, lambda: any(json.loads(body)["event"] == "cleared" for _, body in mine()))
    check("its end is told too", took is not None)


def begin_webhook():
    """A receiver on a free port; its URL and secret."""
    Hook.secret = b"a secret of interop tests"
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{hook.server_port}/hook", Hook.secret


TESTS = [metrics_are_openmetrics, logins_are_logged_and_counted, health_and_readiness, alarms_reach_the_webhook]
