"""deploy/nginx/tollkeeper.conf as it is written, but for ports and files' names, before the server: a real nginx."""
import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time

from interop import results
from interop.server import free_port

from api import client, stream
from api.world import A

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(HERE))), "deploy", "nginx", "tollkeeper.conf")
#: Where the browser is: nginx is at 127.0.0.1, the one proxy that is trusted.
CLIENT = "127.0.0.77"


class Nginx:
    """One that is nobody else's: its folder, its ports, its processes."""
    name = "nginx"

    def __init__(self, folder, port):
        self.folder = folder
        self.https, self.http = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_STREAM)
        os.makedirs(os.path.join(folder, "logs"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=radius.example.net", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/chain.pem"],
            check=True, capture_output=True)
        with open(EXAMPLE) as file:
            text = file.read()
        for old, new in [("127.0.0.1:8080", f"127.0.0.1:{port}"), (r"listen 443", f"listen 127.0.0.1:{self.https}"),
                         (r"listen 80", f"listen 127.0.0.1:{self.http}"), (r" *listen \[::\].*\n", ""),
                         (r"ssl_certificate .*;", f"ssl_certificate {folder}/chain.pem;"),
                         (r"ssl_certificate_key .*;", f"ssl_certificate_key {folder}/key.pem;")]:
            text, count = re.subn(old, new, text)
            if not count:
                raise RuntimeError(f"the example has no {old}")
        with open(f"{folder}/nginx.conf", "w") as file:
            file.write(f"""daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{text}}}
""")

    @contextlib.contextmanager
    def running(self):
        with open(f"{self.folder}/log", "w") as log:
            process = subprocess.Popen(["nginx", "-p", self.folder, "-c", f"{self.folder}/nginx.conf"], stderr=log)
        try:
            took = results.until(10, lambda: self.answers() or process.poll() is not None)
            with open(f"{self.folder}/log") as log:
                results.check("nginx takes the example", took is not None and process.poll() is None, log.read())
            yield
        finally:
            process.terminate()
            process.wait(10)

    def answers(self):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.https)).close()
            return True
        return False

    def line(self, secure=True):
        """From the client's address."""
        if not secure:
            return http.client.HTTPConnection("127.0.0.1", self.http, timeout=60, source_address=(CLIENT, 0))
        trust = ssl.create_default_context(cafile=f"{self.folder}/chain.pem")
        trust.check_hostname = False
        return http.client.HTTPSConnection(
            "127.0.0.1", self.https, timeout=60, context=trust, source_address=(CLIENT, 0))

    def ask(self, method, path, body=None, headers=None, secure=True):
        line = self.line(secure)
        line.request(method, path, body, headers or {})
        got = line.getresponse()
        answer = client.Answer(got.status, got.headers, got.read())
        line.close()
        return answer


def is_itself(world, nginx):
    """Over HTTPS by nginx the server is what it is, and over HTTP there is but the way there"""
    answer = nginx.ask("GET", client.ROOT + "/me", headers=world.admin.headers())
    results.same("an answer comes", (answer.status, answer.json["username"]), (200, "admin"))
    results.check("with HSTS", "Strict-Transport-Security" in answer.headers, dict(answer.headers))
    answer = nginx.ask("GET", "/api/v1/me", secure=False)
    results.same("plain HTTP leads to HTTPS", (answer.status, answer.headers["Location"]),
                 (301, "https://127.0.0.1/api/v1/me"))
    results.same("/metrics is not for everybody", nginx.ask("GET", "/metrics").status, 404)


def the_client_is_known(world, nginx):
    """The client's address and that he speaks HTTPS are believed of nginx; what the client says of himself is not"""
    path = f"/subscribers/{world.subscriber[A][0]}"
    for given in [None, "192.0.2.66", "192.0.2.66, 127.0.0.1"]:
        etag = world.admin.get(path).etag
        headers = {**world.admin.headers(), "If-Match": etag, "Content-Type": "application/json",
                   **({"X-Forwarded-For": given, "X-Forwarded-Proto": "http"} if given else {})}
        answer = nginx.ask("PATCH", client.ROOT + path, f'{{"notes": "by nginx {given}"}}', headers)
        results.same(f"a change is taken (X-Forwarded-For: {given})", answer.status, 204)
        results.same("its entry in the audit log has the client's address",
                     world.value("select source from audit_log order by id desc limit 1"), CLIENT)
    body = '{"username": "admin", "password": "wrong"}'
    answer = nginx.ask("POST", client.ROOT + "/session", body, {"Content-Type": "application/json"})
    results.same("who signs in wrongly is refused", answer.status, 401)


def events_come_at_once(world, nginx):
    """An event stream is not gathered: each event comes when it happens, and who hangs up is gone behind nginx too"""
    line = nginx.line()
    headers = {**world.by_a.headers(), "Accept-Encoding": "gzip"}
    line.request("GET", f"{client.ROOT}/events?topics=subscriber.changed", headers=headers)
    answer = line.getresponse()
    results.same("the stream begins", (answer.status, answer.headers["Content-Type"]), (200, "text/event-stream"))
    while not (text := answer.readline()).startswith(b"event: cursor"):
        pass
    for turn in range(3):
        begin = time.monotonic()
        stream.note(world, world.by_a, A, f"nginx {turn}")
        while text and not text.startswith(b"event: subscriber.changed"):
            text = answer.readline()
        took = time.monotonic() - begin
        results.check(f"change {turn} arrives at once", text and took < 5, took)
        text = answer.readline()
    line.close()


def large_bodies(world, nginx):
    """A body up to the server's limit goes through, one beyond it is refused in the server's words, and who may not
    upload is told before he has"""
    path = client.ROOT + "/subscribers/import/check"
    # The type is looked at when the body is there: it has arrived, and costs no minute to be read.
    begin = time.monotonic()
    answer = nginx.ask("POST", path, b"x" * (64 << 20), {**world.admin.headers(), "Content-Type": "text/plain"})
    results.same("64 MiB arrive", answer.status, 415)
    print(f"        in {time.monotonic() - begin:.1f} s")
    for name, who, length, wanted in [("one byte more", world.admin, (64 << 20) + 1, (413, "too_large")),
                                      ("who may not", world.customer, 64 << 20, (403, "forbidden")),
                                      ("nobody", world.nobody, 64 << 20, (401, "unauthorized"))]:
        line = nginx.line()
        line.putrequest("POST", path)
        for key, value in {**who.headers(), "Content-Type": "text/csv", "Content-Length": str(length)}.items():
            line.putheader(key, value)
        line.endheaders()
        line.send(b"username\n")
        got = line.getresponse()
        answer = client.Answer(got.status, got.headers, got.read())
        results.same(f"{name}: told before the body", (answer.status, answer.code), wanted)
        line.close()


def large_headers(world, nginx):
    """Targets and headers up to the server's limits, and beyond: the server's words, not nginx'"""
    for name, target, header, wanted in [("within", 8000, 7000, (404, "not_found")),
                                         ("a target over 8 KiB", 8300, 10, (414, "target_too_long")),
                                         ("headers over 16 KiB", 10, 8500, (431, "headers_too_large"))]:
        headers = {f"X-{number}": "x" * header for number in range(2)}
        answer = nginx.ask("GET", "/" + "x" * target, headers=headers)
        results.same(f"{name}", (answer.status, answer.code), wanted)


def run_all(world):
    if not shutil.which("nginx"):
        results.check("nginx is there (scripts/setup installs it)", False)
        return
    nginx = Nginx(os.path.join(world.server.folder, "nginx"), world.server.http_port)
    with nginx.running():
        for test in [is_itself, the_client_is_known, events_come_at_once, large_bodies, large_headers]:
            results.run(test, world, nginx)
