"""The home feed: what those whom one follows have posted, the newest first, every post once."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response, abort, jsonify
from gevent import sleep

Post = dict[str, Any]

app = Flask(__name__)
POSTS: list[Post] = [
    {"id": number, "author": number % 40, "at": 1_795_000_000 + number * 17, "text": f"Post {number}, of many."}
    for number in range(1_200)
]
FOLLOWED = range(0, 40, 2)


def posts_of(author: int) -> Iterator[Post]:
    """What somebody has posted, or shared of others."""
    shared = random.Random(author)
    return (post for post in POSTS if post["author"] == author or shared.random() < 0.05)


def merge(pages: Iterable[Iterable[Post]]) -> list[Post]:
    """One feed of several: those who follow each other share the same posts."""
    feed: list[Post] = []
    for page in pages:
        for post in page:
            if post not in feed:
                feed.append(post)
    return sorted(feed, key=lambda post: post["at"], reverse=True)


@app.get("/home")
def home() -> Response:
    sleep(0.002)  # the store
    feed = merge(posts_of(author) for author in FOLLOWED)
    return jsonify(posts=feed[:30])


@app.get("/posts/<int:number>")
def show(number: int) -> Response:
    sleep(0.001)  # the store
    return jsonify(POSTS[number]) if number < len(POSTS) else abort(404)
