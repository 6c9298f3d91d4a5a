"""The series that the alerts and the boards build on, one file for each thing they are of."""
