"""`kith serve`: the site on one machine, by waitress."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable

from flask import Flask

from directory.errors import CannotStart

THREADS = 8


def serve(app: Flask, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until stopped. Raises CannotStart where the port cannot be had."""
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = create_server(app, host=host, port=port, threads=THREADS, ident="Kith")
    except OSError as error:
        raise CannotStart(_why(error, host, port)) from error
    say(f"Kith is at http://{host}:{port}/ (stop it with Ctrl-C).")
    try:
        server.run()
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        server.close()


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop what is running there, or choose another with --port."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} may not be used by you: choose one above 1024 with --port."
    return f"Kith cannot listen on {host}:{port}: {error.strerror or error}."
