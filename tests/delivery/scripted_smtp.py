"""A mail server that behaves badly on purpose, at the wire."""

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

CUT = "CUT"
"""Instead of a reply: the connection is reset there and then."""
SILENCE = "SILENCE"
"""Instead of a reply: nothing, and the connection stays open."""


@dataclass
class ScriptedServer:
    """Replies may be a text, CUT or SILENCE; `{n}` in them is the message's number, from 1."""

    offers: list[str] = field(default_factory=lambda: ["PIPELINING", "SIZE 10000000"])
    greeting: str = "220 mail.example.com ESMTP"
    on_mail: Callable[[str], str] = lambda line: "250 2.1.0 Ok"
    on_rcpt: Callable[[str], str] = lambda line: "250 2.1.5 Ok"
    # With how many recipients were accepted.
    on_data: Callable[[int], str] = lambda accepted: (
        "354 Go ahead" if accepted else "554 5.5.1 Error: no valid recipients"
    )
    on_dot: Callable[[int], str] = lambda number: "250 2.0.0 Ok: queued as ABC{n}"
    # Cut after so many bytes of content of message number n.
    cut_content_of: int = 0
    tls: ssl.SSLContext | None = None
    password: str = ""
    # What happened.
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    port: int = 0
    encrypted: bool = False
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    tasks: list[asyncio.Task[object]] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @contextlib.asynccontextmanager
    async def running(self, *, implicit_tls: bool = False) -> AsyncIterator["ScriptedServer"]:
        server = await asyncio.start_server(
            self._serve,
            "127.0.0.1",
            0,
            ssl=self.tls if implicit_tls else None,
            limit=2**22,
        )
        self.encrypted = implicit_tls
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.drop_all()
            await server.wait_closed()
            # One may be in the middle of a handshake that nobody will finish.
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
            self.tasks.clear()
            self.writers.clear()
            await asyncio.sleep(0)

    def drop_all(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        if task := asyncio.current_task():
            self.tasks.append(task)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            await _Session(self, reader, writer).run()
        writer.close()
        self.closed.set()


@dataclass
class _Session:
    server: ScriptedServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    accepted: int = 0
    rcpt: str = ""
    in_mail: bool = False

    async def run(self) -> None:
        if not await self.say(self.server.greeting):
            return
        while True:
            line = (await self.reader.readuntil(b"\r\n")).decode().rstrip("\r\n")
            self.server.commands.append(line)
            if not await self.command(line):
                return

    async def say(self, reply: str) -> bool:
        """False where the connection is over."""
        server = self.server
        reply = reply.format(n=len(server.contents))
        if reply == CUT:
            self.writer.transport.abort()
            return False
        if reply == SILENCE:
            await self.reader.read()
            return False
        self.writer.write(reply.replace("\n", "\r\n").encode() + b"\r\n")
        await self.writer.drain()
        return not reply.startswith("421")

    async def command(self, line: str) -> bool:
        server = self.server
        word = line[:4].upper()
        if word == "EHLO":
            names = ["mail.example.com", *server.offers]
            if server.encrypted:
                names = [name for name in names if name != "STARTTLS"]
            marks = ["-"] * (len(names) - 1) + [" "]
            return await self.say(
                "\n".join(f"250{mark}{name}" for mark, name in zip(marks, names, strict=True))
            )
        if word == "STAR":
            await self.say("220 2.0.0 Ready")
            assert server.tls is not None
            await self.writer.start_tls(server.tls)
            server.encrypted = True
            return True
        if word == "AUTH":
            return await self.sign_in(line)
        if word == "MAIL":
            if self.in_mail:
                return await self.say("503 5.5.1 Error: nested MAIL command")
            reply = server.on_mail(line)
            self.in_mail = reply.startswith("2")
            self.accepted = 0
            return await self.say(reply)
        if word == "RCPT":
            reply = server.on_rcpt(line) if self.in_mail else "503 5.5.1 Error: need MAIL command"
            if reply.startswith("2"):
                self.accepted += 1
                self.rcpt = line.partition("<")[2].rpartition(">")[0]
            return await self.say(reply)
        if word == "DATA":
            reply = server.on_data(self.accepted)
            if not await self.say(reply):
                return False
            return await self.content() if reply.startswith("354") else True
        if word == "RSET":
            self.in_mail = False
            return await self.say("250 2.0.0 Ok")
        if word == "QUIT":
            await self.say("221 2.0.0 Bye")
            return False
        return await self.say("500 5.5.2 Error: unknown command")

    async def sign_in(self, line: str) -> bool:
        server = self.server
        if line.startswith("AUTH PLAIN "):
            given = base64.b64decode(line[11:]).decode().split("\0")
        else:
            given = [""]
            for question in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                await self.say(f"334 {question}")
                given.append(base64.b64decode(await self.reader.readuntil(b"\r\n")).decode())
        good = given == ["", "mae", server.password]
        return await self.say("235 2.7.0 Ok" if good else "535 5.7.8 Error: authentication failed")

    async def content(self) -> bool:
        server = self.server
        if server.cut_content_of:
            await self.reader.readexactly(server.cut_content_of)
            return await self.say(CUT)
        lines = []
        while (line := await self.reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line)
        self.in_mail = False
        if not self.accepted:
            return await self.say("554 5.5.1 Error: no valid recipients")
        server.contents.append(b"".join(lines))
        server.recipients.append(self.rcpt)
        reply = server.on_dot(len(server.contents))
        if reply in (CUT, SILENCE) or not reply.startswith("2"):
            # Only what was acknowledged counts as taken.
            server.contents[-1] = b""
            server.recipients.pop()
        return await self.say(reply)
