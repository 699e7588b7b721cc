"""``qbconnector serve``: runs the connector until it is told to stop."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import click

from qbconnector.app import Connector, Overrides
from qbconnector.cli import examples
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.presence import Presence

PORT = click.IntRange(0, 65535)
PAUSE = 0.25  # seconds between looks whether somebody asks it to end
SIGNALS = [signal.SIGINT, signal.SIGTERM]
if sys.platform == "win32":
    SIGNALS.append(signal.SIGBREAK)  # Ctrl-Break, which reaches a group of processes as SIGTERM does elsewhere


def run(folder: DataFolder, connector: Connector, ready: Callable[[Connector], Awaitable[None]]) -> None:
    """Run until SIGTERM or Ctrl-C; ``ready`` is called when both ports accept."""
    run_until(folder, connector, ready, _on_signals)


def run_until(
    folder: DataFolder,
    connector: Connector,
    ready: Callable[[Connector], Awaitable[None]],
    stop_by: Callable[[asyncio.AbstractEventLoop, asyncio.Event], None],
) -> None:
    """Run until the event is set that ``stop_by`` gets, or somebody asks through the data folder.

    ``ready`` is called when both ports accept.
    """
    presence = Presence(folder)

    async def serve() -> None:
        stop = asyncio.Event()
        stop_by(asyncio.get_running_loop(), stop)
        await connector.start()
        try:
            presence.show()
            await ready(connector)
            while not stop.is_set() and not presence.show():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), PAUSE)
        finally:
            await connector.stop()
            presence.leave()

    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(serve())


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    for number in SIGNALS:
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
            # The loop is woken by it, or is awake just now; then Python would print that it could not wake it.
            signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)


@click.command(
    "serve",
    epilog=examples(
        "qbconnector serve",
        "qbconnector serve --host 127.0.0.1 --port 0 --console-port 0     any free ports",
        "QBCONNECTOR_DATA=/srv/books qbconnector serve",
    ),
)
@click.option("--host", help="The address to listen on, instead of the setting LocalHost.")
@click.option("--port", type=PORT, help="The port for requests, instead of Port; 0: any free one.")
@click.option("--console-port", type=PORT, help="The console's port; 0: any free one.")
@click.pass_obj
def command(folder: DataFolder, host: str | None, port: int | None, console_port: int | None) -> None:
    """Run the connector.

    Prints one line, "ready", with the address for requests and the console's, as soon as both accept.
    Changes of settings and users take effect while it runs. SIGTERM and Ctrl-C let running requests finish.
    """

    async def ready(connector: Connector) -> None:
        click.echo(f"ready {connector.data_url} console {connector.console_url}")

    run(folder.ensure(), Connector(folder, Overrides(host, port, console_port)), ready)
