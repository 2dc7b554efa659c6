"""A mailbox behind real IMAP on 127.0.0.1: as much of RFC 3501 as fetching speaks."""

import contextlib
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

USER, PASSWORD = "bounces", 'a "quoted" p@ss'


@dataclass
class Mailbox:
    port: int = 0
    capabilities: str = "IMAP4rev1"
    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    seen: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    # The connection is cut when a command begins so.
    cut_at: str = ""

    def put(self, *mails: bytes) -> None:
        for mail in mails:
            uid = len(self.folders["INBOX"]) + len(self.deleted) + 100
            self.folders["INBOX"][uid] = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        self.say(f"* OK [CAPABILITY {box.capabilities}] ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            box.commands.append(command)
            if box.cut_at and command.startswith(box.cut_at):
                return
            done = self.answer(box, command)
            self.say(f"{tag} {done}")
            if command == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, box: Mailbox, command: str) -> str:
        words = [a or b for a, b in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', command)]
        words = [word.replace('\\"', '"').replace("\\\\", "\\") for word in words]
        inbox = box.folders["INBOX"]
        match words:
            case ["CAPABILITY"]:
                self.say(f"* CAPABILITY {box.capabilities}")
            case ["LOGIN", user, password]:
                return "OK in" if (user, password) == (USER, PASSWORD) else "NO not you"
            case ["SELECT", folder]:
                if folder not in box.folders:
                    return "NO no such folder"
                self.say(f"* {len(inbox)} EXISTS")
            case ["UID", "SEARCH", *which]:
                unseen = "UNSEEN" in which
                uids = [u for u in inbox if not (unseen and u in box.seen)]
                self.say(f"* SEARCH {' '.join(map(str, uids))}")
            case ["UID", "FETCH", uid, *_]:
                mail = inbox.get(int(uid))
                if mail is not None:
                    self.say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(mail)}}}")
                    self.wfile.write(mail + b")\r\n")
            case ["UID", "STORE", uid, _, flags]:
                (box.seen if "Seen" in flags else box.deleted).add(int(uid))
            case ["UID", "MOVE" | "COPY" as how, uid, folder]:
                if folder not in box.folders:
                    return "NO [TRYCREATE] no such folder"
                box.folders[folder][int(uid)] = inbox[int(uid)]
                if how == "MOVE":
                    del inbox[int(uid)]
            case ["CREATE", folder]:
                box.folders[folder] = {}
            case ["EXPUNGE"]:
                for uid in box.deleted & inbox.keys():
                    del inbox[uid]
            case ["LOGOUT"]:
                self.say("* BYE")
            case _:
                return "BAD what?"
        return "OK done"


@contextlib.contextmanager
def imap_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.mailbox = mailbox  # type: ignore[attr-defined]
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()
