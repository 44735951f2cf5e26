"""How good it is: scores of spans, facts and claims, intervals, benchmarks."""
