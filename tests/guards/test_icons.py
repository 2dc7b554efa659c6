"""That each drawing which a page names is there: a missing one leaves an empty box."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_NAMED = re.compile(
    r"""\{% (?:icon|empty) "([a-z-]+)"|icon_name="([a-z-]+)"|\{% chip "[a-z]*" "([a-z-]+)\""""
)


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z-]+)"', (ROOT / "static/icons.svg").read_text()))
    assert len(drawn) > 40
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "templates").rglob("*.html")
        for names in _NAMED.findall(path.read_text(encoding="utf-8"))
        for name in names
        if name and name not in drawn
    }
    assert sorted(missing) == []
