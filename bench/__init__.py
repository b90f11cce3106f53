"""Benchmarks: run by hand and by `make bench`. CI runs them small, for correctness, and times nothing."""
