"""HTTP as a caller does it. Every answer that comes by is looked at: whatever it is about, some things must never be."""
import http.client
import itertools
import json
import re
import socket

ROOT = "/api/v1"
#: What no answer may hold: SQL, the insides of the server, hashes.
INSIDE = re.compile(
    rb"\bselect\b.{1,80}\bfrom\b|\binsert into\b|\bSQLSTATE|syntax error at|violates|\brelation \"|pg_catalog|\.swift\b"
    rb"|Fatal error|Sources/|scrypt\$|PGRES_|libpq", re.IGNORECASE)


class Answer:
    def __init__(self, status, headers, raw):
        self.status, self.headers, self.raw = status, headers, raw

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def code(self):
        return self.problem.get("code")

    @property
    def problem(self):
        try:
            read = self.json
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def etag(self):
        return self.headers.get("ETag")

    @property
    def plain(self):
        """Without what differs in each answer: to be compared."""
        return self.status, re.sub(rb'"request_id":"[^"]*"', b'"request_id":""', self.raw)

    def __repr__(self):
        return f"{self.status} {self.raw[:300]!r}"


class Faults:
    """What was seen that must never be, each but once."""

    def __init__(self):
        self.seen = {}
        #: Texts that are secret; none may be in an answer.
        self.secrets = set()
        #: Answers that were looked at.
        self.count = 0

    def look(self, what, answer, shows_secret=False):
        self.count += 1
        for fault in self.faults(answer, shows_secret):
            self.seen.setdefault(f"{fault}: {what}", repr(answer))

    def faults(self, answer, shows_secret):
        if answer.status >= 500:
            yield f"status {answer.status}"
        if answer.status >= 400:
            yield from problem_faults(answer)
        if b'"openapi"' not in answer.raw[:20] and INSIDE.search(answer.raw):
            yield "shows the server's inside"
        if not shows_secret and any(secret in answer.raw for secret in self.secrets):
            yield "shows a secret"


def problem_faults(answer):
    """How an error differs from a problem document (RFC 9457) with our code."""
    if answer.headers.get("Content-Type") != "application/problem+json":
        yield f"is no problem document but {answer.headers.get('Content-Type')}"
        return
    problem = answer.problem
    if problem.get("status") != answer.status:
        yield "has another status in its document"
    for name in ["type", "title", "code", "detail", "request_id"]:
        if not isinstance(problem.get(name), str) or not problem[name]:
            yield f"has no {name}"
    if not re.fullmatch("[a-z][a-z0-9_]*", problem.get("code") or ""):
        yield "has a code of another form"
    if answer.status == 401 and "WWW-Authenticate" not in answer.headers and answer.code == "unauthorized":
        yield "has no WWW-Authenticate"


class Caller:
    """Somebody: by tokens (several, since each is limited apart), by a session's cookie, or nobody."""

    def __init__(self, web, name, tokens=(), cookie=None):
        self.web, self.name, self.cookie = web, name, cookie
        self.tokens = list(tokens)
        self.turn = itertools.count()

    def headers(self):
        if self.tokens:
            return {"Authorization": f"Bearer {self.tokens[next(self.turn) % len(self.tokens)]}"}
        if self.cookie:
            return {"Cookie": self.cookie, "X-Requested-With": "tollkeeper"}
        return {}

    def __call__(self, method, path, body=None, headers=None, **how):
        return self.web.ask(method, path, body, {**self.headers(), **(headers or {})}, who=self.name, **how)

    def get(self, path, **how):
        return self("GET", path, **how)

    def do(self, method, path, body=None, **how):
        """What must succeed; what was answered, read."""
        answer = self(method, path, body, **how)
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{self.name}: {method} {path}: {answer!r}")
        return answer.json if answer.raw else None


class Web:
    """Connections to one server. Those who are not known are limited by address, so these come from several."""

    def __init__(self, port):
        self.port = port
        self.faults = Faults()
        self.kept = {}
        self.sources = itertools.cycle([f"127.0.0.{number}" for number in range(2, 40)])

    def connection(self, source, isFresh):
        if isFresh or source not in self.kept:
            if source in self.kept:
                self.kept[source].close()
            self.kept[source] = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        return self.kept[source]

    def ask(self, method, path, body=None, headers=None, who="nobody", source=None, shows_secret=False):
        """One request, below the API's root. A body that is no bytes goes as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        known = "Authorization" in headers or "Cookie" in headers
        source = source or ("127.0.0.1" if known else next(self.sources))
        for isFresh in (False, True):
            connection = self.connection(source, isFresh)
            try:
                connection.request(method, ROOT + path, body, headers)
                got = connection.getresponse()
                answer = Answer(got.status, got.headers, got.read())
                break
            except (http.client.HTTPException, OSError):
                # Closed meanwhile, as a server may; a second time it is a fault.
                connection.close()
                if isFresh:
                    raise
        self.faults.look(f"{method} {path[:120]} by {who}", answer, shows_secret)
        return answer

    def caller(self, name, tokens=(), cookie=None):
        return Caller(self, name, tokens, cookie)


def raw(port, request, patience=10):
    """Sends bytes as they are; all that comes back until the server closes or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", port), patience) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        pieces = []
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)
