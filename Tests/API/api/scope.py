"""From the wrong side: whatever a reseller asks, nothing of what is not his is in the answer, and an id of another's row
is answered like one that does not exist."""
import itertools
import urllib.parse

from interop import results

from api import access
from api.document import NOWHERE
from api.world import A, A1, B, HOUSE

NOTHING = NOWHERE["id"]
#: What is changed or made must be none of this. Sessions of people and what the clock makes are left out.
PRINT = """
    select 'subscribers', count(*), md5(coalesce(string_agg(t::text, '' order by id), '')) from subscribers t
    union all select 'services', count(*), md5(coalesce(string_agg(t::text, '' order by id), '')) from services t
    union all select 'tiers', count(*), md5(coalesce(string_agg(t::text, '' order by t::text), '')) from service_tiers t
    union all select 'nas', count(*), md5(coalesce(string_agg((to_jsonb(t) - 'last_seen')::text, '' order by id), ''))
      from nas_devices t
    union all select 'resellers', count(*), md5(coalesce(string_agg(t::text, '' order by id), '')) from resellers t
    union all select 'operators', count(*),
                     md5(coalesce(string_agg((to_jsonb(t) - 'last_login_at')::text, '' order by id), ''))
      from operators t
    union all select 'roles', count(*), md5(coalesce(string_agg(t::text, '' order by id), '')) from roles t
    union all select 'operator_roles', count(*), md5(coalesce(string_agg(t::text, '' order by t::text), ''))
      from operator_roles t
    union all select 'mapped', count(*), md5(coalesce(string_agg(t::text, '' order by t::text), ''))
      from (select reseller_id, nas_id, 'n' from reseller_nas
             union all select reseller_id, service_id, 's' from reseller_services) t
    union all select 'attributes', (select count(*) from reply_attributes) + (select count(*) from check_attributes), ''
    union all select 'webhooks', count(*), md5(coalesce(string_agg(t::text, '' order by id), '')) from webhooks t
    union all select 'tokens', count(*) filter (where revoked_at is null), '' from api_tokens
    union all select 'sessions', count(*) filter (where revoked_at is null), '' from web_sessions
    union all select 'jobs', count(*), string_agg(id || state || cancel_requested, ',' order by id)
      from jobs where actor like 'operator:%'
    union all select 'uploads', count(*), '' from uploads
    union all select 'audit', count(*), '' from audit_log where actor like 'operator:%'
    union all select 'events', count(*), '' from change_feed where topic not in ('identity', 'jobs')
    order by 1"""


def settle(world):
    """Waits until no job of a person is at work, so that nothing moves but by what is asked."""
    results.until(30, lambda: world.value(
        "select count(*) from jobs where actor like 'operator:%' and state in ('queued', 'running')") == "0")


def foreign(world):
    """Ids of rows that A does not see, by the path they are read below."""
    return {
        "subscribers": [world.subscriber[B][0], world.subscriber[HOUSE][0]],
        "services": [world.service[B], world.service[HOUSE]],
        "nas": [world.nas[B], world.nas[HOUSE]],
        "operators": [world.ids[f"op-{B}"], world.ids["house-operator"]],
        "resellers": [world.b], "roles": [world.role[B], world.role[HOUSE]],
        "sessions": [world.session[B], world.session[HOUSE]], "jobs": [world.job[B], world.job[HOUSE]],
        "webhooks": [world.webhook]}


def words_of(caller_words):
    return [word for word in [A, A1, B, HOUSE] if word not in caller_words]


def leaks(answer, words):
    """Words of others in an answer. A refusal may say what it was asked."""
    return answer.status == 200 and [word for word in words if word.encode() in answer.raw.lower()]


def ids_of_others_are_not_there(world):
    """Each id of another's row: 404 with the same words as for an id that does not exist, and nothing happens"""
    settle(world)
    before = world.rows(PRINT)
    for operation in world.operations:
        kind = operation.path.split("/")[1]
        if "{id}" not in operation.path or kind not in foreign(world) or access.is_portal(operation):
            continue
        told = say(world, operation, NOTHING)
        for number in foreign(world)[kind]:
            version = '"1"' if not operation.needs_version else None
            answer = say(world, operation, number, version or own_version(world, kind, number))
            results.check(f"{operation.name} of another's: {told.status}, as if it were not there",
                          answer.plain == told.plain and answer.status in (403, 404), (answer, told))
        after = world.rows(PRINT)
        results.check(f"{operation.name} of another's changes nothing", after == before, differing(before, after))
        before = after


def say(world, operation, number, version='"1"'):
    """As A would do it with a good body and the row's very version."""
    body = operation.sample()
    if operation.path == "/subscribers/{id}":
        body = {"notes": "mine"} if operation.method == "PATCH" else None
    query = operation.needed_query()
    if "nas_id" in query:
        query["nas_id"] = world.nas[A]
    return world.by_a(operation.method, operation.target(query, id=number), body, headers=operation.headers(version))


def own_version(world, kind, number):
    table = {"nas": "nas_devices"}.get(kind, kind)
    return f'"{world.value(f"select version from {table} where id = {number}")}"'


def differing(before, after):
    return [(old, new) for old, new in zip(before, after) if old != new]


def lists(world):
    return [operation for operation in world.operations
            if operation.method == "GET" and "{" not in operation.path and operation.path != "/events"
            and not operation.is_open and not access.is_portal(operation)]


def values(world):
    """What is known of B and of the house, to be asked for."""
    numbers = sorted({int(number) for numbers in foreign(world).values() for number in numbers})
    return {
        "integer": numbers,
        "string": [f"sub-{B}-0", f"sub-{HOUSE}-0", f"nas-{B}", f"svc-{B}", f"{B}-net", f"op-{B}", "10.2.0.1", "10.3.0.1",
                   "02:00:00:00:02:00", f"line-{B}-0", "127.0.1.2", "password", "mikrotik", "subscribers.bulk"]}


def nothing_of_others_in_lists(world):
    """Every list, figure and file, with every column, filter, search word and order: nothing of others is in it"""
    for name, caller, words in [("A", world.by_a, words_of([A, A1])), ("A's below", world.by_a1, words_of([A1])),
                                ("B", world.by_b, words_of([B]))]:
        held = set(caller.do("GET", "/me")["permissions"])
        for operation in lists(world):
            if operation.permission and operation.permission not in held:
                continue
            bad, count = [], 0
            asked = queries(world, operation)
            # Filters and orders are the same for all who are no house.
            for query in asked if name == "A" else [one for one in asked if set(one) <= {"fields", "q"}]:
                answer = caller.get(operation.target(query), shows_secret=True)
                count += 1
                if answer.status not in (200, 422) or leaks(answer, words):
                    bad.append((query, leaks(answer, words), answer))
            results.check(f"{operation.name} as {name}: nothing of others in {count} answers", not bad, bad[:3])


def queries(world, operation):
    """Plain; with all columns; in each order; with each filter; searched for each word."""
    yield operation.needed_query()
    base, known = {}, {parameter["name"]: parameter["schema"] for parameter in operation.query}
    if "fields" in known:
        base = {"fields": ",".join(known["fields"]["items"]["enum"])}
        yield base
    for order in known.get("sort", {}).get("enum", []):
        yield {**base, "sort": order}
    for word in [A, A1, B, HOUSE, "sub", "common", "%", "_", "person", "10.2.0.1", "'"]:
        if "q" in known:
            yield {**base, "q": word}
    for name, schema in known.items():
        if name in ("sort", "fields", "q", "after", "before", "size"):
            continue
        for value in filter_values(world, schema):
            yield {**base, name: value}


def filter_values(world, schema):
    if "enum" in schema:
        return schema["enum"]
    if schema.get("type") == "boolean":
        return ["true", "false"]
    if schema.get("format") in ("date", "date-time"):
        return ["2020-01-01T00:00:00Z" if schema["format"] == "date-time" else "2020-01-01"]
    if "prefix" in schema.get("format", "") or "anyOf" in schema:
        return ["0.0.0.0/0", "127.0.1.2"]
    return values(world).get(schema.get("type"), [])


def filters_tell_nothing(world):
    """A filter by another's id finds as much as one by an id that does not exist, and says so in the same words"""
    for operation in lists(world):
        for parameter in operation.query:
            # What vendors there are is no secret.
            if operation.path.startswith("/dictionaries") or parameter["schema"].get("type") != "integer" or parameter["name"] in ("size", "id", "port"):
                continue
            told = world.by_a.get(operation.target({parameter["name"]: NOTHING}))
            for number in values(world)["integer"]:
                if number in mine(world, parameter["name"]):
                    continue
                answer = world.by_a.get(operation.target({parameter["name"]: number}))
                same = answer.plain == told.plain
                if not same:
                    results.check(f"{operation.name}?{parameter['name']}={number} tells nothing", False, (answer, told))
            results.check(f"{operation.name}?{parameter['name']} of others tells nothing", True)


def mine(world, name):
    """Numbers that happen to be A's own in what a filter is about."""
    return {
        "service": {world.service[A], world.service["common"]}, "nas": {world.nas[A], world.nas["common"]},
        "subscriber": set(world.subscriber[A] + world.subscriber[A1]), "reseller": {world.a, world.a1},
        "parent": {world.a, world.a1}}.get(name, set())


def cursors_do_not_lead_out(world):
    """A cursor of the house's or of another's list shows a reseller his own rows"""
    for path in ["/subscribers", "/sessions", "/radius-log", "/nas", "/services", "/operators", "/sessions/history"]:
        for caller in [world.admin, world.by_b]:
            page = caller.do("GET", f"{path}?size=1")
            if not page["next"]:
                continue
            for way in ["after", "before"]:
                answer = world.by_a.get(f"{path}?size=50&{way}={urllib.parse.quote(page['next'])}")
                results.check(f"GET {path}?{way}= with another's cursor shows nothing of others",
                              answer.status in (200, 422) and not leaks(answer, [B, HOUSE]), answer)


def figures(world):
    """Counts are of one's own: the dashboard, totals, and how many have a service that several sell"""
    own = len(world.subscriber[A]) + len(world.subscriber[A1])
    board = world.by_a.do("GET", "/dashboard")
    results.same("the dashboard counts A's subscribers", board["subscribers"], own)
    results.same("the dashboard counts A's live sessions", board["online"], 4)
    results.same("the dashboard counts A's routers", board["nas"], 2)
    results.same("the list's total is A's", world.by_a.do("GET", "/subscribers")["total"], own)
    common = world.service["common"]
    results.same("a service that several sell shows how many of A's have it",
                 world.by_a.do("GET", f"/services/{common}").get("subscribers"), own)
    versions = world.by_a.do("GET", f"/services/{common}/versions")["items"]
    results.same("so do its versions", sum(row["subscribers"] for row in versions), own)
    row = world.by_a.do("GET", "/nas?fields=id,active_sessions&name=nas-common")["items"][0]
    # Two of A1's and one of A's; B and the house have theirs.
    results.same("a router that several use shows A's sessions on it", row["active_sessions"], 3)
    router = world.by_a.do("GET", f"/nas/{world.nas['common']}")
    results.same("so does it alone", router["active_sessions"], 3)
    etag = world.admin.get(f"/services/{common}").etag
    world.admin.do("PATCH", f"/services/{common}", {"default_nas_id": world.nas["common"]}, headers={"If-Match": etag})
    router = world.by_a.do("GET", f"/nas/{world.nas['common']}")
    results.same("and how many of A's have it as theirs", router["total_users"], own)


def details(world):
    """What is read of one's own rows, and of rows that are shared, holds nothing of others"""
    own = {"subscribers": world.subscriber[A] + world.subscriber[A1], "services": [world.service[A],
           world.service["common"]], "nas": [world.nas[A], world.nas["common"]], "resellers": [world.a, world.a1],
           "operators": [world.ids[f"op-{A}"], world.ids[f"op-{A1}"]], "sessions": [world.session[A]],
           "jobs": [world.job[A]], "roles": [world.role[A]]}
    held = set(world.by_a.do("GET", "/me")["permissions"])
    for operation in world.operations:
        kind = operation.path.split("/")[1]
        if operation.method != "GET" or "{id}" not in operation.path or kind not in own:
            continue
        if operation.permission and operation.permission not in held:
            continue
        for number in own[kind]:
            for nas in world.nas.values() if "nas_id" in operation.needed_query() else [None]:
                answer = world.by_a.get(operation.target({"nas_id": nas} if nas else None, id=number))
                isOwn = nas in (None, world.nas[A], world.nas["common"])
                results.check(f"{operation.name} of A's own ({number}{f', NAS {nas}' if nas else ''})",
                              answer.status == (200 if isOwn else 404) and not leaks(answer, [B, HOUSE, "house-"]),
                              answer)


def the_other_way_round(world):
    """A sees what is below him; whoever is below sees nothing above"""
    for number in world.subscriber[A1]:
        results.same("A sees a subscriber of the reseller below", world.by_a.get(f"/subscribers/{number}").status, 200)
    below = [("subscribers", world.subscriber[A][0]), ("resellers", world.a), ("operators", world.ids[f"op-{A}"]),
             ("services", world.service[A]), ("nas", world.nas[A]), ("sessions", world.session[A]),
             ("jobs", world.job[A]), ("roles", world.role[A])]
    for kind, number in below:
        results.same(f"the reseller below does not see A's /{kind}", world.by_a1.get(f"/{kind}/{number}").status, 404)
    about = world.by_a1.do("GET", f"/resellers/{world.a1}")
    results.check("nor who is above", about.get("parent_id") is None, about)


def combinations(world):
    """Two filters at once, one of them another's"""
    bad, count = [], 0
    for operation in lists(world):
        names = [parameter["name"] for parameter in operation.query
                 if parameter["name"] in ("nas", "reseller", "service", "subscriber", "username", "ip", "status")]
        for one, other in itertools.combinations(names, 2):
            query = {name: {"nas": world.nas["common"], "reseller": world.b, "service": world.service["common"],
                            "subscriber": world.subscriber[B][0], "username": f"sub-{B}-0", "ip": "10.2.0.1",
                            "status": "active"}[name] for name in (one, other)}
            answer = world.by_a.get(operation.target(query))
            count += 1
            if leaks(answer, [B, HOUSE]):
                bad.append((operation.name, query, answer))
    results.check(f"nothing of others in {count} answers", not bad, bad[:3])


def run_all(world):
    for test in [ids_of_others_are_not_there, nothing_of_others_in_lists, filters_tell_nothing, cursors_do_not_lead_out,
                 figures, details, the_other_way_round, combinations]:
        results.run(test, world)
    access.look(world, "scope")
