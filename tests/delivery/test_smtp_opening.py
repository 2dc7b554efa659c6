"""Opening connections: EMAIL_URL, encryption, certificates, signing in."""

import asyncio
import datetime
import ipaddress
import re
import ssl
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.checks import Error, Warning
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from delivery.providers.base import Outcome
from delivery.providers.smtp import SmtpProvider, check_settings
from delivery.providers.smtp.opening import own_name
from delivery.providers.smtp.url import SmtpSettings, Tls, parse_email_url
from tests.delivery.scripted_smtp import ScriptedServer
from tests.delivery.test_smtp_conversation import statuses, window

OFFERS = ["PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Self-made, for 127.0.0.1; the key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def hand_over(
    server: ScriptedServer, query: str = "", *, user: str = "", implicit_tls: bool = False
) -> list[Outcome]:
    async def scenario() -> list[Outcome]:
        async with server.running(implicit_tls=implicit_tls):
            scheme = "smtps" if implicit_tls else "smtp"
            url = f"{scheme}://{user}127.0.0.1:{server.port}?connections=1&timeout=5{query}"
            smtp = SmtpProvider(parse_email_url(url))
            outcomes = await smtp.hand_over(window(3))
            await smtp.close()
            return outcomes

    return asyncio.run(scenario())


def test_encryption_is_used_where_it_is_offered(tls: ssl.SSLContext) -> None:
    server = ScriptedServer(offers=OFFERS, tls=tls)
    assert statuses(hand_over(server)) == ["sent"] * 3
    assert server.encrypted
    assert [line[:4] for line in server.commands[:4]] == ["EHLO", "STAR", "EHLO", "MAIL"]


def test_encryption_can_be_turned_off(tls: ssl.SSLContext) -> None:
    server = ScriptedServer(offers=OFFERS, tls=tls)
    assert statuses(hand_over(server, "&tls=off")) == ["sent"] * 3
    assert not server.encrypted


def test_required_encryption_wants_a_certificate_that_is_good(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = hand_over(ScriptedServer(offers=OFFERS, tls=tls), "&tls=required")
    assert statuses(outcomes) == ["queued"] * 3
    assert all(one.down and "certificate" in one.reason for one in outcomes)
    server = ScriptedServer(offers=OFFERS, tls=tls)
    assert statuses(hand_over(server, "&tls=required&verify=no")) == ["sent"] * 3
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = ScriptedServer(offers=OFFERS, tls=tls)
    assert statuses(hand_over(server, "&tls=required")) == ["sent"] * 3
    assert server.encrypted


def test_required_encryption_that_is_not_offered_sends_nothing() -> None:
    server = ScriptedServer()
    outcomes = hand_over(server, "&tls=required")
    assert statuses(outcomes) == ["queued"] * 3
    assert all(one.down and "STARTTLS" in one.reason for one in outcomes)
    assert not server.contents


def test_smtps_is_encrypted_from_the_start(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = hand_over(ScriptedServer(tls=tls), implicit_tls=True)
    assert all(one.down and "certificate" in one.reason for one in outcomes)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert statuses(hand_over(ScriptedServer(tls=tls), implicit_tls=True)) == ["sent"] * 3


def test_what_is_said_in_clear_before_encryption_is_not_believed() -> None:
    """A man in the middle who adds a reply behind the one to STARTTLS (CVE-2011-0411's kind)."""

    async def scenario() -> list[Outcome]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 hi\r\n")
            await reader.readline()
            writer.write(b"250-hi\r\n250 STARTTLS\r\n")
            await reader.readline()
            writer.write(b"220 go\r\n250 injected\r\n")
            await reader.read()
            writer.close()

        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        smtp = SmtpProvider(parse_email_url(f"smtp://127.0.0.1:{port}?timeout=5&connections=1"))
        outcomes = await smtp.hand_over(window(1))
        listening.close()
        await listening.wait_closed()
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)
        return outcomes

    (outcome,) = asyncio.run(scenario())
    assert (str(outcome.status), outcome.down) == ("queued", True)


@pytest.mark.parametrize("ways", ["AUTH PLAIN LOGIN", "AUTH LOGIN", "AUTH=LOGIN"])
def test_signing_in(ways: str) -> None:
    password = "p:@/#ñ ss"
    server = ScriptedServer(offers=["PIPELINING", ways], password=password)
    user = f"mae:{quote(password, safe='')}@"
    assert statuses(hand_over(server, user=user)) == ["sent"] * 3


@pytest.mark.parametrize(
    ("ways", "words"),
    [("AUTH PLAIN", "refused our user name"), ("AUTH GSSAPI", "no sign-in that we know")],
)
def test_failing_to_sign_in_is_our_trouble(ways: str, words: str) -> None:
    server = ScriptedServer(offers=["PIPELINING", ways], password="right")
    outcomes = hand_over(server, user="mae:wrong@")
    assert statuses(outcomes) == ["queued"] * 3
    assert all(one.down and words in one.reason and "wrong" not in one.reason for one in outcomes)
    assert not server.contents


def test_a_server_without_ehlo_is_greeted_the_old_way() -> None:
    async def scenario() -> list[Outcome]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 hi\r\n")
            replies = {b"EHLO": b"500 what?", b"DATA": b"354 go"}
            while line := await reader.readline():
                writer.write(replies.get(line[:4], b"250 ok") + b"\r\n")
                if line.startswith(b"DATA"):
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(b"250 ok\r\n")
            writer.close()

        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        smtp = SmtpProvider(parse_email_url(f"smtp://127.0.0.1:{port}?connections=1&timeout=5"))
        outcomes = await smtp.hand_over(window(2))
        await smtp.close()
        listening.close()
        await listening.wait_closed()
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)
        return outcomes

    assert statuses(asyncio.run(scenario())) == ["sent", "sent"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", SmtpSettings("mail.example.com", 25)),
        ("smtps://mail.example.com", SmtpSettings("mail.example.com", 465, tls=Tls.FROM_THE_START)),
        (
            "smtp://mae%40example.com:p%2F%40%23@mail.example.com",
            SmtpSettings("mail.example.com", 587, "mae@example.com", "p/@#", tls=Tls.REQUIRED),
        ),
        (
            "smtp://mae:p@mail.example.com:26?tls=optional",
            SmtpSettings("mail.example.com", 26, "mae", "p", tls=Tls.OPTIONAL),
        ),
        ("smtp://mae:p@localhost", SmtpSettings("localhost", 587, "mae", "p")),
        (
            "smtp://[::1]:26/?tls=off&verify=no&connections=4&per_connection=100&timeout=9&helo=a.b",
            SmtpSettings("::1", 26, "", "", Tls.OFF, False, 4, 100, 9, "a.b"),
        ),
    ],
)
def test_email_url_is_read(url: str, expected: SmtpSettings) -> None:
    found = parse_email_url(url)
    assert found == expected
    assert found.password == expected.password


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://mail.example.com", "begin with smtp://"),
        ("smtp://", "no host"),
        ("smtp://mail.example.com:port", "can't be read"),
        ("smtp://mail.example.com:99999", "can't be read"),
        ("smtp://mae:secret/x@mail.example.com", "(?i)percent-encode"),
        ("smtp://mail.example.com/secret", "after the host"),
        ("smtp://:secret@mail.example.com", "no user name"),
        ("smtp://mail.example.com?conections=2", "not known: conections"),
        ("smtp://mail.example.com?connections=none", "connections must be a whole number"),
        ("smtp://mail.example.com?connections=0", "from 1 to 50"),
        ("smtp://mail.example.com?timeout=1&timeout=2", "twice"),
        ("smtp://mail.example.com?tls=smtps", "tls must be"),
        ("smtp://mail.example.com?tls=yes", "tls must be"),
        ("smtps://mail.example.com?tls=off", "always encrypted"),
        ("smtp://mail.example.com?verify=maybe", "yes or no"),
        ("smtp://mail.example.com?helo=a%0D%0Ab", "host name"),
    ],
)
def test_a_wrong_email_url_says_what_is_wrong(url: str, words: str, settings: Settings) -> None:
    with pytest.raises(ImproperlyConfigured, match=words) as caught:
        parse_email_url(url)
    assert "secret" not in str(caught.value)
    if url.startswith("smtp"):
        settings.EMAIL_URL = url
        (problem,) = check_settings()
        assert isinstance(problem, Error)
        assert re.search(words, problem.msg)


def test_settings_are_not_shown_with_their_password() -> None:
    assert "secret" not in repr(parse_email_url("smtp://mae:secret@mail.example.com"))


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("", 0),
        ("postmark", 0),
        ("smtp://mail.example.com", 0),
        ("smtp://mae:p@mail.example.com", 0),
        ("smtp://mae:p@mail.example.com?tls=optional", 1),
    ],
)
def test_a_password_in_clear_is_warned_of(url: str, count: int, settings: Settings) -> None:
    settings.EMAIL_URL = url
    found = check_settings()
    assert len(found) == count
    assert all(isinstance(one, Warning) for one in found)


def test_our_name_is_the_site_s() -> None:
    assert own_name("https://alerts.example.com/") == "alerts.example.com"
    assert own_name("http://127.0.0.1:8000") != "127.0.0.1"
