"""An SMTP server that takes everything and keeps nothing, and is not the bottleneck."""

import asyncio
import contextlib
import multiprocessing
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def sink() -> Iterator[tuple[int, str]]:
    """Port and name of a running sink: postfix's smtp-sink where installed, else a bare one."""
    port = free_port()
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/libexec/postfix")
    if program:
        process = subprocess.Popen(  # noqa: S603
            [program, "-u", "nobody", f"127.0.0.1:{port}", "1000"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        name = "smtp-sink"
        stop = process.terminate
    else:
        own = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
        own.start()
        name = "bare asyncio sink"
        stop = own.terminate
    try:
        _wait(port)
        yield port, name
    finally:
        stop()


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("The SMTP sink did not start.")


def _serve(port: int) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(main())


class _Sink(asyncio.Protocol):
    """The least of SMTP: lines in, 250 out, DATA until a lone dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out: asyncio.Transport = transport  # type: ignore[assignment]
        self._buffer = b""
        self._in_data = False
        self._out.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        replies = []
        while True:
            if self._in_data:
                end = self._buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                self._buffer = self._buffer[end + 5 :]
                self._in_data = False
                replies.append(b"250 2.0.0 Ok\r\n")
                continue
            line, found, rest = self._buffer.partition(b"\r\n")
            if not found:
                break
            self._buffer = rest
            word = line[:4].upper()
            if word == b"EHLO":
                replies.append(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif word == b"DATA":
                self._in_data = True
                replies.append(b"354 go\r\n")
            elif word == b"QUIT":
                self._out.write(b"".join(replies) + b"221 bye\r\n")
                self._out.close()
                return
            else:
                replies.append(b"250 2.1.0 Ok\r\n")
        self._out.write(b"".join(replies))
