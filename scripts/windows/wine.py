"""Runs a Windows program under Wine in the prefix of WINEPREFIX: wine.py PROGRAM [ARGUMENT …].

A Windows Python ends at once when one of its standard streams is an ordinary file, and services and COM servers
that a program started keep its pipes open. So its output comes through a pipe, and we wait for the program alone.
"""

import os
import subprocess
import sys
from threading import Thread

STILL = 2.0  # seconds for what is left in the pipe when the program has ended


def _pass_on(pipe: int) -> None:
    while some := os.read(pipe, 65536):
        sys.stdout.buffer.write(some)
        sys.stdout.buffer.flush()


def run(command: list[str]) -> int:
    """Run it to its end, and pass on what it says; its exit code."""
    # The server has to be there before: else it would be a child of the program, and hold its pipe too.
    subprocess.run(["wineserver", "--persistent"], check=False)  # exit code 2: it is there already
    process = subprocess.Popen(
        ["wine", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    reader = Thread(target=_pass_on, args=(process.stdout.fileno(),), daemon=True)
    reader.start()
    code = process.wait()
    reader.join(STILL)
    return code


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # the reader may hang on the pipe for ever
