"""What the benchmarks are made of. Each script beside this folder is one of its modules."""
