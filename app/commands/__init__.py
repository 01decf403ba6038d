"""One module a command; each has ``run(arguments)``, which returns the report for ``--json``."""
