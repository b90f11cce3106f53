"""`kith serve`: the site on one machine, by waitress, and the background worker beside it."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask

from directory.background import working
from directory.errors import CannotStart

THREADS = 8


def serve(app: Flask, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until stopped. Raises CannotStart where the port cannot be had."""
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with _listening(host, port) as door:
        server = create_server(app, sockets=[door], threads=THREADS, ident="Kith")
        with working(app):
            _run(server, f"Kith is at http://{host}:{port}/ (stop it with Ctrl-C).", say)


def _run(server: Any, welcome: str, say: Callable[[str], None]) -> None:
    signal.signal(signal.SIGTERM, _stop)
    say(welcome)
    try:
        server.run()
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        server.close()


def _listening(host: str, port: int) -> socket.socket:
    """The port, ours from here on. Raises CannotStart in plain words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise CannotStart(_why(error, host, port)) from error
    return door


def _stop(_number: int, _frame: object) -> None:
    """A service manager's SIGTERM ends the server as Ctrl-C does."""
    raise KeyboardInterrupt


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: choose another with --port (make demo PORT=5001)."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} may not be used by you: choose one above 1024 with --port."
    return f"Kith cannot listen on {host}:{port}: {error.strerror or error}."
