"""Runs a Windows program under Wine in the prefix of WINEPREFIX: wine.py PROGRAM [ARGUMENT …].

A Windows Python ends at once when one of its standard streams is an ordinary file, and services and COM servers
that a program started keep its pipes open. So its output comes through a pipe, and we wait for the program alone.
Its input is a terminal: that is how it has a console, without which there is no Ctrl-C.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from threading import Thread

STILL = 2.0  # seconds for what is left in the pipe when the program has ended


def _print(some: bytes) -> None:
    sys.stdout.buffer.write(some)
    sys.stdout.buffer.flush()


def _drain(pipe: int, take: Callable[[bytes], object]) -> Thread:
    def read() -> None:
        while some := os.read(pipe, 65536):
            take(some)

    thread = Thread(target=read, daemon=True)
    thread.start()
    return thread


def run(command: list[str]) -> int:
    """Run it to its end, and pass on what it says; its exit code."""
    # The server has to be there before: else it would be a child of the program, and hold its pipe too.
    subprocess.run(["wineserver", "--persistent"], check=False)  # exit code 2: it is there already
    terminal, console = os.openpty()
    process = subprocess.Popen(["wine", *command], stdin=console, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    _drain(terminal, bool)
    said = _drain(process.stdout.fileno(), _print)
    code = process.wait()
    said.join(STILL)
    return code


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # somebody may hold the pipe for ever
