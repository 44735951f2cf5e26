"""From text to spans: the tagger, its training, its export and the runtime that needs no torch."""
