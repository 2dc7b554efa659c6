"""Where the embedded servers live and how they are reached: names only, nothing is touched."""

import hashlib
from pathlib import Path
from urllib.parse import quote

# A socket's path holds 107 bytes, and a checkout may lie deeper than that; so the sockets
# lie in a short folder that is named after the data directory.
SOCKETS = Path("/tmp")  # noqa: S108 (the folder made in it is ours alone, and checked to be)
DATABASE = "upn"
ROLE = "upn"


def name_of(data_dir: Path) -> str:
    """A short name for a data directory: the same for each way of writing its path."""
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]


def socket_dir(data_dir: Path) -> Path:
    return SOCKETS / f"upn-{name_of(data_dir)}"


def valkey_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / "valkey.sock"


def database_url(data_dir: Path) -> str:
    """`postgresql://upn@/upn?host=/tmp/upn-…`, understood by libpq and by django-environ."""
    host = quote(str(socket_dir(data_dir)), safe="/")
    return f"postgresql://{ROLE}@/{DATABASE}?host={host}"


def redis_url(data_dir: Path, *, db: int = 0) -> str:
    """`unix:///tmp/upn-…/valkey.sock?db=0`, as redis-py reads it."""
    return f"unix://{quote(str(valkey_socket(data_dir)), safe='/')}?db={db}"
