"""From spans to records: the grammar of figures, the linker, claims, records, writers, spaCy components."""
