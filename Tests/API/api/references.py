"""Ids in the body of a write: one of another's row is refused like one that does not exist, and leaves nothing behind:
no row, no job, no entry of the audit log, no event."""
from interop import results

from api import access
from api.document import NOWHERE
from api.scope import PRINT, differing, settle
from api.world import A, A1, B, HOUSE, PASSWORD

NOTHING = int(NOWHERE["id"])


def etag(world, path):
    return {"If-Match": world.admin.get(path).etag or '"1"'}


def cases(world):
    """(what, method, path, a body of an id, the foreign ids, an own id that is taken or None)"""
    own, ours = f"/subscribers/{world.subscriber[A][0]}", world.subscriber[A]
    theirs = [world.subscriber[B][0], world.subscriber[HOUSE][0]]
    services, routers = [world.service[B], world.service[HOUSE]], [world.nas[B], world.nas[HOUSE]]
    for field in ["service_id", "next_service_id"]:
        yield f"a new subscriber's {field}", "POST", "/subscribers", lambda number, field=field: {
            "username": "new-one", field: number}, services
        yield f"a subscriber's {field}", "PATCH", own, lambda number, field=field: {field: number}, services
    yield "a new subscriber's reseller", "POST", "/subscribers", lambda number: {
        "username": "new-one", "reseller_id": number}, [world.b]
    yield "a subscriber's reseller", "PATCH", own, lambda number: {"reseller_id": number}, [world.b]
    yield "a new service's NAS", "POST", "/services", lambda number: {
        "name": "new-one", "default_nas_id": number}, routers
    yield "a service's NAS", "PATCH", f"/services/{world.service[A]}", lambda number: {
        "default_nas_id": number}, routers
    yield "a service's NAS, at renewal", "PATCH", f"/services/{world.service[A]}", lambda number: {
        "default_nas_id": number, "apply": "renewal"}, routers
    yield "a new reseller's parent", "POST", "/resellers", lambda number: {
        "name": "new-one", "parent_id": number}, [world.b]
    yield "a reseller's parent", "PATCH", f"/resellers/{world.a1}", lambda number: {"parent_id": number}, [world.b]
    yield "a reseller's routers", "PUT", f"/resellers/{world.a1}/nas", lambda number: {
        "ids": [world.nas["common"], number]}, routers
    yield "a reseller's services", "PUT", f"/resellers/{world.a1}/services", lambda number: {
        "ids": [world.service["common"], number]}, services
    yield "a new operator's reseller", "POST", "/operators", lambda number: {
        "username": "new-one", "reseller_id": number}, [world.b]
    yield "a new operator's roles", "POST", "/operators", lambda number: {
        "username": "new-one", "role_ids": [number]}, [world.role[B], world.role[HOUSE]]
    yield "an operator's roles", "PATCH", f"/operators/{world.ids[f'op-{A1}']}", lambda number: {
        "role_ids": [number]}, [world.role[B], world.role[HOUSE]]
    yield "a new role's reseller", "POST", "/roles", lambda number: {
        "name": "new-one", "permissions": [], "reseller_id": number}, [world.b]
    for action, more in [("renew", {"days": 1}), ("suspend", {}), ("remove", {}), ("set-expiry", {"expiry_date": None})]:
        yield f"subscribers to {action}", "POST", "/subscribers/bulk", lambda number, action=action, more=more: {
            "ids": [*ours, number], "action": action, **more}, theirs
        yield f"subscribers to {action}, alone", "POST", "/subscribers/bulk", lambda number, action=action, more=more: {
            "ids": [number], "action": action, **more}, theirs
    yield "a preview's subscribers", "POST", "/subscribers/bulk/preview", lambda number: {"ids": [*ours, number]}, theirs
    yield "the service of many", "POST", "/subscribers/bulk", lambda number: {
        "ids": ours, "action": "set-service", "service_id": number}, services
    yield "the service of many, at renewal", "POST", "/subscribers/bulk", lambda number: {
        "ids": ours, "action": "set-service", "service_id": number, "apply": "renewal"}, services
    yield "the reseller of many", "POST", "/subscribers/bulk", lambda number: {
        "ids": ours, "action": "move-reseller", "reseller_id": number}, [world.b]
    for name, values in [("service", services), ("reseller", [world.b]), ("id", theirs)]:
        yield f"a filter by {name}", "POST", "/subscribers/bulk", lambda number, name=name: {
            "filter": {name: number}, "action": "suspend"}, values


def foreign_references(world):
    """Every reference of a write's body, from the wrong side"""
    settle(world)
    before = world.rows(PRINT)
    for what, method, path, body, numbers in cases(world):
        headers = etag(world, path) if method == "PATCH" else {}
        told = world.by_a(method, path, body(NOTHING), headers=headers)
        # A filter that finds nothing is told so; everything else is not there.
        wanted = 409 if "filter" in what else 404
        for number in numbers:
            answer = world.by_a(method, path, body(number), headers=headers)
            results.check(f"{what}, another's: {wanted}, as if it were not there",
                          answer.plain == told.plain and answer.status == wanted, (answer, told))
        after = world.rows(PRINT)
        results.check(f"{what}, another's: no row, no job, no audit entry, no event", before == after,
                      differing(before, after))
        before = after


def words_in_filters(world):
    """A bulk action's filter finds one's own only, whatever it asks for"""
    everyone = world.by_a.do("POST", "/subscribers/bulk/preview", {"filter": {}})["count"]
    results.same("all that there are: A's and A1's", everyone, len(world.subscriber[A]) + len(world.subscriber[A1]))
    for filter in [{"q": B}, {"username": f"sub-{B}-0"}, {"ip": "10.2.0.1"}, {"mac": "02:00:00:00:02:00"},
                   {"line": f"line-{B}-0"}]:
        count = world.by_a.do("POST", "/subscribers/bulk/preview", {"filter": filter})["count"]
        results.same(f"{filter} finds nobody of another's", count, 0)


def imports_take_own_services(world):
    """A file to be imported names services: another's is as unknown as one that does not exist"""
    def check(service):
        body = f"username,password,service\r\nimported-1,customer-secret,{service}\r\n".encode()
        return world.by_a("POST", "/subscribers/import/check", body, headers={"Content-Type": "text/csv"})
    own = check(f"svc-{A}")
    results.check("one's own is taken", own.status == 200 and not own.json["faults"], own)
    told = check("svc-nothing").json["faults"]
    results.check("one that does not exist is a fault", len(told) == 1, told)
    for word in [B, HOUSE]:
        faults = check(f"svc-{word}").json["faults"]
        results.same(f"{word}'s is the same fault",
                     [fault["message"].replace(f"svc-{word}", "") for fault in faults],
                     [fault["message"].replace("svc-nothing", "") for fault in told])
    taken = world.by_a("POST", "/subscribers/import/check", f"username\r\nsub-{B}-0\r\n".encode(),
                       headers={"Content-Type": "text/csv"})
    results.check("a user name that another has is refused without saying whose it is",
                  taken.status == 200 and len(taken.json["faults"]) == 1 and f"{B}-net" not in str(taken.json), taken)


def nothing_is_given_that_is_not_held(world):
    """Nobody gives a permission or role that he does not hold, and no reseller gives anything to the house"""
    before = world.rows(PRINT)
    administrator = world.roles["Administrator"]
    for what, method, path, body in [
            ("a role of more", "POST", "/roles", {"name": "more", "permissions": ["nas.create"]}),
            ("the administrator's role", "POST", "/operators", {"username": "new-one", "role_ids": [administrator]}),
            ("the administrator's role to himself", "PATCH", f"/operators/{world.ids[f'op-{A}']}",
             {"role_ids": [administrator]}),
            ("a subscriber to the house", "PATCH", f"/subscribers/{world.subscriber[A][0]}", {"reseller_id": None}),
            ("many to the house", "POST", "/subscribers/bulk",
             {"ids": world.subscriber[A], "action": "move-reseller", "reseller_id": None}),
            ("a reseller to the house", "PATCH", f"/resellers/{world.a1}", {"parent_id": None}),
            ("himself another place", "PATCH", f"/resellers/{world.a}", {"parent_id": world.a1}),
            ("himself a router", "PUT", f"/resellers/{world.a}/nas", {"ids": [world.nas["common"]]}),
            ("himself a service", "PUT", f"/resellers/{world.a}/services", {"ids": []}),
            ("a change to the house's service", "PATCH", f"/services/{world.service['common']}", {"name": "mine"})]:
        answer = world.by_a(method, path, body, headers=etag(world, path) if method == "PATCH" else {})
        results.check(f"A can't give {what}", answer.status in (403, 404, 409), answer)
    session = world.web.caller("op-alfa by session", cookie=world.sign_in("/session", f"op-{A}", PASSWORD))
    before = world.rows(PRINT)
    answer = session("POST", "/me/tokens", {"name": "more", "scopes": ["nas.create"]})
    results.check("nor a token of more than he holds", answer.code == "not_held", answer)
    answer = world.by_a("POST", "/me/tokens", {"name": "another"})
    results.check("nor make a token by a token", answer.code == "own_session_needed", answer)
    after = world.rows(PRINT)
    results.check("and nothing was changed by trying", before == after, differing(before, after))


def tokens_and_sessions_of_others(world):
    """Sessions and tokens of others are neither seen nor ended"""
    session = world.web.caller("op-alfa by session", cookie=world.sign_in("/session", f"op-{A}", PASSWORD))
    for owner in [f"op-{B}", "house-operator"]:
        number = world.ids[owner]
        token = world.value(f"select min(id) from api_tokens where operator_id = {number}")
        for method, path in [("GET", f"/operators/{number}/tokens"), ("DELETE", f"/operators/{number}/tokens/{token}"),
                             ("GET", f"/operators/{number}/sessions"), ("DELETE", f"/operators/{number}/sessions"),
                             ("DELETE", f"/operators/{world.ids[f'op-{A}']}/tokens/{token}")]:
            answer = world.by_a(method, path)
            results.check(f"{method} {path} ({owner}): 404", answer.status == 404, answer)
        answer = session("DELETE", f"/me/tokens/{token}")
        results.check(f"nor as one's own ({owner}): 404", answer.status == 404, answer)
        answer = world.by_a("DELETE", f"/me/tokens/{token}")
        results.check(f"nor by a token ({owner})", answer.code == "own_session_needed", answer)
        results.same(f"{owner}'s token is good", world.value(
            f"select revoked_at is null from api_tokens where id = {token}"), "t")


def address_ranges_are_the_houses(world):
    """Where an address lies is said to the house alone"""
    world.value("insert into address_ranges (range, unit_length, kind) values ('10.77.0.0/16', 24, 'static') returning id")
    for who, isTold in [(world.by_a, False), (world.admin, True)]:
        answer = who("POST", "/subscribers", {"username": "misfit", "static_ip": "10.77.1.1"})
        results.check("an address that does not fit is refused", answer.status == 409, answer)
        results.same("with its range", b"10.77.0.0" in answer.raw, isTold)


def run_all(world):
    for test in [address_ranges_are_the_houses, foreign_references, words_in_filters, imports_take_own_services, nothing_is_given_that_is_not_held,
                 tokens_and_sessions_of_others]:
        results.run(test, world)
    access.look(world, "references")
