"""A machine without gevent: threads are carried all the same."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

sys.modules["gevent"] = sys.modules["greenlet"] = None  # importing either fails from here on

from seen import seen, serving  # noqa: E402

from obs.runtime import context  # noqa: E402

context.install()
context.install()
results = []
with serving("job"), ThreadPoolExecutor(1) as executor:
    thread = threading.Thread(target=lambda: results.append(seen()))
    thread.start()
    thread.join()
    results.append(executor.submit(seen).result())
context.uninstall()
with serving("job"), ThreadPoolExecutor(1) as executor:
    results.append(executor.submit(seen).result())
print(json.dumps(results))
