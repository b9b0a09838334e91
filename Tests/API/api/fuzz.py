CASES = 4
SEED = 1
def run_all(world):
    pass
