"""If-Match: a change is made on what its author saw, or not at all (RFC 9110 section 13.1.1)."""
import re

from interop import results

from api import access
from api.world import A


def rows(world):
    """A row of each kind that is changed by version: its path's beginning and its id."""
    return {"subscribers": world.subscriber[A][0], "services": world.service[A], "nas": world.nas[A],
            "operators": world.ids[f"op-{A}"], "resellers": world.a, "roles": world.role[A],
            "webhooks": world.webhook}


def changes_need_the_version(world):
    """Without If-Match: 428; with what is no version of the record or an old one: 412, and nothing changed"""
    ids = rows(world)
    for operation in world.operations:
        kind = operation.path.split("/")[1]
        if not operation.needs_version or kind not in ids:
            continue
        target, body = operation.target(id=ids[kind]), operation.sample()
        table = {"nas": "nas_devices"}.get(kind, kind)
        sql = f"select t::text from {table} t where id = {ids[kind]}"
        before = world.value(sql)
        answer = world.admin(operation.method, target, body)
        results.check(f"{operation.name} without If-Match: 428", (answer.status, answer.code) == (428, "version_needed"),
                      answer)
        for text in ['"999"', "1", "*", '"1", "2"', 'W/"1"', '""', '"x"', '"1.A"', '"1."', '".1"', '"1.2.3"', '"-1"', '"0"', '"99999999999999999999"']:
            answer = world.admin(operation.method, target, body, headers={"If-Match": text})
            results.check(f"{operation.name} with If-Match: {text}: 412", answer.status == 412, answer)
        results.check(f"{operation.name}: nothing was changed by that", world.value(sql) == before)


def versions_are_shown(world):
    """What is changed by version shows it: as ETag, which If-None-Match is answered by"""
    for kind, number in rows(world).items():
        answer = world.admin.get(f"/{kind}/{number}")
        results.check(f"GET /{kind}/{{id}} has an ETag", answer.etag is not None, dict(answer.headers))
        if answer.etag is None:
            continue
        again = world.admin.get(f"/{kind}/{number}", headers={"If-None-Match": answer.etag})
        results.check(f"GET /{kind}/{{id}} that is known: 304 without a body", (again.status, again.raw) == (304, b""),
                      again)
        results.check(f"/{kind}/{{id}}: the ETag is the version and a hash of the body",
                      re.fullmatch(rf'"{answer.json["version"]}\.[0-9a-z]{{1,13}}"', answer.etag), answer.etag)
        for known in (f'"{answer.json["version"]}"', f'"{answer.json["version"]}.0"'):
            again = world.admin.get(f"/{kind}/{number}", headers={"If-None-Match": known})
            results.same(f"GET /{kind}/{{id}} of which only the version is known: 200", again.status, 200)


def columns_from_elsewhere(world):
    """What a row shows of another's changes its ETag without its version, and is no reason to refuse a change"""
    path = f"/subscribers/{world.subscriber[A][0]}"
    service = world.value(f"select service_id from subscribers where id = {world.subscriber[A][0]}")
    before = world.admin.get(path)
    name = world.value(f"select name from services where id = {service}")
    world.rows(f"update services set name = 'known anew' where id = {service} returning id")
    after = world.admin.get(path, headers={"If-None-Match": before.etag})
    world.rows(f"update services set name = '{name}' where id = {service} returning id")
    results.same("its service has another name: 200, not 304", after.status, 200)
    results.same("and the same version", after.json["version"], before.json["version"])
    results.check("and another ETag", after.etag not in (None, before.etag), after.etag)
    taken = world.admin("PATCH", path, {"notes": "seen"}, headers={"If-Match": before.etag})
    results.same("a change of what was seen before is taken", taken.status, 204)
    taken = world.admin("PATCH", path, {"notes": "by version"}, headers={"If-Match": f'"{before.json["version"] + 1}"'})
    results.same("a change by the version alone is taken", taken.status, 204)


def two_who_change_the_same(world):
    """Of two who change what they both saw, the second is refused and loses nothing of the first's"""
    path = f"/subscribers/{world.subscriber[A][1]}"
    etag = world.admin.get(path).etag
    first = world.admin("PATCH", path, {"notes": "first"}, headers={"If-Match": etag})
    second = world.admin("PATCH", path, {"notes": "second"}, headers={"If-Match": etag})
    results.same("the first is taken, the second refused", (first.status, second.status), (204, 412))
    results.same("what the first wrote is there", world.value(
        f"select notes from subscribers where id = {world.subscriber[A][1]}"), "first")
    third = world.admin("PATCH", path, {"notes": "third"}, headers={"If-Match": world.admin.get(path).etag})
    results.same("with the new ETag the second is taken", third.status, 204)


def run_all(world):
    for test in [changes_need_the_version, versions_are_shown, columns_from_elsewhere, two_who_change_the_same]:
        results.run(test, world)
    access.look(world, "versions")
