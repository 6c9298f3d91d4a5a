"""What the API answers, a module for each view: pure functions of a moment."""
