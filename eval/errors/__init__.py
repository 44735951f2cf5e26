"""What goes wrong: every error with its kind, in its sentence, as a page to read and as JSON lines."""
