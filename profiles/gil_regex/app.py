"""Comments below articles: tidied up when they come in, so that they needn't be when they are shown."""

from __future__ import annotations

import re
from itertools import count

from flask import Flask, Response, jsonify, request
from gevent import sleep

app = Flask(__name__)
comments: dict[int, str] = {}
_numbers = count(1)

# Space at the ends of lines, which people paste along with tables.
TRAILING = re.compile(r"[\s\u200b]+$", re.MULTILINE)
BLANK = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """As it is shown: no trailing space, no more than one empty line."""
    text = TRAILING.sub("", text.replace("\r\n", "\n"))
    return BLANK.sub("\n\n", text)


@app.post("/comments")
def add() -> tuple[Response, int]:
    number = next(_numbers) % 1000
    comments[number] = tidy(request.get_json()["text"])
    sleep(0.001)  # the database
    return jsonify(id=number), 201


@app.get("/comments")
def listed() -> Response:
    sleep(0.001)
    return jsonify([{"id": number, "text": text[:200]} for number, text in list(comments.items())[-20:]])
