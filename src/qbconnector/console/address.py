"""Where the console of a data folder's connector is, seen from this machine; a link into it; whether it answers."""

from typing import Final

from qbconnector.console.administrator import Administrator
from qbconnector.settings import addresses
from qbconnector.settings.folders import DataFolder

PATIENCE: Final = 2.0  # seconds


def url(folder: DataFolder) -> str:
    """What a running connector has noted, or else what the settings say."""
    if folder.console_url.exists():
        return folder.console_url.read_text("utf-8").strip()
    settings = folder.store.read().settings
    return addresses.url(settings.console_host, settings.console_port, tls=settings.console_tls)


def signin_link(folder: DataFolder) -> str:
    """A link that signs in once, within two minutes."""
    return f"{url(folder)}signin?link={Administrator(folder.ensure().state).make_link()}"


def answers(folder: DataFolder) -> bool:
    """Whether it says that the data port takes requests. Its certificate does not matter: it is told nothing."""
    import httpx

    try:
        answer = httpx.get(f"{url(folder)}healthz", timeout=PATIENCE, verify=False, trust_env=False)  # noqa: S501
        return answer.status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
