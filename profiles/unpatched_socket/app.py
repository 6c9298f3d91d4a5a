"""Payments: each is scored by the risk service before it is taken.

The risk service speaks a protocol of its own: a line with the payment, answered by a line with its score.
"""

from __future__ import annotations

import os
from itertools import count
from socket import socket

from flask import Flask, Response, jsonify, request
from gevent import sleep

app = Flask(__name__)
HOST, _, PORT = os.environ["RISK"].partition(":")
LIMIT = 0.9
_numbers = count(1)


def score(account: str, amount: int) -> float:
    """How likely it is that this is not the account's owner, 0 to 1."""
    with socket() as connection:
        connection.connect((HOST, int(PORT)))
        connection.sendall(f"{account} {amount}\n".encode())
        with connection.makefile("r") as answer:
            return float(answer.readline())


@app.post("/payments")
def pay() -> tuple[Response, int]:
    payment = request.get_json()
    if score(payment["account"], payment["amount"]) > LIMIT:
        return jsonify(error="declined"), 402
    sleep(0.003)  # the bank
    return jsonify(id=next(_numbers)), 201


@app.get("/payments/<int:number>")
def show(number: int) -> Response:
    sleep(0.001)
    return jsonify(id=number, state="taken")
