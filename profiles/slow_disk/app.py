"""Logins. Each attempt is written to the audit log, as the law wants it."""

from __future__ import annotations

import json
import logging
import os
from hashlib import sha256

from flask import Flask, Response, jsonify, request
from gevent import sleep

app = Flask(__name__)
PASSWORDS = {"ada": sha256(b"engine").hexdigest()}

audit = logging.getLogger("audit")
audit.setLevel(logging.INFO)
audit.propagate = False
audit.addHandler(logging.FileHandler(os.environ.get("AUDIT_LOG", "audit.log")))


def remember(user: str, *, succeeded: bool) -> None:
    """Write down who came, from where, with what."""
    headers = {name: value for name, value in request.headers.items() if name != "Cookie"}
    entry = {"user": user, "ok": succeeded, "from": request.remote_addr, "headers": headers}
    audit.info("%s", json.dumps(entry))


@app.post("/login")
def login() -> tuple[Response, int]:
    attempt = request.get_json()
    sleep(0.001)  # the database
    succeeded = PASSWORDS.get(attempt["user"]) == sha256(attempt["password"].encode()).hexdigest()
    remember(attempt["user"], succeeded=succeeded)
    return jsonify(ok=succeeded), 200 if succeeded else 401


@app.get("/session")
def session() -> Response:
    sleep(0.001)
    return jsonify(user="ada")
