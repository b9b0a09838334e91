"""Where the CPU time of PAP logins goes: `perf` on the radius process under load. Prints groups and functions; writes
folded stacks (.build/benchmarks/login.folded) and, with --svg, a flame graph."""
import argparse
import collections
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time

from . import flame, load, paths
from .peers import Ours
from .tollkeeper import Tollkeeper

FREQUENCY = 1999
FOLDED = os.path.join(paths.OUT, "login.folded")
KERNEL = "[kernel]"
# A kernel function in the stack tells which call it was.
CALLS = [("sendmmsg", "kernel: sending (sendmmsg)"), ("recvmmsg", "kernel: receiving (recvmmsg)"),
         ("futex", "kernel: waiting for other threads (futex)"), ("poll", "kernel: waiting for packets (poll)")]
# A function's name, or the library it is in, tells what it does.
GROUPS = [
    (r"libcrypto", r".", "MD5, HMAC-MD5, MD4, DES (libcrypto)"),
    (r"libc[.-]|ld-linux", r"malloc|calloc|realloc|free|memalign|_int_|arena|unlink_chunk", "heap (malloc, free)"),
    (r"libc[.-]", r"mem(cpy|move|set|cmp)|str", "copying and comparing memory (libc)"),
    (r"libc[.-]", r"pthread_mutex|lll_", "locks"),
    (r".", r"swift_(retain|release|beginAccess|endAccess|bridge|unknown|weak|unowned)|_swift_release",
     "reference counting and exclusivity checks (Swift runtime)"),
    (r".", r"swift_(alloc|dealloc|slow)", "heap (malloc, free)"),
    (r"vdso", r".", "reading the clock"),
    (r".", r"clock_gettime", "reading the clock"),
    (r"libswift", r".", "Swift standard library and runtime"),
]
# Types of the standard library, whose code is specialised into ours.
STANDARD = r"(Array|Contiguous|Dictionary|Set|String|Substring|Optional|Unsafe|Native|Hasher|Range|Slice|Span|Raw|Int|UInt" \
    r"|Sequence|Collection|Mutable|Atomic|Any|Lazy|Zip|Locked|Enumerated|Iterator|Unicode|ManagedBuffer|Duration)"


def options(arguments):
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/profile", description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--mode", choices=["pap", "chap", "mschapv2"], default="pap")
    parser.add_argument("--svg", help="where the flame graph goes", default=paths.FLAME)
    return parser.parse_args(arguments)


def measure(recorder, given):
    if not shutil.which("perf"):
        sys.exit("`perf` is not installed (Debian: linux-perf)")
    load.build()
    os.makedirs(paths.OUT, exist_ok=True)
    with contextlib.ExitStack() as stack:
        server = Tollkeeper()
        stack.callback(server.close)
        server.set_up(given.users)
        ours = Ours(server, logs=False)
        ours.prepare()
        line, samples = record(server, ours, given)
    folded, tops, groups, threads = collections.Counter(), collections.Counter(), collections.Counter(), {}
    for thread, frames in samples:
        folded[";".join([thread, *(name for name, _ in reversed(frames))])] += 1
        tops[frames[0]] += 1
        groups[group(frames)] += 1
        threads[thread] = threads.get(thread, 0) + 1
    write_folded(folded)
    title = f"{len(samples):,} samples of the radius process answering {given.mode.upper()} logins"
    flame.write(given.svg, folded, title)
    total = len(samples)
    cost = line["cpu_us_each"]["radius"]
    result = recorder.add(
        "profile", mode=given.mode, users=given.users, rate=line["rate"], cpu_us=cost, samples=total,
        groups=[{"name": name, "share": count / total} for name, count in groups.most_common()],
        tops=[{"name": name, "where": where, "share": count / total} for (name, where), count in tops.most_common(25)],
        threads={name: count / total for name, count in threads.items()})
    show(result)


def record(server, ours, given):
    """One run of the load with `perf` on the process for its middle: radload's line and the samples."""
    data = os.path.join(server.folder, "perf.data")
    watched = subprocess.Popen(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY), "-g", "-p", str(ours.pids["radius"]), "-o",
         data, "--", "sleep", str(given.seconds + 1)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        line = load.run(given.mode, ours, users=given.users, seconds=given.seconds, seed=1, window=256)
    finally:
        watched.wait(given.seconds + 60)
    # Addresses are looked up while the process lives and its files are in place.
    text = subprocess.run(["perf", "script", "-i", data, "-F", "comm,ip,sym,dso"], capture_output=True, text=True,
                          errors="replace").stdout
    return line, list(stacks(demangled(text)))


def demangled(text):
    """Swift's symbols as a person writes them, without arguments and generics."""
    names = sorted(set(re.findall(r"\$s[\w$]+", text)))
    if not names:
        return text
    done = subprocess.run(["swift", "demangle", "--compact", "--simplified"], input="\n".join(names),
                          capture_output=True, text=True)
    readable = dict(zip(names, map(short, done.stdout.splitlines()))) if done.returncode == 0 else {}
    return re.sub(r"\$s[\w$]+", lambda found: readable.get(found[0], found[0]), text)


def short(name):
    """`specialized A.b(c: D) -> E in F` is `A.b(c:)`, roughly: enough to find it in the sources."""
    name = re.sub(r"^(generic |function signature |partially |not re-abstracted )*(specialized |specialization <.*?> of )?",
                  "", name)
    name = re.sub(r"^(merged |outlined |closure #\d+ .*? in |implicit closure #\d+ .*? in )*", "", name)
    name = re.sub(r"\(\d+\)", "", name)
    name = re.sub(r"\).*$", ")", re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", name)))
    return name.replace(" ", "_").replace(";", ",")[:90]


def stacks(text):
    """(thread, [(function, where), … innermost first]) of each sample."""
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if len(lines) < 2:
            continue
        frames = []
        for line in lines[1:]:
            found = re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)\s*$", line)
            if found:
                name, where = found.groups()
                where = KERNEL if where.startswith("[kernel") or where.startswith("[guest.kernel") else os.path.basename(where)
                frames.append((name.split("+0x")[0], where))
        if frames:
            yield lines[0].strip(), frames


def group(frames):
    """What a sample was doing, by its innermost frame; in the kernel by the call that led there."""
    name, where = frames[0]
    if where == KERNEL:
        inside = " ".join(name for name, where in frames if where == KERNEL)
        return next((title for word, title in CALLS if word in inside), "kernel: the rest")
    for place, function, title in GROUPS:
        if re.search(place, where) and re.search(function, name):
            return title
    if where == "tollkeeper":
        return "ours: " + next(filter(None, map(owner, frames)), "the rest")
    return where


def owner(frame):
    """The type of ours that a function belongs to; what a caller's container does, the caller does."""
    name, where = frame
    kind = re.split(r"[.(<_]", name.lstrip("_"))[0]
    ours = where == "tollkeeper" and name[:1].isupper() and not re.match(STANDARD, kind)
    return kind if ours else None


def write_folded(folded):
    with open(FOLDED, "w") as file:
        for stack, count in sorted(folded.items()):
            file.write(f"{stack} {count}\n")


def show(result):
    print(f"{result['samples']:,} samples, {result['cpu_us']:.2f} us of the radius process a login; by thread: "
          + ", ".join(f"{name} {share:.0%}" for name, share in
                      sorted(result["threads"].items(), key=lambda pair: -pair[1])))
    for each in result["groups"][:14]:
        print(f"{each['share']:6.1%}  {each['share'] * result['cpu_us']:6.2f} us  {each['name']}")
    print("by function:")
    for each in result["tops"]:
        print(f"{each['share']:6.1%}  {each['name']}  ({each['where']})")
