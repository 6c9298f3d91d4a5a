"""What is done after a request was answered: functions that a worker calls. ``queues`` brings them there."""
