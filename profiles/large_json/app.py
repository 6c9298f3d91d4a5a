"""A shop's catalogue: page by page for its website, and as a whole for the apps, which show it offline."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request
from gevent import sleep

app = Flask(__name__)
PRODUCTS: list[dict[str, Any]] = [
    {
        "id": number,
        "name": f"Product {number}",
        "price": {"amount": number * 7 % 5_000 / 100, "currency": "EUR"},
        "tags": ["new", "sale", "kitchen"][: number % 4],
        "stock": {"berlin": number % 9, "wien": number % 5},
        "description": "Made by hand, of oak and brass; fits every wall. " * 2,
    }
    for number in range(20_000)
]


def products(first: int, count: int) -> list[dict[str, Any]]:
    sleep(0.001)  # the database
    return PRODUCTS[first : first + count]


@app.get("/products")
def page() -> Response:
    return jsonify(products(request.args.get("from", 0, int), 20))


@app.get("/catalogue")
def catalogue() -> Response:
    everything = products(0, len(PRODUCTS))
    return jsonify(version=7, products=everything)
