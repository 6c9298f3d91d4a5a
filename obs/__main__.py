"""``python -m obs`` is ``obs``."""

from __future__ import annotations

import sys

from obs.cli.main import main

sys.exit(main())
