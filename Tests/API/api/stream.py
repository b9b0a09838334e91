"""The event stream: each hears of his own and of nothing else, and misses nothing between two connections."""
import contextlib
import http.client
import json
import queue
import socket
import threading
import time

from interop import results

from api import client
from api.world import A, B, HOUSE

TOPICS = "subscriber.changed,nas.changed,service.changed,job.*"


class Listener:
    """One connection; events come into a queue as (name, id, data)."""

    def __init__(self, world, caller, topics=TOPICS, last=None):
        self.line = http.client.HTTPConnection("127.0.0.1", world.web.port, timeout=60)
        headers = {**caller.headers(), **({"Last-Event-ID": last} if last else {})}
        self.line.connect()
        self.socket = self.line.sock
        self.line.request("GET", f"{client.ROOT}/events?topics={topics}", headers=headers)
        self.answer = self.line.getresponse()
        self.events = queue.Queue()
        self.last = last
        self.ended = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        event = {}
        try:
            while raw := self.answer.readline():
                text = raw.decode().rstrip("\r\n")
                if text and not text.startswith(":"):
                    name, _, value = text.partition(":")
                    event[name] = value.lstrip()
                elif not text and event:
                    self.events.put((event.get("event"), event.get("id"), event.get("data")))
                    event = {}
        except (OSError, http.client.HTTPException, AttributeError, ValueError):
            pass
        self.ended.set()

    def until(self, wanted, patience=15):
        """Events up to the first that is wanted; it is the last of them, or None when it did not come."""
        seen, begin = [], time.monotonic()
        while time.monotonic() - begin < patience:
            try:
                event = self.events.get(timeout=0.2)
            except queue.Empty:
                continue
            self.last = event[1] or self.last
            seen.append(event)
            if wanted(event):
                return seen
        return [*seen, None]

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.ended.wait(5)


def note(world, caller, word, text, turn=0):
    """Changes a subscriber of somebody's."""
    path = f"/subscribers/{world.subscriber[word][turn]}"
    while True:
        etag = world.admin.get(path).etag
        answer = caller("PATCH", path, {"notes": text}, headers={"If-Match": etag})
        # A job that was begun before may have been faster.
        if answer.status != 412:
            break
    if answer.status != 204:
        raise RuntimeError(f"{caller.name}: PATCH {path}: {answer!r}")


def is_about(name):
    return lambda event: event[0] == "subscriber.changed" and json.loads(event[2]).get("username") == name


def words(events):
    """Whose words are in events; B's and the house's must not be."""
    return [event for event in events if event and any(word in str(event) for word in [B, HOUSE])]


def each_hears_his_own(world):
    """A hears of A's subscribers; of B's and of the house's nothing"""
    listener = Listener(world, world.by_a)
    results.same("the stream begins", (listener.answer.status, listener.answer.headers["Content-Type"]),
                 (200, "text/event-stream"))
    begun = listener.until(lambda event: event[0] == "cursor")
    results.check("with how far it is", begun[-1] is not None, begun)
    note(world, world.by_b, B, "stream 1")
    note(world, world.admin, HOUSE, "stream 1")
    for kind, number in [("nas", world.nas[B]), ("services", world.service[B])]:
        path = f"/{kind}/{number}"
        world.admin.do("PATCH", path, {"description": "stream 1"}, headers={"If-Match": world.admin.get(path).etag})
    world.by_b.do("POST", "/subscribers/bulk", {"ids": world.subscriber[B], "action": "renew", "days": 1})
    note(world, world.by_a, A, "stream 1")
    seen = listener.until(is_about(f"sub-{A}-0"))
    results.check("A's change arrives", seen[-1] is not None, seen)
    results.check("nothing of B's or the house's came before it", not words(seen), words(seen))
    jobs = [event for event in seen if event and event[0].startswith("job.")]
    results.check("nor B's job", not jobs, jobs)
    listener.close()
    return listener.last


def nothing_is_missed(world):
    """Who comes again with Last-Event-ID hears what was meanwhile, his own and nothing else"""
    last = each_hears_his_own_quietly(world)
    note(world, world.by_b, B, "stream 2")
    note(world, world.by_a, A, "stream 2", turn=1)
    listener = Listener(world, world.by_a, last=last)
    seen = listener.until(is_about(f"sub-{A}-1"))
    results.check("what was changed meanwhile arrives", seen[-1] is not None, seen)
    results.check("and nothing of B's", not words(seen), words(seen))
    listener.close()
    stolen = Listener(world, world.by_b, last=last)
    note(world, world.by_b, B, "stream 3")
    seen = stolen.until(is_about(f"sub-{B}-0"))
    results.check("with A's cursor B hears nothing of A's", seen[-1] is not None and not any(
        f"sub-{A}" in str(event) for event in seen), seen)
    stolen.close()


def each_hears_his_own_quietly(world):
    listener = Listener(world, world.by_a)
    listener.until(lambda event: event[0] == "cursor")
    listener.close()
    return listener.last


def others_jobs_are_not_heard(world):
    """Who names another's job by its number hears nothing of it"""
    listener = Listener(world, world.by_a, topics=f"job.{world.job[B]},job.{world.job[HOUSE]},subscriber.changed")
    listener.until(lambda event: event[0] == "cursor")
    world.rows(f"update jobs set message = 'stream' where id in ({world.job[B]}, {world.job[HOUSE]})")
    note(world, world.by_a, A, "stream 4")
    seen = listener.until(is_about(f"sub-{A}-0"))
    results.check("A's own change arrives, others' jobs don't", seen[-1] is not None and not any(
        event[0].startswith("job.") for event in seen), seen)
    listener.close()


def wrong_questions(world):
    """Topics that there are not, cursors that are none, and people who may not listen"""
    for query in ["", "?topics=", "?topics=nonsense", "?topics=job.x", "?topics=" + ",".join(["stats"] * 101)]:
        answer = world.by_a.get("/events" + query)
        results.check(f"GET /events{query[:40]}: 422", answer.status == 422, answer)
    for name, caller, status in [("a customer", world.customer, 403), ("nobody", world.nobody, 401)]:
        results.same(f"{name} can't listen", caller.get("/events?topics=stats").status, status)
    for last in ["x", "1:2:3", "0:0:", "9" * 400, "1:1:" + "1," * 50, "-1:5:", "5:1:", "1:99999999999999999999:"]:
        listener = Listener(world, world.by_a, last=last)
        note(world, world.by_a, A, f"stream {last[:20]}")
        seen = listener.until(is_about(f"sub-{A}-0"))
        results.check(f"Last-Event-ID {last[:20]!r} is no harm: the stream goes on", seen[-1] is not None, seen)
        listener.close()


def ends_with_the_rights(world):
    """A token that is revoked ends its stream"""
    token = world.tokens(world.ids[f"op-{A}"], 1)
    world.flush()
    number = world.value(f"select max(id) from api_tokens where operator_id = {world.ids[f'op-{A}']}")
    caller = world.web.caller("short", token)
    listener = Listener(world, caller)
    listener.until(lambda event: event[0] == "cursor")
    caller.do("DELETE", f"/me/tokens/{number}")
    results.check("within seconds", listener.ended.wait(20))
    results.same("and is good for nothing else", caller.get("/me").status, 401)


def so_many_and_no_more(world):
    """One account holds 32 streams over all its tokens; a further one is 429, and who hangs up frees his place"""
    second = world.web.caller("second", world.tokens(world.ids[f"op-{A}"], 1))
    world.flush()
    own, begin = [], time.monotonic()
    # Streams that the tests before have left are seen to be gone within a second or two.
    while time.monotonic() - begin < 5 and len(own) < 100:
        listener = Listener(world, world.by_a if len(own) % 2 else second)
        if listener.answer.status == 200:
            own.append(listener)
        else:
            refused = listener.answer
            time.sleep(0.2)
    results.same("32 are open", len(own), 32)
    results.same("the next is 429", (refused.status, refused.headers["Retry-After"]), (429, "5"))
    other = Listener(world, world.by_b)
    results.same("others are not hindered", other.answer.status, 200)
    other.close()
    for listener in own[:2]:
        listener.close()
    patience, again = time.monotonic() + 10, Listener(world, second)
    while again.answer.status == 429 and time.monotonic() < patience:
        time.sleep(0.2)
        again = Listener(world, second)
    results.same("who hangs up frees his place", again.answer.status, 200)
    for listener in [*own, again]:
        listener.close()


def run_all(world):
    for test in [each_hears_his_own, nothing_is_missed, others_jobs_are_not_heard, wrong_questions,
                 ends_with_the_rights, so_many_and_no_more]:
        results.run(test, world)
