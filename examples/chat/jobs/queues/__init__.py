"""One module for each queue that the example runs on. Each has ``SEND``: how to send each job."""
