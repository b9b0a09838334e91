"""Where things are in the checkout."""
import os
import sys

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
LOAD_SOURCES = os.path.join(ROOT, "Tests", "Load")
LOAD = os.path.join(ROOT, ".build", "load")
OUT = os.path.join(ROOT, ".build", "benchmarks")
TEMPLATE = os.path.join(FOLDER, "performance.md.in")
PAGE = os.path.join(ROOT, "docs", "performance.md")
FLAME = os.path.join(ROOT, "docs", "login-profile.svg")
PINNED = os.path.join(FOLDER, "allocations.pinned")

# The server is set up and stopped as the tests with real clients do it.
sys.path.insert(0, os.path.join(ROOT, "Tests", "Interop"))


def program():
    """The program that is measured: TOLLKEEPER, else the release build."""
    path = os.path.abspath(os.environ.get("TOLLKEEPER", os.path.join(ROOT, ".build", "release", "tollkeeper")))
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not there; build it with `swift build -c release`, or name the program in TOLLKEEPER")
    return path
