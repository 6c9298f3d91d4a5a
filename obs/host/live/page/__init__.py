"""The live view's page: what the host serves to a browser, file by file. See :mod:`obs.host.live.page.files`."""

from __future__ import annotations

from obs.host.live.page.files import FILES as FILES
from obs.host.live.page.files import File as File
