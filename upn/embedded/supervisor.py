"""supervisord as our keeper of processes: its configuration, and talking to it.

It starts each program when told, starts it again when it dies, and stops the stages in order.
"""

import ctypes
import http.client
import os
import shlex
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from supervisor.states import ProcessStates
from supervisor.xmlrpc import SupervisorTransport

from upn.embedded.account import EmbeddedError, forget_sockets
from upn.embedded.leftovers import mark
from upn.embedded.places import socket_dir
from upn.embedded.programs import Program

PR_SET_PDEATHSIG = 1


def log_dir(data_dir: Path) -> Path:
    return data_dir / "log"


def log_of(data_dir: Path, name: str) -> Path:
    return log_dir(data_dir) / f"{name}.log"


def configuration(programs: list[Program], *, data_dir: Path, checkout: Path) -> str:
    """The text of supervisord's configuration file."""
    socket = socket_dir(data_dir) / "supervisor.sock"
    parts = [
        _section(
            "supervisord",
            nodaemon="true",
            silent="true",
            directory=checkout,
            logfile=log_of(data_dir, "supervisor"),
            pidfile=data_dir / "supervisor.pid",
            childlogdir=log_dir(data_dir),
            minfds=1024,
            **({"user": "root"} if os.geteuid() == 0 else {}),
        ),
        _section("unix_http_server", file=socket, chmod="0700"),
        _section(
            "rpcinterface:supervisor",
            **{
                "supervisor.rpcinterface_factory": (
                    "supervisor.rpcinterface:make_main_rpcinterface"
                )
            },
        ),
    ]
    for stage in sorted({program.stage for program in programs}):
        members = [program for program in programs if program.stage == stage]
        names = ",".join(program.name for program in members)
        parts.append(_section(f"group:{group_of(stage)}", programs=names, priority=stage))
        parts += [_program(program, data_dir=data_dir) for program in members]
    return "\n".join(parts)


def group_of(stage: int) -> str:
    return f"stage-{stage}"


def _program(program: Program, *, data_dir: Path) -> str:
    account = program.account
    other = account is not None and account.is_other
    environment = ",".join(f'{name}="{value}"' for name, value in program.environment.items())
    return _section(
        f"program:{program.name}",
        command=shlex.join(program.command),
        autostart="false",
        autorestart="true",
        startsecs=1,
        startretries=1000,
        stopsignal=program.stop_signal,
        stopwaitsecs=program.stop_seconds,
        # A web server or worker that does not end in time goes with all its children.
        killasgroup="true",
        redirect_stderr="true",
        stdout_logfile=log_of(data_dir, program.name),
        stdout_logfile_maxbytes="10MB",
        stdout_logfile_backups=2,
        **({"user": account.name, "directory": "/"} if other and account else {}),
        **({"environment": environment} if environment else {}),
    )


def _section(name: str, **values: object) -> str:
    """An INI section; `%` is doubled, since supervisord expands it."""
    lines = [f"{key} = {str(value).replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


class Supervisor:
    """A running supervisord, which ends with us even where we are killed (on Linux)."""

    def __init__(self, programs: list[Program], *, data_dir: Path, checkout: Path) -> None:
        self.programs = programs
        self.data_dir = data_dir
        log_dir(data_dir).mkdir(parents=True, exist_ok=True)
        path = data_dir / "supervisor.conf"
        path.write_text(configuration(programs, data_dir=data_dir, checkout=checkout))
        self._socket = socket_dir(data_dir) / "supervisor.sock"
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(path)],
            cwd=checkout,
            env={**os.environ, **mark(data_dir), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to handle: it must not end all at once
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self._call("getState")
                return
            except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"supervisord did not start; see {log_of(self.data_dir, 'supervisor')}"
                    ) from error
                time.sleep(0.05)

    def _call(self, method: str, *arguments: object) -> Any:
        # A connection each time: supervisord closes one that an exception went over.
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def start(self, names: Iterable[str]) -> None:
        """Start these programs, and do not wait: a server tells by itself when it is ready."""
        wanted = set(names)
        for program in self.programs:
            if program.name in wanted:
                self._call("startProcess", f"{group_of(program.stage)}:{program.name}", False)

    def states(self) -> dict[str, tuple[str, int]]:
        """Program → its state (RUNNING, BACKOFF, …) and its pid, 0 where it has none."""
        return {
            str(one["name"]): (str(one["statename"]), int(one["pid"]))
            for one in self._call("getAllProcessInfo")
        }

    def revive(self) -> list[str]:
        """Start again what supervisord has given up on. Returns which."""
        fatal = [
            str(one["name"])
            for one in self._call("getAllProcessInfo")
            if one["state"] == ProcessStates.FATAL
        ]
        self.start(fatal)
        return fatal

    def stop(self) -> None:
        """Stop every program, the last stage first, then supervisord itself; wait for all of it."""
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        forget_sockets(self.data_dir)


def _end_with_parent() -> None:
    """Have the kernel send us SIGTERM when our parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
