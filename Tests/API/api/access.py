"""Who is let in: every operation, with nothing, with what is not valid, and as everybody who lacks its permission."""
from interop import results

from api.document import NOWHERE

#: What a customer may call besides the portal's; all else is for operators.
OF_ANYONE = {"DELETE /session", "GET /me", "GET /me/sessions", "DELETE /me/sessions", "DELETE /me/sessions/{id}",
             "GET /ui/manifest"}
#: What somebody may call who has to change his password first.
BEFORE_PASSWORD = {"DELETE /session", "GET /me", "PUT /me/password"}


def is_portal(operation):
    return (operation.permission or "").startswith("portal.")


def ask(caller, operation, **how):
    return caller(operation.method, operation.target(**NOWHERE), **how)


def nobody_is_refused(world):
    """Without a session or token nothing is open but what says so"""
    for operation in world.operations:
        answer = ask(world.nobody, operation)
        if operation.is_open:
            results.check(f"{operation.name} is open", answer.code != "unauthorized", answer)
        else:
            results.check(f"{operation.name} without a token: 401", answer.status == 401, answer)


def wrong_credentials_are_refused(world):
    """What is no session and no token is refused like nothing at all"""
    good = world.admin.tokens[0]
    cookie = world.admin_session.cookie
    bearers = ["", "tk_", "tk_" + "A" * 43, good[:-1], good + "x", cookie.split("=")[1], "x" * 5000, "tk_\u00ff" * 8]
    wrong = [{"Authorization": f"Bearer {bearer}"} for bearer in bearers]
    wrong += [{"Authorization": value} for value in ["Basic YWRtaW46YWRtaW4=", f"Token {good}", good, "Bearer"]]
    wrong += [{"Cookie": f"tollkeeper_session={value}"} for value in ["", "x", good, cookie.split("=")[1][:-1]]]
    for headers in wrong:
        answer = world.nobody("GET", "/me", headers=headers)
        results.check(f"{str(headers)[:60]}: 401", answer.status == 401, answer)
    for operation in world.operations:
        if not operation.is_open:
            answer = ask(world.nobody, operation, headers=wrong[2])
            if answer.status != 401:
                results.check(f"{operation.name} with a token that is none: 401", False, answer)


def roles_are_kept_apart(world):
    """Whoever lacks an operation's permission is refused, whatever else he holds; who holds nothing else is let in"""
    everything = world.admin.do("GET", "/permissions")["items"]
    names = [row["name"] for row in everything if not row["name"].startswith("portal.")]
    holders = {}
    for name in names:
        role = world.admin.do("POST", "/roles", {"name": f"only {name}", "permissions": [name]})["id"]
        holders[name] = world.colleague(f"only {name}", role)
    me = world.admin.do("GET", "/me")["id"]
    lacking = {name: world.web.caller(f"all but {name}", world.tokens(me, 1, [one for one in names if one != name]))
               for name in names}
    world.flush()
    callers = [(role, who, set(who.do("GET", "/me")["permissions"])) for role, who in world.staff.items()]
    callers.append(("reseller A", world.by_a, set(world.by_a.do("GET", "/me")["permissions"])))
    callers += [(f"only {name}", who, {name}) for name, who in holders.items()]
    for operation in world.operations:
        if operation.permission and not is_portal(operation):
            lets_in(operation, callers, holders)
            scoped_token(operation, lacking[operation.permission])


def lets_in(operation, callers, holders):
    """403 to each caller who lacks the permission; something else to one who holds just it."""
    others = [(name, who) for name, who, held in callers if operation.permission not in held]
    answers = [(name, ask(who, operation)) for name, who in others]
    bad = [(name, answer) for name, answer in answers if (answer.status, answer.code) != (403, "forbidden")]
    results.check(f"{operation.name}: 403 to each of {len(others)} roles without {operation.permission}", not bad,
                  bad[:3])
    answer = ask(holders[operation.permission], operation)
    results.check(f"{operation.name} is open to who holds {operation.permission} alone",
                  answer.code not in ("unauthorized", "forbidden"), answer)


def scoped_token(operation, caller):
    """An administrator's token for all but the one permission."""
    answer = ask(caller, operation)
    results.check(f"{operation.name}: 403 to an administrator's token for all but {operation.permission}",
                  (answer.status, answer.code) == (403, "forbidden"), answer)


def customers_stay_in_the_portal(world):
    """A customer reaches the portal and himself, an operator everything but the portal"""
    for operation in world.operations:
        if operation.is_open:
            continue
        if is_portal(operation):
            for role, who in [*world.staff.items(), ("reseller A", world.by_a)]:
                answer = ask(who, operation)
                results.check(f"{operation.name} as {role}: 403", answer.status == 403, answer)
        elif operation.name not in OF_ANYONE:
            answer = ask(world.customer, operation)
            results.check(f"{operation.name} as a customer: 403", answer.status == 403, answer)


def sessions_need_the_header(world):
    """A change by a session's cookie needs the header that pages of others can't send"""
    cookie = {"Cookie": world.admin_session.cookie}
    for operation in world.operations:
        if operation.is_write and not operation.is_open and not is_portal(operation):
            answer = ask(world.nobody, operation, headers=cookie)
            results.check(f"{operation.name} without X-Requested-With: 403", answer.code == "header_missing", answer)


def passwords_are_changed_first(world):
    """With a password that somebody else gave, nothing is open but changing it"""
    made = world.admin.do("POST", "/operators", {"username": "beginner", "role_ids": [world.roles["Administrator"]]},
                          shows_secret=True)
    world.web.faults.secrets.add(made["password"].encode())
    who = world.web.caller("beginner", cookie=world.sign_in("/session", "beginner", made["password"]))
    for operation in world.operations:
        if operation.is_open or operation.name in BEFORE_PASSWORD:
            continue
        answer = ask(who, operation)
        results.check(f"{operation.name} before the password is changed: 403",
                      answer.code == "password_change_needed", answer)


def run_all(world):
    for test in [nobody_is_refused, wrong_credentials_are_refused, customers_stay_in_the_portal,
                 sessions_need_the_header, passwords_are_changed_first, roles_are_kept_apart]:
        results.run(test, world)
    look(world, "access")


def look(world, part):
    """What no answer may be, over all that was asked so far."""
    faults, world.web.faults.seen = world.web.faults.seen, {}
    count, world.web.faults.count = world.web.faults.count, 0
    for fault, answer in faults.items():
        results.check(fault, False, answer)
    results.check(f"{part}: {count} answers without a fault of ours, an inside, a secret; each error with its code",
                  not faults)
