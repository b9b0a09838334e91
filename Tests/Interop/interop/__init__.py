"""What the interop tests share: the server under test, routers that ask it, and how results are counted."""
