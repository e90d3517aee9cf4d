"""`panel-office serve`: the web console as a service, until it is told to end.

Knows: when it may be reached from outside. Touches: the port, signals. Must not: need the broker to be there, or hold a signing
key. What it runs on is imported only here, so that the other commands start at once.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from player.base.text import for_terminal
from player.office.settings import OfficeSettings, read_office_settings
from player.office.signing import OfficeError
from player.office.terminal import plain_errors
from player.office.web.allocator import keep_little_memory
from player.office.web.extra import check_web_part

if TYPE_CHECKING:
    from player.office.web.office import WebOffice

app = typer.Typer()

END_WITHIN_S = 3
"""Streams end at once; a download that is under way has so long."""
MOST_CONNECTIONS = 500
"""At once: 20 people with several pages each use a tenth. More are told to come again (503)."""
HEADER_BYTES = 32 * 1024
NO_OPTIONS: tuple[Path | None, dict[str, Any]] = (None, {})


@app.command()
def serve(
    context: typer.Context,
    listen: Annotated[str | None, typer.Option(help="Default: web.listen of the settings, 127.0.0.1:8080.")] = None,
) -> None:
    """The web console: panels, content, urgent messages and records in a browser; a service."""
    with plain_errors():
        check_web_part()
        settings = read_settings(context, listen)
        check_reach(settings)
        keep_little_memory()
        asyncio.run(_serve(settings))


def read_settings(context: typer.Context, listen: str | None = None) -> OfficeSettings:
    """The office's settings; no broker needs to be named. Raises OfficeError."""
    config, given = context.find_root().obj or NO_OPTIONS
    settings = read_office_settings(config, given, broker=False)
    if listen is None:
        return settings
    return read_office_settings(config, {**given, "web": {**settings.web.model_dump(), "listen": listen}}, broker=False)


def check_reach(settings: OfficeSettings) -> None:
    """Passwords and sessions never cross a network in clear text. Raises OfficeError."""
    web = settings.web
    if web.is_local or web.certificate_file or web.behind_proxy:
        return
    raise OfficeError(
        f"web.listen = {web.listen!r} is open to the network, where passwords would be readable; write web.certificate_file and"
        " web.key_file, or web.behind_proxy = the address of the proxy that does the TLS, or listen on 127.0.0.1"
    )


async def _serve(settings: OfficeSettings) -> None:
    """Raises OfficeError: the port is taken, which is said before the rest is loaded, or the certificate cannot be read."""
    with open_port(settings) as port:
        import uvicorn

        from player.office.web.app import make_app
        from player.office.web.office import open_office

        class _Server(uvicorn.Server):
            """uvicorn's, which ends our streams when it is told to end."""

            def handle_exit(self, sig: int, frame: Any) -> None:
                office.closing.set()
                super().handle_exit(sig, frame)

        async with open_office(settings) as office:
            config = uvicorn.Config(make_app(office), **options_of(settings))
            try:
                config.load()
            except OSError as error:  # also what TLS says of a file
                raise OfficeError(f"web.certificate_file, web.key_file: {error}") from error
            _tell(office)
            await _Server(config).serve(sockets=[port])


def open_port(settings: OfficeSettings) -> socket.socket:
    """Raises OfficeError."""
    host, port = settings.web.host_and_port
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
        )
    except OSError as error:
        raise OfficeError(
            f"cannot listen on {settings.web.listen}: {error.strerror}; does another program do so?"
        ) from error


def options_of(settings: OfficeSettings) -> dict[str, Any]:
    """uvicorn's. A proxy's word for who asks counts only when it comes from the proxy's own address."""
    web = settings.web
    return {
        "ssl_certfile": _file(web.certificate_file) or None,
        "ssl_keyfile": _file(web.key_file) or None,
        "proxy_headers": bool(web.behind_proxy),
        "forwarded_allow_ips": web.behind_proxy or None,
        "server_header": False,
        "date_header": True,
        "access_log": False,
        "log_level": "warning",
        "lifespan": "off",
        "ws": "none",
        "loop": "asyncio",
        "http": "h11",
        "h11_max_incomplete_event_size": HEADER_BYTES,
        "limit_concurrency": MOST_CONNECTIONS,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": END_WITHIN_S,
    }


def _tell(office: WebOffice) -> None:
    """For the service's log: where it is, and the head of the log of what was done, which so is written elsewhere too."""
    web = office.settings.web
    n, chain = office.audit.head()
    scheme = "https" if web.certificate_file else "http"
    lines = [f"console: {scheme}://{web.listen}", f"log: {n} lines, chain {chain}"]
    if not office.accounts.all():
        lines.append("there is no account yet: panel-office account add NAME --role admin")
    for line in lines:
        sys.stdout.write(f"{for_terminal(line)}\n")
    sys.stdout.flush()


def _file(path: str) -> str:
    return str(Path(path).expanduser()) if path else ""
