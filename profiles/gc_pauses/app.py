"""Discussions: comments and the answers to them, as a tree. Who is online is kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify
from gevent import sleep

app = Flask(__name__)
ONLINE: dict[int, dict[str, Any]] = {
    user: {"user": user, "devices": [{"kind": "phone"}, {"kind": "web"}], "rooms": [user % 50]}
    for user in range(120_000)
}


@dataclass
class Comment:
    number: int
    parent: Comment | None = None
    answers: list[Comment] = field(default_factory=list)


def discussion(size: int) -> Comment:
    """The first comment, with all that was answered to it."""
    comments = [Comment(0)]
    for number in range(1, size):
        parent = comments[(number - 1) // 3]
        comment = Comment(number, parent)
        parent.answers.append(comment)
        comments.append(comment)
    return comments[0]


def depth(comment: Comment) -> int:
    return 1 + max(map(depth, comment.answers), default=0)


@app.get("/discussions/<int:number>")
def show(number: int) -> Response:
    sleep(0.001)  # the database
    root = discussion(3_000 + number % 5)
    return jsonify(answers=len(root.answers), depth=depth(root))


@app.get("/online/<int:user>")
def online(user: int) -> Response:
    sleep(0.001)
    return jsonify(ONLINE.get(user, {}))
