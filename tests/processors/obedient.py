"""A backend for a host of its own, whose processors do what a request's first word says; and the way to start it."""

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from qbconnector.errors import RequestProcessorError
from qbconnector.health import Finding
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.host import serve

ROOT = Path(__file__).parents[2]
COMMAND = (
    sys.executable,
    "-c",
    f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tests.processors.obedient import main; main()",
)
REFUSED = RequestProcessorError(0x8004040A, "Töxt.", "one\ntwo")
ERRORS = {b"refuse": REFUSED, b"bug": ZeroDivisionError("of course")}


class Obedient:
    """The words: ``digest``, ``large N``, ``endless``, ``made``, ``print``, ``wait``, ``block``, ``die N``, ERRORS."""

    concurrency = 8
    alive = True
    made = 0  # chunks, by all of them
    waiting = 0  # answers that wait for ever
    stops = 0
    left = 0

    async def open_connection(self, app: Application) -> None:
        self.application = f"{app.name} {app.id}"

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        if company_file == "die":
            os._exit(3)
        if company_file == "wait":
            await asyncio.Event().wait()
        self.file = f"{self.application} {company_file} {mode.value} {access}"
        return "ticket"

    async def process_request(self, ticket: str, request: bytes) -> AsyncGenerator[bytes, None]:
        word, _, rest = request.partition(b" ")
        if word in ERRORS:
            raise ERRORS[word]
        match word:
            case b"digest":
                yield hashlib.sha256(request).digest()
            case b"large":
                yield b""
                yield bytes(int(rest))
                yield b"end"
            case b"endless":
                while True:
                    Obedient.made += 1
                    yield bytes(1000)
            case b"made":
                yield f"{Obedient.made} {Obedient.waiting} {Obedient.left} {Obedient.stops}".encode()
            case b"print":
                sys.stdout.write("not for the pipe\n")
                os.write(1, b"nor is this")
                yield f"{sys.stdin.read()}read".encode()
            case b"wait":
                Obedient.waiting += 1
                try:
                    await asyncio.Event().wait()
                finally:
                    Obedient.waiting -= 1
            case b"block":
                yield b"."
                time.sleep(1000)  # noqa: ASYNC251  (nothing else is done any more: only a kill helps)
            case b"die":
                for _ in range(int(rest)):
                    yield b"."
                os._exit(3)

    async def end_session(self, ticket: str) -> None: ...

    async def close_connection(self) -> None: ...

    async def current_company_file(self, ticket: str) -> str:
        return self.file

    async def supported_versions(self, ticket: str) -> list[str]:
        return ["1.0", "13.0"]

    async def process_subscription(self, request: bytes) -> bytes:
        return request * 2

    async def aclose(self) -> None:
        Obedient.left += 1


class Backend:
    """Where they come from."""

    def processor(self) -> Obedient:
        return Obedient()

    async def stop(self) -> None:
        Obedient.stops += 1

    async def findings(self) -> list[Finding]:
        return []

    async def sweep(self) -> None: ...

    async def aclose(self) -> None:
        sys.stderr.write("closed\n")


def main() -> None:
    serve(Backend)
