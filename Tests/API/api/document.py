"""What the server says of itself: its operations, and samples of what they take."""
import urllib.parse

#: What stands in for the parts of a path where nothing is to be found.
NOWHERE = {"id": "999999999", "token_id": "999999999", "source": "192.0.2.222", "name": "nothing"}


class Operation:
    def __init__(self, method, path, about):
        self.method, self.path, self.about = method, path, about
        self.permission = about.get("x-permission")
        self.is_open = about.get("security") == []
        self.statuses = {int(status) for status in about["responses"]}
        self.parameters = about.get("parameters", [])

    @property
    def name(self):
        return f"{self.method} {self.path}"

    @property
    def is_write(self):
        return self.method != "GET"

    @property
    def query(self):
        return [parameter for parameter in self.parameters if parameter["in"] == "query"]

    @property
    def needs_version(self):
        return any(parameter["name"] == "If-Match" for parameter in self.parameters)

    @property
    def content(self):
        """(media type, schema) of the body; None when it takes none."""
        body = self.about.get("requestBody")
        return next(((kind, part["schema"]) for kind, part in body["content"].items()), None) if body else None

    @property
    def fields(self):
        """Schemas of the body's members by name."""
        content = self.content
        return content[1].get("properties", {}) if content and content[0] == "application/json" else {}

    @property
    def required(self):
        return self.content[1].get("required", []) if self.fields else []

    def target(self, query=None, **parts):
        path = self.path
        for name, value in {**NOWHERE, **parts}.items():
            path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

    def sample(self, **values):
        """The least body that is let through; bytes for what is not JSON."""
        if not self.content:
            return None
        if not self.fields and self.content[0] != "application/json":
            return b"username,password\n"
        return {**{name: sample(self.fields[name]) for name in self.required}, **values}

    def headers(self, version='"1"'):
        headers = {"If-Match": version} if self.needs_version else {}
        if self.content:
            headers["Content-Type"] = self.content[0]
        return headers

    def needed_query(self):
        return {parameter["name"]: sample(parameter["schema"]) for parameter in self.query if parameter["required"]}


def operations(web):
    """All of the server's, and the document itself."""
    document = web.ask("GET", "/openapi.json").json
    return [Operation(method.upper(), path, about) for path, methods in document["paths"].items()
            for method, about in methods.items()], document


def sample(schema):
    """Something that fits."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if "anyOf" in schema:
        return "192.0.2.77"
    if kind == "string":
        return sample_text(schema)
    if kind == "integer":
        return max(1, schema.get("minimum", 1))
    if kind == "array":
        return [sample(schema["items"])] * max(schema.get("minItems", 0), 0)
    if kind == "object":
        return {name: sample(part) for name, part in schema.get("properties", {}).items()
                if name in schema.get("required", [])}
    return {"boolean": True, "number": 1.5}[kind]


def sample_text(schema):
    formats = {"date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01", "ipv4": "192.0.2.77", "ipv6": "2001:db8::7",
               "uri": "https://example.net/hook"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if "prefix" in schema.get("description", "") or "address" in schema.get("description", ""):
        return "192.0.2.77"
    least = schema.get("minLength", 1)
    return ("sample-" * 10)[:max(least, 8)] if least <= 70 else "s" * least


def wrong(schema):
    """(what it is, value) pairs that do not fit a schema."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds and "anyOf" in schema:
        kinds = ["string"] + (["null"] if {"type": "null"} in schema["anyOf"] else [])
    if not kinds and "enum" not in schema:
        return
    others = {"string": "word", "integer": 7, "boolean": True, "array": [], "object": {}, "null": None}
    for kind, value in others.items():
        fits = kind in kinds or (kind == "integer" and "number" in kinds)
        if not fits and not (kind in ("string", "null") and value in schema.get("enum", [])):
            yield f"{kind} in place of {'/'.join(kinds)}", value
    if "integer" in kinds:
        yield "a fraction", 1.5
        yield "below the least", schema.get("minimum", -(2**63)) - 1
        yield "above the most", schema.get("maximum", 2**63 - 1) + 1
        yield "a huge number", 10**40
    if "string" in kinds:
        yield from wrong_texts(schema)
    if "array" in kinds:
        for what, value in wrong(schema["items"]):
            yield f"a list with {what}", [value]
        if "maxItems" in schema:
            yield "too many", [sample(schema["items"])] * (schema["maxItems"] + 1)


def wrong_texts(schema):
    if "maxLength" in schema:
        yield "too long", "x" * (schema["maxLength"] + 1)
    if schema.get("minLength", 0) > 0:
        yield "empty", ""
    if "enum" in schema or "format" in schema or "anyOf" in schema or "pattern" in schema:
        yield "with NUL", "a\0b"
    if "enum" in schema or schema.get("format") in ("date", "date-time", "ipv4", "ipv6", "uri"):
        yield "of no such form", "no such thing"
