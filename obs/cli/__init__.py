"""The ``obs`` command: one file per command, and one explicit list of them in :mod:`obs.cli.main`."""
