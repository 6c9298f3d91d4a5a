"""A program that patches late, or in time, and prints the report on itself as JSON.

``late``: names, a subclass and locks are kept from before. ``clean``: the same, after the patch. ``none``: no gevent.
"""

import importlib
import json
import sys
import types
import warnings

from obs.runtime.report import report

SERVICE = """
import queue, socket, ssl, threading, time
from socket import create_connection
from ssl import SSLContext
from time import sleep as pause
class Context(ssl.SSLContext): pass
class Queue(queue.Queue): pass
LOCK = threading.Lock()
RLOCK = threading.RLock()
LOCAL = threading.local()
number, modules, kinds = 3, [ssl], (socket.socket,)
"""


def load() -> None:
    module = types.ModuleType("service")
    exec(SERVICE, module.__dict__)  # as an import would
    sys.modules["service"] = sys.modules["alias.of.service"] = module


def patch() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gevent says that ssl was imported before: what the test is about
        importlib.import_module("gevent.monkey").patch_all()


ORDERS = {"late": (load, patch), "clean": (patch, load), "none": (load,)}

for step in ORDERS[sys.argv[1]]:
    step()
print(json.dumps(report("exit")))
