"""What is wrong with a request is said, by status, code and field; nothing of it does harm."""
from interop import results

from api import access, client
from api.document import wrong

MEGABYTE = 1 << 20
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"]
DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def holder(world, operation):
    """Somebody who may call it."""
    return world.customer if access.is_portal(operation) else world.admin


def send(world, operation, body, kind="application/json"):
    headers = {**operation.headers(), "Content-Type": kind}
    return holder(world, operation)(operation.method, operation.target(operation.needed_query()), body, headers=headers)


def signs_in(operation):
    """These are limited to some ten a minute, so they get the few that matter most."""
    return operation.path in ("/session", "/portal/session", "/me/password", "/portal/password") or \
        operation.path.startswith("/me/second-factor")


def bodies(world):
    """Bodies that are no JSON, or no object, or of another type"""
    for operation in world.operations:
        if not operation.fields or signs_in(operation):
            continue
        cases = [("half of an object", b'{"a"', 400, "bad_json"), ("a word", b"null", 400, "bad_json"),
                 ("a list", b"[]", 400, "bad_json"), ("a text", b'"x"', 400, "bad_json"),
                 ("no UTF-8", b'{"a":"\xff\xfe"}', 400, "bad_json"), ("two objects", b"{}{}", 400, "bad_json"),
                 ("too deep", DEEP, 400, "bad_json"),
                 ("a half surrogate", b'{"a":"\\ud800"}', 400, "bad_json"),
                 ("an unknown field", b'{"no_such_field":1}', 422, "invalid")]
        bad = []
        for what, body, status, code in cases:
            answer = send(world, operation, body)
            if (answer.status, answer.code) != (status, code):
                bad.append((what, answer))
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]:
            answer = send(world, operation, b"{}", kind)
            if answer.status != 415:
                bad.append((f"of type {kind!r}", answer))
        results.check(f"{operation.name} refuses what is no JSON object", not bad, bad[:3])


def unknown_fields_are_named(world):
    """An unknown field is named"""
    for operation in world.operations:
        if operation.fields and not signs_in(operation):
            body = {**operation.sample(), "no_such_field": 1}
            answer = send(world, operation, body)
            results.check(f"{operation.name}: 422 names the unknown field",
                          answer.status == 422 and "no_such_field" in answer.problem.get("fields", {}), answer)


def fields(world):
    """A value that does not fit its field is refused, and the field named"""
    for operation in world.operations:
        if signs_in(operation):
            continue
        bad, count = [], 0
        for name, schema in operation.fields.items():
            for what, value in wrong(schema):
                body = {**operation.sample(), name: value}
                answer = send(world, operation, body)
                count += 1
                named = any(key.split(".")[0] == name for key in answer.problem.get("fields", {}))
                if answer.status not in (400, 422) or answer.status == 422 and not named:
                    bad.append((name, what, answer))
            if name in operation.required:
                body = operation.sample()
                del body[name]
                answer = send(world, operation, body)
                if answer.status != 422 or name not in answer.problem.get("fields", {}):
                    bad.append((name, "left out", answer))
        if operation.fields:
            results.check(f"{operation.name} refuses {count} values that do not fit", not bad, bad[:4])


def queries(world):
    """Parameters that there are not, given twice, or that do not fit"""
    for operation in world.operations:
        who, bad, count = holder(world, operation), [], 0
        if operation.is_write:
            continue

        def ask(text, who=who, operation=operation):
            needed = "&".join(f"{name}={value}" for name, value in operation.needed_query().items()
                              if f"{name}=" not in text)
            return who.get(operation.target() + "?" + "&".join(part for part in [needed, text] if part))

        answer = ask("no_such_parameter=1")
        if answer.status != 422 or "no_such_parameter" not in answer.problem.get("fields", {}):
            bad.append(("unknown", answer))
        for text in ["a=%zz", "a=%ff", "a=%00"]:
            answer = ask(text)
            if answer.status != 400:
                bad.append((text, answer))
        for parameter in operation.query:
            for what, text in wrong_query(parameter["schema"]):
                count += 1
                answer = ask(f"{parameter['name']}={text}")
                if answer.status not in (400, 414, 422) or answer.status == 422 and not answer.problem.get("fields"):
                    bad.append((parameter["name"], what, answer))
        results.check(f"{operation.name} refuses {count} parameters that do not fit", not bad, bad[:4])


def wrong_query(schema):
    kind = schema.get("type")
    yield "NUL", "%00"
    if kind == "integer":
        for text in ["x", "1.5", "%2B1", "1e3", "0x10", "99999999999999999999", "%20"]:
            yield text, text
        if schema["minimum"] > -(2**63):
            yield "too small", schema["minimum"] - 1
        if schema["maximum"] < 2**63 - 1:
            yield "too large", schema["maximum"] + 1
    elif kind == "boolean":
        for text in ["1", "yes", "TRUE", ""]:
            yield text, text
    elif "enum" in schema:
        yield "none of them", "no-such"
        yield "SQL", "id;drop%20table%20subscribers"
    elif schema.get("format") in ("date", "date-time"):
        for text in ["yesterday", "2026-13-01T00:00:00Z", "2026-02-30"]:
            yield text, text
    elif "maxLength" in schema:
        yield "too long", "x" * (schema["maxLength"] + 1)
    elif kind == "array" and "enum" in schema["items"]:
        yield "SQL", "id,(select%201)"


def paths(world):
    """What is no id leads nowhere, and so does an unknown path"""
    for operation in world.operations:
        for part in ["id", "token_id"]:
            if "{" + part + "}" not in operation.path:
                continue
            bad = []
            for text in ["x", "0", "-1", "1.0", "9223372036854775808", "1'--", "\0", "%", "..", "1 or 1=1"]:
                target = operation.target(operation.needed_query(), **{part: text})
                if text == "..":
                    target = operation.path.replace("{" + part + "}", "%2e%2e").replace("{id}", "1")
                answer = holder(world, operation)(
                    operation.method, target, operation.sample(), headers=operation.headers())
                if answer.status not in (400, 404):
                    bad.append((text, answer))
            results.check(f"{operation.name}: what is no {part} is not there", not bad, bad[:3])
    for path in ["", "/", "/nothing", "/subscribers/", "/subscribers//1", "/Subscribers", "/nas/1/2/3/4", "/../v1/nas"]:
        answer = world.admin.get(path)
        results.check(f"GET {path or '(the root)'}: 404", answer.status in (400, 404), answer)


def methods(world):
    """A method that an address does not have: 405, with those that it has"""
    allowed = {}
    for operation in world.operations:
        allowed.setdefault(operation.path, [set(), operation])[0].add(operation.method)
    for path, (has, operation) in allowed.items():
        bad = []
        # A number would also be a name: the same address may be two paths.
        clash = {other for other, (_, one) in allowed.items() if other != path and fits(other, operation.target())}
        more = set().union(*[allowed[other][0] for other in clash])
        for method in METHODS:
            if method in has | more:
                continue
            answer = world.admin(method, operation.target())
            told = allow(answer)
            if answer.status != 405 or not has <= told or told - has - more - {"HEAD", "OPTIONS"}:
                bad.append((method, answer, told))
        answer = world.nobody("OPTIONS", operation.target())
        if answer.status != 204 or not has <= allow(answer):
            bad.append(("OPTIONS", answer, allow(answer)))
        results.check(f"{path} has {', '.join(sorted(has))} and refuses the rest", not bad, bad[:3])


def allow(answer):
    return {word.strip() for word in (answer.headers.get("Allow") or "").split(",")}


def fits(pattern, path):
    sides = list(zip(pattern.split("/"), path.split("/")))
    return len(pattern.split("/")) == len(path.split("/")) and all(
        left == right or left.startswith("{") for left, right in sides)


def sizes(world):
    """A body that is too large is refused before it is read"""
    port = world.web.port
    token = f"Authorization: Bearer {world.admin.tokens[0]}\r\n"
    for operation in world.operations:
        if not operation.fields or access.is_portal(operation) or signs_in(operation):
            continue
        head = (f"{operation.method} {client.ROOT}{operation.target()} HTTP/1.1\r\nHost: x\r\n{token}"
                f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {MEGABYTE + 1}\r\n\r\n")
        answer = client.raw(port, head.encode())
        results.check(f"{operation.name} with a megabyte and a byte: 413", answer.startswith(b"HTTP/1.1 413"),
                      answer[:200])
    head = f"GET {client.ROOT}/nas HTTP/1.1\r\nHost: x\r\n{token}Connection: close\r\nX-Long: {'x' * 70_000}\r\n\r\n"
    answer = client.raw(port, head.encode())
    results.check("headers that are too large: 431", answer.startswith(b"HTTP/1.1 431"), answer[:200])


def sign_ins(world):
    """Signing in takes names and passwords only, and tells nothing by how it refuses"""
    def sign_in(body, path="/session", kind="application/json"):
        return world.nobody("POST", path, body, headers={"Content-Type": kind})
    for path in ["/session", "/portal/session"]:
        for what, body, status in [("nothing", {}, 422), ("a list", [], 400), ("numbers", {"username": 1, "password": 2}, 422),
                                   ("NUL", {"username": "a\0b", "password": "x"}, 422),
                                   ("too long", {"username": "a", "password": "x" * 1025}, 422)]:
            answer = sign_in(body, path)
            results.check(f"POST {path} with {what}: {status}", answer.status == status, answer)
        answer = sign_in(b"{}", path, "text/plain")
        results.check(f"POST {path} as text: 415", answer.status == 415, answer)
    known = sign_in({"username": "house-operator", "password": "wrong"})
    unknown = sign_in({"username": "nobody-at-all", "password": "wrong"})
    results.check("a wrong password and an unknown name are answered alike",
                  known.plain == unknown.plain and known.status == 401, (known, unknown))
    known = sign_in({"username": "sub-bravo-0", "password": "wrong"}, "/portal/session")
    unknown = sign_in({"username": "nobody-at-all", "password": "wrong"}, "/portal/session")
    results.check("so are customers", known.plain == unknown.plain and known.status == 401, (known, unknown))
    operator = sign_in({"username": "admin", "password": "walnut-tram-Lisbon-42-river"}, "/portal/session")
    results.check("an operator is no customer", operator.plain == unknown.plain, operator)


def run_all(world):
    for test in [bodies, unknown_fields_are_named, fields, queries, paths, methods, sizes, sign_ins]:
        results.run(test, world)
    access.look(world, "malformed")
