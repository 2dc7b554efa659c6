"""Files as people have them, written into a folder of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# Other processes share the machine: how long one example takes says nothing.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """write("text or bytes", name=…, encoding=…) → the file's path."""

    def write_file(
        content: str | bytes, *, name: str = "members.csv", encoding: str = "utf-8"
    ) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file
