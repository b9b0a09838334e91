TESTS=[]
def run_all(s): pass
