"""The accounting of work, measured. Imports nothing: its programs patch first."""
