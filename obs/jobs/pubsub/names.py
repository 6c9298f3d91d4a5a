"""What a topic or a subscription is called in metrics and traces: its own id, without what is unique to an instance.

Services that fan out to every instance make a subscription for each, named after the pod or by a UUID. As labels those
would be new series at every deployment.
"""

from __future__ import annotations

import re
from functools import lru_cache

_UNIQUE = re.compile(
    r"""(?<![^-_.~+%])(?:              # a whole part between separators:
        [bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$   # the end of a pod's name
      | [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}   # a UUID
      | (?=[0-9a-f]*\d)[0-9a-f]{7,}                   # a digest, a commit, a UUID without dashes, a big number
      | \d{4,}                                        # a number
    )(?![^-_.~+%])""",
    re.VERBOSE | re.IGNORECASE,
)
"""The pod's: of Kubernetes' alphabet for such names, which has no vowels and no 0, 1 and 3
(https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go).
"""


@lru_cache(maxsize=4096)
def short(path: str) -> str:
    """``orders`` of ``projects/acme/topics/orders``; ``cache-*`` of a subscription ``cache-6b1f…`` of one instance."""
    return _UNIQUE.sub("*", path.rpartition("/")[2]) or path
