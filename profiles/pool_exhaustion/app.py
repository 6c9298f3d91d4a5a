"""Orders: kept in a database, and paid by the payment service."""

from __future__ import annotations

import os

import requests
from flask import Flask, Response, jsonify
from sqlalchemy import create_engine, text

app = Flask(__name__)
PAYMENTS = os.environ["PAYMENTS"]
engine = create_engine("sqlite:///orders.db", pool_size=5, max_overflow=0, pool_timeout=10)
payments = requests.Session()

with engine.begin() as db:
    db.execute(text("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, item TEXT, paid INTEGER DEFAULT 0)"))
    db.execute(text("INSERT INTO orders (item) SELECT 'tea' WHERE NOT EXISTS (SELECT 1 FROM orders)"))


def charge(order: int) -> bool:
    """Whether the customer has paid for it."""
    return payments.post(f"{PAYMENTS}/charges", json={"order": order}, timeout=5).ok


@app.post("/orders/<int:number>/pay")
def pay(number: int) -> Response:
    with engine.connect() as db:
        item = db.execute(text("SELECT item FROM orders WHERE id = :id"), {"id": number}).scalar_one()
        paid = charge(number)
    return jsonify(item=item, paid=paid)


@app.get("/orders/<int:number>")
def show(number: int) -> Response:
    with engine.connect() as db:
        order = db.execute(text("SELECT id, item, paid FROM orders WHERE id = :id"), {"id": number}).one()
    return jsonify(order._asdict())
