"""Counting of results. Each check is a sentence; a test that raises fails once under its own name."""
import sys
import time
import traceback

passed = 0
failures = []


def check(sentence, is_so, seen=None):
    """Counts one result, and shows what was seen when it is not so."""
    global passed
    if is_so:
        passed += 1
        print(f"  ok    {sentence}", flush=True)
    else:
        failures.append(sentence)
        print(f"  FAIL  {sentence}" + (f"\n        seen: {seen!r}" if seen is not None else ""), flush=True)
    return is_so


def same(sentence, seen, wanted):
    """Counts whether two values are equal."""
    return check(sentence, seen == wanted, f"{seen!r}, wanted {wanted!r}")


def run(test, *arguments):
    """Runs a test under its name; whatever it raises is one failure."""
    name = (test.__doc__ or test.__name__).strip().splitlines()[0]
    names = [getattr(argument, "name", argument) for argument in arguments[1:]]
    name += f" ({', '.join(map(str, names))})" if names else ""
    print(name, flush=True)
    begin = time.monotonic()
    try:
        test(*arguments)
    except Exception as error:  # noqa: BLE001: a broken test must not hide the others
        traceback.print_exc(file=sys.stdout)
        check(f"{name} runs to its end", False, error)
    print(f"  ({time.monotonic() - begin:.1f} s)", flush=True)


def until(seconds, condition):
    """Seconds it took for the condition to come true; None when it did not in time. Asks every 20 ms."""
    begin = time.monotonic()
    while True:
        if condition():
            return time.monotonic() - begin
        if time.monotonic() - begin > seconds:
            return None
        time.sleep(0.02)


def finish():
    for sentence in failures:
        print(f"failed: {sentence}")
    print(f"{passed} passed, {len(failures)} failed", flush=True)
    return 1 if failures else 0
