"""How good it is: scores of spans, facts, records, claims and checks (`evaluation`), errors, benchmarks, the gate."""
