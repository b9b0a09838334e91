"""What the fault scripts share: the server under test, its database, load with a ledger, and the comparison."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "Interop"))
