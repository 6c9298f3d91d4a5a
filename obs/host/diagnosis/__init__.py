"""What ``obs doctor`` looks for: one check per file, one explicit list of them in :mod:`obs.host.diagnosis.checks`."""
