"""Recording a profile from outside the service: of whom, by whom, and what to say of it."""
