"""What a status cannot say: its text is QuickBooks' own, so an explanation stands beside the answer and in the log.

One status needs it: an iterator is gone with its session, and QuickBooks only says that it does not know it.
"""

import re
from typing import Final

LOST_ITERATOR: Final = (
    "An iterator lives as long as the session that started it. Open a persistent one first (interaction type 101, or "
    "PersistentEnabled), use it for every page within PersistentIdleTimeout, and start the query anew."
)
SEEN: Final = 16 * 1024  # bytes of a request and of its answer that are looked through

CONTINUES: Final = re.compile(rb"""\biterator\s*=\s*["']Continue["']""")
IDENTITY: Final = re.compile(rb"""\biteratorID\s*=\s*["']([^"'<>&]+)["']""")
REFUSED: Final = re.compile(rb"""<\w+QueryRs\b[^>]*statusSeverity="Error"[^>]*>""")


def lost_iterator(request: bytes, answer: bytes) -> bool:
    """Whether a query was to go on with an iterator that its session does not have.

    That is an error whose text names the iterator; what QuickBooks itself says is not known.
    """
    if request.find(b"Continue", 0, SEEN) < 0 or not CONTINUES.search(request, 0, SEEN):
        return False
    identities = IDENTITY.findall(request, 0, SEEN)
    return any(one in refused for refused in REFUSED.findall(answer, 0, SEEN) for one in identities)
