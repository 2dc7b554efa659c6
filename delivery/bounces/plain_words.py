"""Servers' words as they may be kept: on one line, without the addresses they like to repeat."""

import re

_ADDRESS = re.compile(r"<[^<>\s]*@[^<>]*>|[^\s<>()\[\]:;,\"']+@[^\s<>()\[\],;:\"']+")
MOST = 300


def without_addresses(text: str, most: int = MOST) -> str:
    return " ".join(_ADDRESS.sub("…", text[: most * 4]).split())[:most]
