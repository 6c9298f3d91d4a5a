"""Checks against what obs exports: every series and label must be somebody's."""
