"""What is sent decodes, with Python's own email package, to exactly what previews show."""

import email
import re
import string
from email.message import EmailMessage
from email.policy import default
from html import unescape
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from delivery.mime import BadAddressError, mail_address, mail_template, render_email
from delivery.rendering import From, Outgoing, Wording

ID = 4711
KEY = UUID("8d3bb0a4-7d4a-4f2a-9a0c-5b6f2d1c0e11")
SENDER = From(1, "Pine River Electric", "alerts@pineriver.example.com", "help@example.org")


def outgoing(
    body: str = "Hello {{ name }}",
    subject: str = "Work near {{ pole }}",
    *,
    sender: From = SENDER,
    address: str = "mae@example.com",
    language: str = "en",
    purpose: str = "curtailment",
    topic: str = "",
    **context: str,
) -> Outgoing:
    wording = Wording(1, language, purpose, subject, body, topic=topic)
    return Outgoing(ID, KEY, address, sender, wording, context)


def sent(message: Outgoing, **extra: str) -> bytes:
    headers = {name.replace("_", "-"): value for name, value in extra.items()}
    return mail_template(message.wording, message.sender).fill(message, headers)


def decoded(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    text = body.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def visible_text(html: str) -> str:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.words: list[str] = []

        def handle_data(self, data: str) -> None:
            self.words.append(data)

    reader = Reader()
    reader.feed(html)
    return "".join(reader.words)


def assert_fit_for_data(content: bytes) -> None:
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 998
    assert not any(line.startswith(b".") for line in lines)
    assert content.isascii()
    body = content.split(b"\r\n\r\n", 1)[1]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76


def assert_same_as_preview(message: Outgoing) -> EmailMessage:
    content = sent(message)
    assert_fit_for_data(content)
    parsed = decoded(content)
    rendered = render_email(message)
    assert parsed["Subject"] == rendered.subject
    assert part(parsed, "plain") == rendered.text
    assert part(parsed, "html") == rendered.html
    return parsed


any_text = st.text(max_size=200)
nasty = st.one_of(
    any_text,
    st.text(alphabet="=.?_ \t\r\nFrom :<>&\"'é😀", max_size=300),
    st.sampled_from(
        [".", "..", ".\r\n.", "From me", "=?utf-8?b?eA==?=", "x" * 2000, "é" * 200, "a " * 500]
    ),
)


@given(
    subject=nasty,
    body=nasty,
    value=nasty,
    other=nasty,
    purpose=st.sampled_from(["curtailment", "outage", "newsletter"]),
)
def test_any_wording_and_values_decode_to_what_the_preview_shows(
    subject: str, body: str, value: str, other: str, purpose: str
) -> None:
    assert_same_as_preview(
        outgoing(
            body + "{{ a }}" + other + "\n\n{{ b }}{{ a }}",
            subject + "{{ b }}",
            purpose=purpose,
            a=value,
            b=other,
        )
    )


@given(value=nasty)
def test_a_value_in_the_subject_and_the_address_lines_makes_no_header(value: str) -> None:
    parsed = decoded(sent(outgoing("Hi", "{{ pole }}", pole=value + "\r\nBcc: eve@example.net")))
    assert parsed["Bcc"] is None
    assert parsed.keys().count("Subject") == 1


@given(name=nasty)
def test_any_sender_name_decodes(name: str) -> None:
    sender = From(1, name, "alerts@example.com")
    parsed = decoded(sent(outgoing(sender=sender)))
    (address,) = parsed["From"].addresses
    assert address.addr_spec == "alerts@example.com"
    if name.isalnum() and len(name) <= 30:
        # Python's parser puts spaces between the encoded words of a longer name.
        assert address.display_name == name


def test_headers_say_who_to_whom_and_that_a_machine_wrote() -> None:
    parsed = decoded(sent(outgoing(pole="17-B", language="es")))
    assert parsed["From"] == "Pine River Electric <alerts@pineriver.example.com>"
    assert parsed["To"] == "mae@example.com"
    assert parsed["Reply-To"] == "help@example.org"
    assert parsed["Subject"] == "Work near 17-B"
    assert parsed["Content-Language"] == "es"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert parsed["MIME-Version"] == "1.0"
    assert parsed["Date"].datetime.tzinfo is not None
    assert parsed.get_content_type() == "multipart/alternative"
    assert '<html lang="es">' in part(parsed, "html")


def test_the_message_id_is_the_same_at_each_attempt() -> None:
    first, again = (decoded(sent(outgoing()))["Message-ID"] for _ in range(2))
    assert first == again == f"<{KEY}@pineriver.example.com>"


def test_both_parts_end_with_name_and_postal_address(settings: Settings) -> None:
    settings.UTILITY_NAME = "Ñandú & Sons Electric"
    settings.UTILITY_ADDRESS = "1 Main St\nPine River GA 30000"
    parsed = assert_same_as_preview(outgoing())
    assert part(parsed, "plain").endswith(
        "\n\n--\nYou get this email because we must tell you when your service is at stake.\n\n"
        "Ñandú & Sons Electric\n1 Main St\nPine River GA 30000\n"
    )
    assert "Ñandú &amp; Sons Electric<br>\n1 Main St<br>\nPine River GA 30000</p>" in part(
        parsed, "html"
    )


def test_html_in_wording_and_values_is_shown_as_text() -> None:
    parsed = assert_same_as_preview(
        outgoing("<b>Hi</b> {{ name }} & co", "<i>{{ name }}", name='<img src=x onerror="e()">')
    )
    html = part(parsed, "html")
    assert "<img" not in html
    assert "<b>" not in html
    assert '<b>Hi</b> <img src=x onerror="e()"> & co' in visible_text(html)
    assert "<b>Hi</b> <img" in part(parsed, "plain")


@pytest.mark.parametrize(
    ("body", "href"),
    [
        ("See https://example.com/a?b=1&c=2.", "https://example.com/a?b=1&amp;c=2"),
        ("(see https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("https://example.com/p/{{ pole }}, please", "https://example.com/p/17%20%22B%C3%B1"),
        ("Pay: {{ link }}.", "http://example.org/pay?x=1"),
        ("{{ link }}", "http://example.org/pay?x=1"),
    ],
)
def test_addresses_of_pages_become_links(body: str, href: str) -> None:
    message = outgoing(body, pole='17 "Bñ', link="http://example.org/pay?x=1")
    assert re.findall(r'<a href="([^"]*)"', part(assert_same_as_preview(message), "html")) == [href]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("https://example.com/p?n={{ name }}&x=1.", "https://example.com/p?n=Mae%20%22B%22&x=1."),
        ("(https://{{ link }}/{{ name }})", "(https://example.org/a/Mae%20%22B%22)"),
        ("{{ name }}: https://example.com, {{ name }}", 'Mae "B": https://example.com, Mae "B"'),
        ("https://example.com {{ name }}", 'https://example.com Mae "B"'),
    ],
)
def test_an_address_in_the_text_part_stays_whole_whatever_its_values(body: str, text: str) -> None:
    message = outgoing(body, name='Mae "B"', link="example.org/a", purpose="verification")
    parsed = assert_same_as_preview(message)
    assert part(parsed, "plain").startswith(text + "\n\n--\n")
    for link in re.findall(r'href="([^"]+)"', part(parsed, "html")):
        assert unescape(link) in part(parsed, "plain")


@pytest.mark.parametrize(
    "body", ["{{ link }}/more", "{{ link }}{{ link }}x", "javascript:alert(1) https:// ftp://x"]
)
def test_what_would_be_a_wrong_link_is_none(body: str) -> None:
    html = render_email(outgoing(body, link="http://example.org")).html
    assert "<a " not in html


def test_blank_lines_make_paragraphs_and_empty_ones_vanish() -> None:
    html = render_email(outgoing("One\ntwo\n\n\n{{ note }}\n\nthree", note="")).html
    paragraphs = re.findall(r'<p dir="auto"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert paragraphs == ["One<br>\ntwo", "three"]
    html = render_email(outgoing("One\n\n{{ note }}\n\nthree", note="a\nb")).html
    assert "a<br>\nb</p>" in html


def test_line_breaks_of_every_kind_in_values_are_line_breaks() -> None:
    rendered = render_email(outgoing("{{ name }}!", name="a\r\nb\rc\u2028d\x0be"))
    assert rendered.text.startswith("a\nb\nc\nd\ne!")
    assert_same_as_preview(outgoing("{{ name }}!", name="a\r\nb\rc\u2028d\x0be"))


def test_right_to_left_and_emoji_survive() -> None:
    parsed = assert_same_as_preview(outgoing("שלום {{ name }} 🌩️", "מזג {{ name }}", name="דנה 😀"))
    assert "שלום דנה 😀 🌩️" in part(parsed, "plain")
    assert parsed["Subject"] == "מזג דנה 😀"


def test_the_inbox_preview_skips_the_greeting() -> None:
    html = render_email(
        outgoing("Hello {{ name }},\n\nyour {{ what }} is out.", name="Mae", what="power")
    ).html
    hidden = re.search(r'<div style="display:none[^>]*>(.*?)</div>', html, re.DOTALL)
    assert hidden
    words, _, rest = hidden[1].partition("&#8199;")
    assert words == "your power is out."
    # Nothing that can be seen, and enough of it to fill the line.
    assert unescape(rest).strip(" \u2007\ufeff\u034f") == ""
    assert len(unescape(rest)) > 120
    assert "mso-hide:all" in html


def test_long_subjects_are_folded_and_not_cut() -> None:
    for subject in ("word " * 60, "x" * 1500, "ñandú " * 80):
        content = sent(outgoing("Hi", subject))
        assert_fit_for_data(content)
        assert decoded(content)["Subject"] == subject.strip()
        head = content.split(b"\r\n\r\n")[0].split(b"\r\n")
        assert all(len(line) <= 78 for line in head if line[:1] in (b"S", b" "))


def test_extra_headers_are_added_and_checked() -> None:
    message = outgoing()
    parsed = decoded(
        sent(
            message,
            List_Unsubscribe="<https://example.com/u/abc>",
            List_Unsubscribe_Post="List-Unsubscribe=One-Click",
        )
    )
    assert parsed["List-Unsubscribe"] == "<https://example.com/u/abc>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    parsed = decoded(sent(message, X_Note="a\r\nBcc: eve@example.net"))
    assert parsed["Bcc"] is None
    with pytest.raises(ValueError, match="name of a header"):
        mail_template(message.wording, message.sender).fill(message, {"X\r\nBcc": "x"})
    with pytest.raises(ValueError, match="too long"):
        sent(message, List_Unsubscribe=f"<https://example.com/{'x' * 1000}>")


@pytest.mark.parametrize(
    ("written", "sent_to", "utf8"),
    [
        ("Mae.M@example.com", "Mae.M@example.com", False),
        ("mae@bücher.example.com", "mae@xn--bcher-kva.example.com", False),
        ("maé@example.com", "maé@example.com", True),
        ('"mae m"@example.com', '"mae m"@example.com', False),
        ("mae@[192.0.2.1]", "mae@[192.0.2.1]", False),
    ],
)
def test_addresses_as_smtp_needs_them(written: str, sent_to: str, utf8: bool) -> None:
    assert mail_address(written) == (sent_to, utf8)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mae",
        "@example.com",
        "mae@",
        "mae m@example.com",
        "mae@example.com>\r\nRCPT TO:<eve@example.net",
        "mae@example.com\n",
        "mae,eve@example.com",
        "mae@exa mple.com",
        "mae\u2028@example.com",
        '"a\r\nb"@example.com',
        "x" * 250 + "@example.com",
        "mae@" + "é" * 70 + ".example.com",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(BadAddressError) as caught:
        mail_address(address)
    assert not address or address not in str(caught.value)


@given(address=st.text(alphabet=string.printable + "é\u2028", max_size=60))
def test_no_address_can_inject_a_command_or_a_header(address: str) -> None:
    try:
        text = mail_address(address + "@example.com").text
    except BadAddressError:
        return
    assert not re.search(r"[\r\n<\x00]|\s>", text)
