"""An auditor's checks: where a report's own figures and words contradict each other."""
