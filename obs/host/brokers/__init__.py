"""Looks at the brokers that a run's workers and senders have announced: how much stands in their queues, since when."""

from __future__ import annotations

from obs.host.brokers.brokers import Brokers as Brokers
