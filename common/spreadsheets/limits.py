"""How big a file may be. What is bigger gets words instead of a server that runs out of memory."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    max_bytes: int = 50 * MEGABYTE
    max_rows: int = 500_000
    """Rows below the headings that are not blank."""
    max_columns: int = 500
    max_unpacked_bytes: int = 2048 * MEGABYTE
    """Of all that is packed in an XLSX or ODS; it is read as a stream, so this costs time only."""
    max_shared_text_bytes: int = 160 * MEGABYTE
    """Of an XLSX's table of texts, the one part that has to be held in memory."""


def size_in_words(size: int) -> str:
    """2147483648 → "2.0 GB"."""
    if size >= 1000 * MEGABYTE:
        return f"{size / (1024 * MEGABYTE):.1f} GB"
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.0f} MB"
    return f"{max(1, size // 1024)} kB"
