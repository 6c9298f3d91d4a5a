"""The search page: articles, products, people and advertisements, asked for at the same time."""

from __future__ import annotations

import os
from typing import Any

import gevent
import requests
from flask import Flask, Response, jsonify, request

app = Flask(__name__)
BACKENDS = os.environ["BACKENDS"]
http = requests.Session()
http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=50))


def articles(query: str) -> Any:
    return http.get(f"{BACKENDS}/articles", params={"q": query}, timeout=2).json()


def products(query: str) -> Any:
    return http.get(f"{BACKENDS}/products", params={"q": query, "stock": "1"}, timeout=2).json()


def people(query: str) -> Any:
    return http.get(f"{BACKENDS}/people", params={"q": query}, timeout=2).json()


def advertisements(query: str) -> Any:
    return http.get(f"{BACKENDS}/ads", params={"q": query, "slots": "3"}, timeout=2).json()


@app.get("/search")
def search() -> Response:
    query = request.args["q"]
    parts = [gevent.spawn(part, query) for part in (articles, products, people, advertisements)]
    gevent.joinall(parts, raise_error=True)
    return jsonify({part.value["kind"]: part.value for part in parts})


@app.get("/suggest")
def suggest() -> Response:
    return jsonify(articles(request.args["q"]))
