"""What every Python process of a service under ``obs run`` imports as it starts, before any of the service's code.

It steps aside first: the interpreter finds the ``sitecustomize`` that it would have found without us, with the same
``sys.path``. Then obs is turned on. Nothing is imported here but what ``site`` has imported already.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


def step_aside(folder: str) -> None:
    """Take ``folder`` off ``sys.path``, and run the next ``sitecustomize`` in our place.

    Raises what that one raises; ModuleNotFoundError if there is none: ``site`` expects both, and says what it would
    have said without us.
    """
    sys.path[:] = [path for path in sys.path if path != folder]
    sys.modules.pop("sitecustomize", None)
    __import__("sitecustomize")


def start(package: str) -> None:
    """Turn obs on, from the installation at ``package``. A failure is one line on stderr and nothing else."""
    try:
        make_importable(package)
        from obs.instrument import bootstrap

        bootstrap()
    except Exception as error:
        complain(f"obs: not instrumented ({type(error).__name__}: {error})\n")


def make_importable(package: str) -> None:
    """Put the folder of ``package`` last on ``sys.path`` if this interpreter has no obs of its own."""
    found = find("obs")
    if found is None or found.origin is None:  # nothing, or a folder that happens to be called obs
        sys.path.append(package.rpartition("/")[0])
    elif not os.access(found.origin.removesuffix("/__init__.py") + "/host/bootstrap", os.F_OK):
        raise ImportError(f"{found.origin} is another module of the name obs")


def find(name: str) -> "ModuleSpec | None":
    """``importlib.util.find_spec``, whose module imports ``threading``."""
    specs = (finder.find_spec(name, None) for finder in sys.meta_path)
    return next((spec for spec in specs if spec), None)


def complain(line: str) -> None:
    """Say it on stderr, if there is one."""
    try:
        sys.stderr.write(line)
    except Exception:
        return


def main() -> None:
    folder = __file__.rpartition("/")[0]
    try:
        step_aside(folder)
    finally:
        start(folder.removesuffix("/host/bootstrap"))


main()
