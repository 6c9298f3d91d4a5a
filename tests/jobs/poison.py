"""What may stand where headers are expected: none of it is a header of obs's, and none of it may show anywhere.

All of it is JSON. What could be seen of it somewhere bears :data:`WORD`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

WORD = "poison"
NAMES = ("traceparent", "tracestate", "baggage", "obs-sent", "obs-previous", "obs-due", "obs-attempt")

_TRACE, _SPAN = "a" * 32, "b" * 16

TEXTS: tuple[str, ...] = (
    WORD,
    "",
    f"{WORD}\x00{WORD}",
    f"00-{_TRACE}-{_SPAN}-01\x00",
    f"00-{'é' * 32}-{'é' * 16}-01 {WORD}",
    f"00-{'0' * 32}-{_SPAN}-01",
    f"ff-{_TRACE}-{_SPAN}-01",
    f";;{WORD}%,={WORD},",
    "nan",
    "-inf",
    "1e400",
    "\ud800".encode("utf-8", "replace").decode() + WORD,
    WORD * 1_000,
    WORD * 170_000,
)
"""As the value of each header at once. The last is of 1 MB."""

VALUES: tuple[object, ...] = (7, -1.5, None, True, [WORD], [[[WORD]]], {WORD: {WORD: [WORD]}})
"""The same, and no text at all."""

HEADERS: tuple[Mapping[str, object], ...] = (
    *(dict.fromkeys(NAMES, text) for text in TEXTS),
    *(dict.fromkeys(NAMES, value) for value in VALUES),
    {"traceparent": f"00-{_TRACE}-{_SPAN}-01", "baggage": f"{WORD}=" + "x" * 1_000_000},
    {f"{WORD}-{number}": WORD for number in range(5_000)},
)


def write(folder: Path) -> None:
    """For programs that run in ``folder`` and begin with :data:`LISTENING`."""
    (folder / "poison.json").write_text(json.dumps(HEADERS))


LISTENING = f"""
import json, logging
from pathlib import Path
heard = []
class Heard(logging.Handler):
    def emit(self, record):
        heard.append((record.name, record.getMessage()[:200]))
logging.getLogger().addHandler(Heard())
poison = json.loads(Path("poison.json").read_text())

def silent():
    "Nothing of it is to be seen, however many jobs there were: no line of log, no label, no attribute."
    assert not heard, (len(heard), heard[:5])
    for path in active.store().run_dir.iterdir():
        assert not path.is_file() or {WORD!r}.encode() not in path.read_bytes(), path
    told = Path("spans")
    assert not told.exists() or {WORD!r} not in told.read_text()
"""
