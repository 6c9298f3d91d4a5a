"""Names, labels and sizes of objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from obs.errors import ObsError
from obs.generate.setup import Kubernetes

MOST = 1 << 20
"""Bytes: https://kubernetes.io/docs/concepts/configuration/configmap/ allows a ConfigMap 1 MiB of data."""


def metadata(wanted: Kubernetes, *parts: str, labels: Mapping[str, str] = {}, **more: Any) -> dict[str, Any]:
    own = {"app.kubernetes.io/name": "obs", "app.kubernetes.io/managed-by": "obs-generate"}
    return {
        "name": name(*parts),
        "namespace": wanted.namespace,
        "labels": {**own, **labels, **wanted.labels},
        **more,
    }


def name(*parts: str) -> str:
    """A DNS subdomain name (RFC 1123) that begins with ``obs``; what is too long is cut."""
    text = "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts if part)
    return ("obs" if text == "obs" else "obs-" + text.removeprefix("obs-"))[:63].rstrip("-")


def fits(size: int, what: str) -> None:
    """Raises ObsError for what the cluster would refuse."""
    if size > MOST:
        fix = "remove panels or rules of it in obs.generate.toml"
        raise ObsError(f"{what}: has {size:,} bytes, and Kubernetes takes {MOST:,}; {fix}")
