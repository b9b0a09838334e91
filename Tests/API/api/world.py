"""The people and records that the tests are about: the house, two resellers with one below the first, and a customer of
each. What belongs to somebody has his word in its names, so that a leak is a word where it must not be."""
import contextlib
import hashlib
import os
import secrets

from interop.server import Server

from api import client, document

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PASSWORD = "walnut-tram-Lisbon-42-river"
#: Words in the names of what is A's, of the reseller below A, B's, and the house's own.
A, A1, B, HOUSE = "alfa", "delfine", "bravo", "hausen"
#: Each is limited apart, to 1,200 requests a minute.
TOKENS = 12


@contextlib.contextmanager
def running(program, folder):
    os.makedirs(folder)
    os.chmod(folder, 0o755)  # noqa: S103: its PostgreSQL runs as another user
    server = Server(program, folder, listen="127.0.0.1")
    server.flags = ["--trusted-proxies", "127.0.0.1"]
    print(f"ready in {server.start():.1f} s", flush=True)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def one_time_password(server):
    return next(line.split()[-1] for line in server.printed if line.startswith("one-time password"))


class World:
    def __init__(self, server):
        self.server = server
        self.web = client.Web(server.http_port)
        self.operations, self.document = document.operations(self.web)
        self.nobody = self.web.caller("nobody")
        self.ids, self.waiting = {}, []
        self.admin = self.first()
        self.roles = {row["name"]: row["id"] for row in self.admin.do("GET", "/roles?size=100")["items"]}
        self.network()
        self.people()
        self.subscribers()
        self.history()
        self.web.faults.secrets |= {PASSWORD.encode(), b"customer-secret", b"shared-secret-of-nas"}

    def first(self):
        """The administrator, as he begins: by the one-time password, which he changes."""
        old = one_time_password(self.server)
        self.web.faults.secrets.add(old.encode())
        cookie = self.sign_in("/session", "admin", old)
        beginner = self.web.caller("admin", cookie=cookie)
        beginner.do("PUT", "/me/password", {"old": old, "new": PASSWORD})
        self.admin_session = self.web.caller("admin by session", cookie=self.sign_in("/session", "admin", PASSWORD))
        tokens = [self.admin_session.do("POST", "/me/tokens", {"name": f"test {number}"}, shows_secret=True)["token"]
                  for number in range(TOKENS)]
        return self.web.caller("admin", tokens)

    def sign_in(self, path, username, password):
        answer = self.web.ask("POST", path, {"username": username, "password": password})
        if answer.status != 200:
            raise RuntimeError(f"{username} can't sign in: {answer!r}")
        return answer.headers["Set-Cookie"].split(";")[0]

    def operator(self, name, roles, reseller=None):
        """An operator with several tokens. The tokens are put into the database, where they are made much faster."""
        made = self.admin.do("POST", "/operators", {"username": name, "role_ids": roles, "reseller_id": reseller,
                                                    "password": PASSWORD})
        self.ids[name] = made["id"]
        caller = self.web.caller(name, self.tokens(made["id"], TOKENS if reseller else 2))
        self.flush()
        return caller

    def later(self, sql):
        """SQL that is run by the next flush: a client costs more than what it does."""
        self.waiting.append(sql)

    def flush(self):
        if self.waiting:
            self.rows(";".join(self.waiting))
        self.waiting = []

    def colleague(self, name, role, reseller="null", tokens=1):
        """An operator who never signs in: that saves making a password's hash. His numbers are none that are tried."""
        self.far = getattr(self, "far", 7_000_000_000) + 1000
        self.later(f"""
            insert into operators (id, username, password_scrypt, must_change, reseller_id)
            values ({self.far}, '{name}', '', false, {reseller});
            insert into operator_roles (operator_id, role_id) values ({self.far}, {role});
            select setval('api_tokens_id_seq', {self.far})""")
        return self.web.caller(name, self.tokens(self.far, tokens))

    def tokens(self, operator, count, scopes=None):
        tokens = ["tk_" + secrets.token_urlsafe(32) for _ in range(count)]
        given = "null" if scopes is None else "array[" + ",".join(f"'{name}'" for name in scopes) + "]::text[]"
        rows = ",".join(f"({operator}, 'test', '\\x{hashlib.sha256(token.encode()).hexdigest()}', 'tk_', {given})"
                        for token in tokens)
        self.later(f"update operators set must_change = false where id = {operator} and must_change;"
                  f"insert into api_tokens (operator_id, name, token_hash, prefix, scopes) values {rows}")
        return tokens

    def rows(self, sql):
        return self.server.rows(sql)

    def value(self, sql):
        return self.rows(sql)[0][0]

    def network(self):
        """Resellers, routers and services."""
        add = self.admin.do
        self.a = add("POST", "/resellers", {"name": f"{A}-net"})["id"]
        self.a1 = add("POST", "/resellers", {"name": f"{A1}-net", "parent_id": self.a})["id"]
        self.b = add("POST", "/resellers", {"name": f"{B}-net"})["id"]
        self.nas, self.service = {}, {}
        for number, word in enumerate([A, B, HOUSE, "common"]):
            self.nas[word] = add("POST", "/nas", {"name": f"nas-{word}", "ip": f"127.0.1.{number + 1}",
                                                  "secret": "shared-secret-of-nas"})["id"]
        for word in ["common", HOUSE]:
            self.service[word] = add("POST", "/services", {"name": f"svc-{word}"})["id"]
        for reseller, words in [(self.a, [A, "common"]), (self.a1, ["common"]), (self.b, [B, "common"])]:
            add("PUT", f"/resellers/{reseller}/nas", {"ids": [self.nas[word] for word in words]})
            add("PUT", f"/resellers/{reseller}/services", {"ids": [self.service["common"]]})

    def people(self):
        """Operators: of the house with each role that comes with the program, and of each reseller."""
        self.staff = {
            name: self.operator(f"house-{name.split()[0].lower()}", [role])
            for name, role in list(self.roles.items())}
        role = self.roles["Reseller"]
        self.by_a = self.operator(f"op-{A}", [role], self.a)
        self.by_a1 = self.operator(f"op-{A1}", [role], self.a1)
        self.by_b = self.operator(f"op-{B}", [role], self.b)
        self.role = {A: self.by_a.do("POST", "/roles", {"name": f"role-{A}", "permissions": ["nas.view"]})["id"],
                     B: self.by_b.do("POST", "/roles", {"name": f"role-{B}", "permissions": ["nas.view"]})["id"],
                     HOUSE: self.admin.do("POST", "/roles", {"name": f"role-{HOUSE}",
                                                             "permissions": ["nas.view"]})["id"]}
        self.service[A] = self.by_a.do("POST", "/services", {"name": f"svc-{A}"})["id"]
        self.service[B] = self.by_b.do("POST", "/services", {"name": f"svc-{B}"})["id"]

    def subscribers(self):
        self.subscriber = {}
        for number, (word, who) in enumerate([(A, self.by_a), (A1, self.by_a1), (B, self.by_b), (HOUSE, self.admin)]):
            for turn in range(2):
                name = f"sub-{word}-{turn}"
                self.subscriber.setdefault(word, []).append(who.do("POST", "/subscribers", {
                    "username": name, "password": "customer-secret", "full_name": f"{word} person {turn}",
                    "service_id": self.service["common"], "phone": f"+49 {number}{turn} {word}",
                    "email": f"{word}@{word}.example", "static_ip": f"10.{number}.0.{turn + 1}",
                    "mac_address": f"02:00:00:00:0{number}:0{turn}", "line_id": f"line-{word}-{turn}"})["id"])
        self.customer = self.web.caller(
            "customer", cookie=self.sign_in("/portal/session", f"sub-{A}-0", "customer-secret"))

    def history(self):
        """Sessions, logins and jobs of each, as routers and time would have made them."""
        paths = {word: self.value(f"select path from resellers where id = {own}")
                 for word, own in [(A, self.a), (A1, self.a1), (B, self.b)]} | {HOUSE: ""}
        self.session, self.job = {}, {}
        for number, (word, path) in enumerate(paths.items()):
            nas = self.nas.get(word, self.nas["common"])
            who = f"{self.subscriber[word][0]}, 'sub-{word}-0', {nas}, '127.0.1.9', '{path}'"
            about = f"'{word}-acct', '10.{number}.0.1', '02:00:00:00:0{number}:00', 1000, 2000, 'line-{word}-0'"
            self.rows(f"""
                insert into sessions_live (session_key, subscriber_id, username, nas_id, nas_ip, reseller_path,
                    acct_session_id, framed_ip, mac_address, input_octets, output_octets, line_id, started_at)
                values (decode(md5('live {word}'), 'hex'), {who}, {about}, now() - interval '1 hour');
                insert into sessions_closed (session_key, subscriber_id, username, nas_id, nas_ip, reseller_path,
                    acct_session_id, framed_ip, mac_address, input_octets, output_octets, line_id, started_at,
                    stopped_at, state)
                values (decode(md5('closed {word}'), 'hex'), {who}, {about}, now() - interval '4 days', now() - interval '3 days',
                    'closed');
                insert into radius_logs (subscriber_id, username, nas_id, nas_ip, reseller_path, outcome, reason, detail)
                values ({who}, 'reject', 'password', 'about {word}')""")
            # On a router that all use, too.
            self.rows(f"""
                insert into sessions_live (session_key, subscriber_id, username, nas_id, nas_ip, reseller_path,
                    acct_session_id)
                values (decode(md5('common {word}'), 'hex'), {self.subscriber[word][1]}, 'sub-{word}-1',
                    {self.nas["common"]}, '127.0.1.9', '{path}', '{word}-common')""")
            self.session[word] = self.value(f"select id from sessions_live where session_key = decode(md5('live {word}'), 'hex')")
        for word, who in [(A, self.by_a), (B, self.by_b), (HOUSE, self.admin)]:
            started = who.do("POST", "/subscribers/bulk", {
                "ids": self.subscriber[word], "action": "renew", "days": 1})
            self.job[word] = started["job_id"]
        self.webhook = self.admin.do("POST", "/webhooks", {
            "name": f"hook {HOUSE}", "url": "https://example.net/hook", "topics": ["*"], "is_active": False})["id"]
        self.rows(f"update jobs set title = title || ' {B}' where id = {self.job[B]};"
                  f"update jobs set title = title || ' {HOUSE}' where id = {self.job[HOUSE]}")
