"""One reader a format: `bytes -> Extracted`. Libraries are imported when a reader is first called."""
