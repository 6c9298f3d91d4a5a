"""The bundle that draws: Grafana's UI components, installed by npm and bundled by esbuild, outside the checkout."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "page"

FONTS = {"inter": "inter", "roboto": "roboto-mono"}
"""The folders that Grafana has its fonts in, and the packages that have the same: @grafana/ui has none."""

COMMONJS = ("@grafana/data", "@grafana/ui")
"""Their .mjs files import CommonJS packages by ``default``, which esbuild, like Node, takes for all of the module."""


def folder(environ: Mapping[str, str]) -> Path:
    """Where node_modules and the bundle are: $OBS_PICTURES_CACHE, else obs-pictures in the user's cache."""
    cache = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(environ.get("OBS_PICTURES_CACHE") or Path(cache) / "obs-pictures")


def prepare(place: Path) -> None:
    """Install and bundle what has changed since the last time. Raises SystemExit in words if that fails."""
    if not shutil.which("npm"):
        raise SystemExit("pictures: npm is not on the PATH; install Node.js 20 or later")
    place.mkdir(parents=True, exist_ok=True)
    packages = HERE / "package.json"
    if stale(place / "installed", digest(packages)):
        print(f"pictures: installing Grafana's UI components into {place} (600 MB, some minutes) …", flush=True)
        shutil.copy(packages, place)
        run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"], place)
        (place / "installed").write_text(digest(packages))
    sources = digest(Path(__file__), *sorted(PAGE.rglob("*.js*")))
    if stale(place / "bundled", sources):
        bundle(place)
        (place / "bundled").write_text(sources)


def bundle(place: Path) -> None:
    loaders = [f"--loader:.{kind}=dataurl" for kind in ("svg", "ttf")]
    options = ["--bundle", "--jsx=automatic", "--log-level=error", "--legal-comments=none"]
    define = ['--define:process.env.NODE_ENV="production"', "--define:global=window"]
    aliases = [f"--alias:{name}={place / 'node_modules' / name / 'dist/cjs/index.cjs'}" for name in COMMONJS]
    out = f"--outfile={place / 'bundle.js'}"
    flags = [*options, *loaders, *define, *aliases, out]
    run([str(place / "node_modules/.bin/esbuild"), str(PAGE / "main.jsx"), *flags], place)


def shrink(place: Path, files: list[Path]) -> None:
    """Give each PNG a palette."""
    run(["node", str(HERE / "smaller.cjs"), *map(str, files)], place)


def run(command: list[str], place: Path) -> None:
    environ = os.environ | {"NODE_PATH": str(place / "node_modules")}
    if subprocess.run(command, cwd=place, env=environ, stdin=subprocess.DEVNULL, check=False).returncode:
        raise SystemExit(f"pictures: failed in {place}: {' '.join(command[:3])} …; delete that folder and try again")


def stale(mark: Path, wanted: str) -> bool:
    return not mark.is_file() or mark.read_text() != wanted


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def found(place: Path, path: str) -> Path:
    """The file that the page means by a path of its URL."""
    if path == "/":
        return PAGE / "index.html"
    if path.startswith("/bundle."):
        return place / path[1:]
    if path.startswith("/public/fonts/") and (font := FONTS.get(Path(path).parent.name)):
        return place / "node_modules/@fontsource-variable" / font / f"files/{font}-latin-wght-normal.woff2"
    return place / "node_modules/@grafana/ui/dist/public" / path.removeprefix("/public/").removeprefix("build/")
