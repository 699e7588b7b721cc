"""Whether a connector runs on a data folder, and how it is asked to end where no signal reaches it.

A connector that accepts requests owns the mark ``state/running``, which ends with its process. Whoever wants it to
end puts a file beside it: who may write there may change the settings too.
"""

from pathlib import Path
from typing import IO

from qbconnector.settings.files import claim
from qbconnector.settings.folders import DataFolder


class Presence:
    """The connector that runs on one data folder, as others see it, and as it shows itself."""

    def __init__(self, folder: DataFolder) -> None:
        self._mark = folder.state / "running"
        self._request = folder.state / "stop-request"
        self._held: IO[bytes] | None = None

    def runs(self) -> bool:
        """Whether one runs. Raises ``OSError`` when we may not look."""
        if not self._mark.parent.is_dir():
            return False
        if (mark := claim(self._mark)) is None:
            return True
        mark.close()
        return False

    @property
    def request(self) -> Path:
        """The file whose being there asks it to end."""
        return self._request

    def show(self) -> bool:
        """Be the one that runs, unless another is already; whether somebody has asked it to end since."""
        try:
            if self._held is None:
                self._held = claim(self._mark)
                if self._held is not None:
                    self._request.unlink(missing_ok=True)  # it was for another
            return self._held is not None and self._request.exists()
        except OSError:  # the folder cannot be reached just now, which is no reason to end
            return False

    def leave(self) -> None:
        """Run no more."""
        if self._held is not None:
            self._held.close()
            self._held = None
