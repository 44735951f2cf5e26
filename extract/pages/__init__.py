"""Pages to look at: a report with its figures beside it, a batch at a glance."""
