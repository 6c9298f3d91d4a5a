"""Prices in the customer's own currency. The bank's rates are asked for, and kept for a moment."""

from __future__ import annotations

import os
from threading import Lock
from time import monotonic

import requests
from flask import Flask, Response, jsonify

app = Flask(__name__)
BANK = os.environ["BANK"]
FRESH = 2.0
"""Seconds for which a rate is good."""

_bank = requests.Session()
_lock = Lock()
_rates: dict[str, tuple[float, float]] = {}
"""By currency, the rate and until when it is good."""


def rate(currency: str) -> float:
    """Of a currency, in euro."""
    with _lock:
        known, until = _rates.get(currency, (0.0, 0.0))
        if until < monotonic():
            answer = _bank.get(f"{BANK}/rates/{currency}", timeout=5)
            known = float(answer.json()["rate"])
            _rates[currency] = known, monotonic() + FRESH
        return known


@app.get("/price/<int:cents>/<currency>")
def price(cents: int, currency: str) -> Response:
    return jsonify(amount=round(cents * rate(currency)), currency=currency)


@app.get("/currencies")
def currencies() -> Response:
    return jsonify(sorted(_rates))
