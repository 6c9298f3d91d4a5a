"""How often to look at who holds a loop: less often while nobody does."""

from __future__ import annotations

CALMER = 0.9
"""Times the rate, after each look that found nothing held."""

CALMEST = 0.4
"""Of the full rate."""


class Pace:
    """A look takes the GIL from the loop, 350 µs of its CPU: 25 a second were 0.9% of a busy one's, measured.

    The rate of the next look depends on what was found before it, never on what it will find, so with the weight of
    ``1 / rate`` the sums stay unbiased.
    """

    def __init__(self, most: float, *, steady: bool) -> None:
        """``most``: looks per second. ``steady``: whether it is never less, as where CPU is sampled by looks."""
        self.most = self.rate = most
        self._steady = steady

    def after(self, *, held: bool) -> None:
        """Go on from a look that found something ``held``, or nothing."""
        if not self._steady:
            self.rate = self.most if held else max(self.rate * CALMER, self.most * CALMEST)
