"""Counts the visits of pages. `python app.py` is the job that archives old ones; it runs beside the service."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from time import sleep

from flask import Flask, Response, jsonify

app = Flask(__name__)


def connect() -> sqlite3.Connection:
    return sqlite3.connect("visits.db", isolation_level=None)


def create() -> None:
    with closing(connect()) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE IF NOT EXISTS visits (page TEXT, at REAL DEFAULT (julianday()))")
        db.execute("CREATE TABLE IF NOT EXISTS archive (page TEXT, at REAL)")


@app.post("/pages/<page>/visits")
def visit(page: str) -> tuple[Response, int]:
    with closing(connect()) as db:
        db.execute("INSERT INTO visits (page) VALUES (?)", (page,))
    return jsonify(page=page), 201


@app.get("/pages/<page>")
def visits(page: str) -> Response:
    with closing(connect()) as db:
        (number,) = db.execute("SELECT count(*) FROM visits WHERE page = ?", (page,)).fetchone()
    return jsonify(page=page, visits=number)


def archive() -> None:
    """Move what is old, a few at a time; all or nothing."""
    with closing(connect()) as db:
        db.execute("BEGIN IMMEDIATE")
        for _ in range(10):
            db.execute("INSERT INTO archive SELECT page, at FROM visits ORDER BY at LIMIT 5")
            db.execute("DELETE FROM visits WHERE rowid IN (SELECT rowid FROM visits ORDER BY at LIMIT 5)")
            sleep(0.01)  # go easy on the disk
        db.execute("COMMIT")


create()
if __name__ == "__main__":
    while True:
        archive()
        sleep(0.05)
