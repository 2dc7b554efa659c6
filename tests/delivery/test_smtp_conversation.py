"""What is certain, and what is in doubt, when mail servers behave in every way they do."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from delivery.choices import Status
from delivery.providers.base import Outcome
from delivery.providers.smtp import SmtpProvider
from delivery.providers.smtp.url import parse_email_url
from delivery.providers.smtp.window import ExtraHeaders
from delivery.rendering import From, Outgoing, Wording
from tests.delivery.scripted_smtp import CUT, SILENCE, ScriptedServer
from tests.wire import SmtpSink

SENDER = From(1, "Pine River Electric", "alerts@pineriver.example.com")
WORDING = Wording(1, "en", "outage", "Outage near {{ pole }}", "Hello {{ name }}")


def window(count: int, *, wording: Wording = WORDING, start: int = 1) -> list[Outgoing]:
    return [
        Outgoing(
            number,
            UUID(int=number),
            f"m{number}@example.com",
            SENDER,
            wording,
            {"name": f"Mae {number}", "pole": "17"},
        )
        for number in range(start, start + count)
    ]


def provider(
    server: ScriptedServer, *, extra_headers: ExtraHeaders | None = None, **options: int
) -> SmtpProvider:
    query = urlencode({"connections": 1, "timeout": 5, **options})
    settings = parse_email_url(f"smtp://127.0.0.1:{server.port}?{query}")
    return SmtpProvider(settings, extra_headers=extra_headers)


async def hand_over(
    server: ScriptedServer, messages: list[Outgoing], **options: int
) -> list[Outcome]:
    async with server.running():
        smtp = provider(server, extra_headers=None, **options)
        outcomes = await smtp.hand_over(messages)
        await smtp.close()
        return outcomes


def run(scenario: Coroutine[Any, Any, list[Outcome]]) -> list[Outcome]:
    return asyncio.run(scenario)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [str(outcome.status) for outcome in outcomes]


@pytest.fixture(params=["pipelining", "step by step"])
def server(request: pytest.FixtureRequest) -> ScriptedServer:
    offers = ["PIPELINING", "SIZE 10000000"] if request.param == "pipelining" else ["SIZE 10000000"]
    return ScriptedServer(offers=offers)


def once_at(number: int, reply: str) -> Callable[[str], str]:
    """A reply to the command of that number, and 250 to the others."""
    count = 0

    def answer(line: str) -> str:
        nonlocal count
        count += 1
        return reply if count == number else "250 Ok"

    return answer


def for_recipient(address: str, reply: str) -> Callable[[str], str]:
    return lambda line: reply if address in line else "250 2.1.5 Ok"


def test_each_message_arrives_once_with_its_own_words_and_its_queue_id(
    server: ScriptedServer,
) -> None:
    async def scenario() -> list[Outcome]:
        async with server.running():
            smtp = provider(server)
            outcomes = await smtp.hand_over(window(30))
            await smtp.close()
            while server.commands[-1] != "QUIT":
                await asyncio.sleep(0)
            return outcomes

    outcomes = run(scenario())
    assert statuses(outcomes) == ["sent"] * 30
    assert [outcome.provider_id for outcome in outcomes] == [f"ABC{n}" for n in range(1, 31)]
    assert {outcome.code for outcome in outcomes} == {"250"}
    assert server.recipients == [f"m{n}@example.com" for n in range(1, 31)]
    for number, content in enumerate(server.contents, start=1):
        assert f"Mae {number}=\r\n".encode() in content
        assert f"To: m{number}@example.com\r\n".encode() in content
        assert f"<{UUID(int=number)}@pineriver.example.com>".encode() in content
    assert server.connections == 1


def test_pipelining_writes_a_letter_s_commands_before_any_answer() -> None:
    """A server that answers nothing until DATA is there would wait for ever otherwise."""
    server = ScriptedServer()

    async def scenario() -> list[Outcome]:
        got_data = asyncio.Event()
        replies = iter(range(3))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 hi\r\n")
            await reader.readline()
            writer.write(b"250-hi\r\n250 PIPELINING\r\n")
            for _ in replies:
                await reader.readline()
            got_data.set()
            writer.write(b"250 a\r\n250 b\r\n354 c\r\n")
            # The content, its dot, and the next letter's commands.
            seen = await reader.readuntil(b"\r\n.\r\nMAIL FROM:<alerts@pineriver.example.com>\r\n")
            assert b"Mae 1" in seen
            writer.write(b"250 one\r\n250 a\r\n250 b\r\n354 c\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 two\r\n")
            await reader.read()
            writer.close()

        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        smtp = provider(server)
        outcomes = await smtp.hand_over(window(2))
        await smtp.close()
        listening.close()
        await listening.wait_closed()
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)
        return outcomes

    assert statuses(run(scenario())) == ["sent", "sent"]


@pytest.mark.parametrize(
    ("reply", "status", "code", "bad_address", "down"),
    [
        ("550 5.1.1 <m2@example.com>: User unknown", Status.FAILED, "5.1.1", True, False),
        ("550 No such user here", Status.FAILED, "550", True, False),
        ("550 Denied", Status.FAILED, "550", False, False),
        ("552 5.2.2 Mailbox full", Status.FAILED, "5.2.2", False, False),
        ("554 5.7.1 Spam", Status.FAILED, "5.7.1", False, False),
        ("554 5.7.1 <m2@example.com>: Relay access denied", Status.QUEUED, "5.7.1", False, True),
        ("450 4.2.0 Greylisted, try in 5 minutes", Status.QUEUED, "4.2.0", False, False),
        ("452 4.2.2 Over quota", Status.QUEUED, "4.2.2", False, False),
    ],
)
def test_a_refused_recipient_is_judged_alone(
    server: ScriptedServer, reply: str, status: Status, code: str, bad_address: bool, down: bool
) -> None:
    server.on_rcpt = for_recipient("m2@", reply)
    outcomes = run(hand_over(server, window(4)))
    assert statuses(outcomes) == ["sent", str(status), "sent", "sent"]
    refused = outcomes[1]
    assert (refused.code, refused.bad_address, refused.down) == (code, bad_address, down)
    assert "@" not in refused.reason
    if reply.startswith("450"):
        assert refused.retry_after == 300
    assert server.connections == 1


@pytest.mark.parametrize("refused", [[1], [4], [1, 2, 3, 4], [2, 3]])
def test_a_354_after_a_refused_recipient_gets_a_lone_dot(refused: list[int]) -> None:
    server = ScriptedServer(on_data=lambda accepted: "354 Go ahead anyway")
    numbers = {f"<m{number}@" for number in refused}
    server.on_rcpt = lambda line: (
        "550 5.1.1 Unknown" if any(number in line for number in numbers) else "250 Ok"
    )
    outcomes = run(hand_over(server, window(4)))
    expected = ["failed" if number in refused else "sent" for number in range(1, 5)]
    assert statuses(outcomes) == expected
    assert len(server.contents) == expected.count("sent")
    assert server.connections == 1


@pytest.mark.parametrize(
    ("reply", "status", "down"),
    [
        ("550 5.7.1 Sender rejected", Status.QUEUED, True),
        ("451 4.3.0 Try later", Status.QUEUED, False),
        ("552 5.3.4 Message too big", Status.FAILED, False),
    ],
)
def test_a_refused_sender_is_our_trouble(
    server: ScriptedServer, reply: str, status: Status, down: bool
) -> None:
    server.on_mail = lambda line: reply
    outcomes = run(hand_over(server, window(3)))
    assert statuses(outcomes) == [str(status)] * 3
    assert all(outcome.down is down and not outcome.bad_address for outcome in outcomes)


@pytest.mark.parametrize(
    ("reply", "status"), [("554 5.7.1 Looks like spam", "failed"), ("451 4.3.0 Disk", "queued")]
)
def test_content_that_is_refused(server: ScriptedServer, reply: str, status: str) -> None:
    server.on_dot = lambda number: reply if number == 2 else "250 Ok"
    outcomes = run(hand_over(server, window(3)))
    assert statuses(outcomes) == ["sent", status, "sent"]
    assert outcomes[1].bad_address is False


def test_cut_after_the_final_dot_leaves_that_message_alone_in_doubt(
    server: ScriptedServer,
) -> None:
    server.on_dot = lambda number: CUT if number == 3 else "250 Ok"
    outcomes = run(hand_over(server, window(6)))
    assert statuses(outcomes) == ["sent", "sent", "unknown", "sent", "sent", "sent"]
    assert server.connections == 2
    assert sorted(server.recipients) == [f"m{n}@example.com" for n in (1, 2, 4, 5, 6)]


def test_silence_after_the_final_dot_is_doubt_too(server: ScriptedServer) -> None:
    server.on_dot = lambda number: SILENCE if number == 2 else "250 Ok"
    outcomes = run(hand_over(server, window(3), timeout=1))
    assert statuses(outcomes) == ["sent", "unknown", "sent"]
    assert "did not answer" in outcomes[1].reason


def test_a_server_that_always_cuts_after_the_dot_puts_one_message_in_doubt_not_all(
    server: ScriptedServer,
) -> None:
    server.on_dot = lambda number: CUT
    outcomes = run(hand_over(server, window(20)))
    assert statuses(outcomes) == ["unknown"] + ["queued"] * 19
    assert all(outcome.down for outcome in outcomes[1:])


@pytest.mark.parametrize("stage", ["on_mail", "on_rcpt"])
def test_cut_before_any_content_loses_and_doubles_nothing(
    server: ScriptedServer, stage: str
) -> None:
    setattr(server, stage, once_at(3, CUT))
    outcomes = run(hand_over(server, window(5)))
    assert statuses(outcomes) == ["sent"] * 5
    assert sorted(server.recipients) == [f"m{n}@example.com" for n in range(1, 6)]


def test_a_message_that_kills_each_connection_stops_nobody_else(server: ScriptedServer) -> None:
    server.on_rcpt = for_recipient("m2@", CUT)
    outcomes = run(hand_over(server, window(5)))
    assert statuses(outcomes) == ["sent", "queued", "sent", "sent", "sent"]


def test_cut_after_data_before_go_ahead(server: ScriptedServer) -> None:
    count = 0

    def on_data(accepted: int) -> str:
        nonlocal count
        count += 1
        return CUT if count == 2 else "354 Go ahead"

    server.on_data = on_data
    assert statuses(run(hand_over(server, window(3)))) == ["sent"] * 3


def test_cut_in_the_middle_of_a_small_message_is_doubt_for_its_dot_was_written(
    server: ScriptedServer,
) -> None:
    server.cut_content_of = 100
    assert statuses(run(hand_over(server, window(1)))) == ["unknown"]


def test_cut_in_the_middle_of_a_message_that_was_not_all_written_is_no_doubt(
    server: ScriptedServer,
) -> None:
    server.cut_content_of = 100
    server.offers = [offer for offer in server.offers if not offer.startswith("SIZE")]
    large = Wording(1, "en", "outage", "Large", "All work and no play.\n" * 300_000)
    outcomes = run(hand_over(server, window(1, wording=large)))
    assert statuses(outcomes) == ["queued"]


def test_421_in_the_middle_of_a_window_goes_on_with_a_new_connection(
    server: ScriptedServer,
) -> None:
    server.on_mail = once_at(3, "421 4.7.0 Too many messages, closing")
    outcomes = run(hand_over(server, window(5)))
    assert statuses(outcomes) == ["sent"] * 5
    assert server.connections == 2


def test_421_to_the_dot_is_certainly_not_taken(server: ScriptedServer) -> None:
    server.on_dot = lambda number: "421 4.3.2 Shutting down in 30 seconds" if number == 2 else "250"
    outcomes = run(hand_over(server, window(4)))
    assert statuses(outcomes) == ["sent", "queued", "sent", "sent"]
    assert outcomes[1].retry_after == 30


def test_421_to_everything_slows_us_down(server: ScriptedServer) -> None:
    server.on_mail = lambda line: "421 4.7.0 Try again in 90 seconds"
    outcomes = run(hand_over(server, window(8)))
    assert statuses(outcomes) == ["queued"] * 8
    assert {outcome.retry_after for outcome in outcomes} == {90}
    assert all(outcome.down for outcome in outcomes)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        ("554 No SMTP service here", "takes no connection"),
        ("421 Too busy", "421 Too busy"),
        (CUT, "closed the connection"),
        ("HTTP/1.1 400 Bad Request", "not SMTP"),
    ],
)
def test_a_server_that_takes_no_connection_is_down(greeting: str, words: str) -> None:
    outcomes = run(hand_over(ScriptedServer(greeting=greeting), window(3)))
    assert statuses(outcomes) == ["queued"] * 3
    assert all(outcome.down and words in outcome.reason for outcome in outcomes)


def test_a_server_that_is_not_there_is_down() -> None:
    async def scenario() -> list[Outcome]:
        server = ScriptedServer()
        async with server.running():
            pass
        return await provider(server).hand_over(window(2))

    outcomes = run(scenario())
    assert statuses(outcomes) == ["queued"] * 2
    assert all(outcome.down and "can't be reached" in outcome.reason for outcome in outcomes)


def test_an_answer_too_many_is_trusted_by_nobody() -> None:
    server = ScriptedServer(on_rcpt=once_at(2, "250 Ok\n250 Ok twice"))
    outcomes = run(hand_over(server, window(3)))
    assert statuses(outcomes) == ["unknown", "queued", "queued"]
    assert "more than it was asked" in outcomes[0].reason


def test_an_idle_connection_that_was_closed_costs_nobody_anything(server: ScriptedServer) -> None:
    async def scenario() -> list[Outcome]:
        async with server.running():
            smtp = provider(server)
            outcomes = await smtp.hand_over(window(2))
            server.drop_all()
            # Before this end of the line has noticed, and after it has.
            outcomes += await smtp.hand_over(window(2, start=3))
            server.closed.clear()
            server.drop_all()
            await server.closed.wait()
            outcomes += await smtp.hand_over(window(2, start=5))
            await smtp.close()
            return outcomes

    assert statuses(run(scenario())) == ["sent"] * 6
    assert server.connections == 3
    assert sorted(server.recipients) == [f"m{n}@example.com" for n in range(1, 7)]


def test_connections_stay_open_between_windows_and_end_at_their_limit(
    server: ScriptedServer,
) -> None:
    async def scenario(**options: int) -> list[Outcome]:
        async with server.running():
            smtp = provider(server, extra_headers=None, **options)
            outcomes = await smtp.hand_over(window(5))
            outcomes += await smtp.hand_over(window(5, start=6))
            await smtp.close()
            return outcomes

    assert statuses(run(scenario())) == ["sent"] * 10
    assert server.connections == 1
    assert statuses(run(scenario(per_connection=3))) == ["sent"] * 10
    assert server.connections == 1 + 4


def test_a_window_on_several_connections_arrives_once_and_in_order_of_outcome(
    server: ScriptedServer,
) -> None:
    server.on_rcpt = for_recipient("m50@", "550 5.1.1 Unknown")

    async def scenario() -> list[Outcome]:
        async with server.running():
            smtp = provider(server, connections=4)
            outcomes = await smtp.hand_over(window(100))
            await smtp.close()
            return outcomes

    outcomes = run(scenario())
    assert statuses(outcomes) == ["sent"] * 49 + ["failed"] + ["sent"] * 50
    assert sorted(server.recipients) == sorted(
        f"m{n}@example.com" for n in range(1, 101) if n != 50
    )
    assert 1 < server.connections <= 4


def test_nobody_waits_for_a_further_connection_that_does_not_open() -> None:
    class SlowSecond(ScriptedServer):
        async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if self.connections:
                self.greeting = SILENCE
            await super()._serve(reader, writer)

    server = SlowSecond()

    async def scenario() -> list[Outcome]:
        async with server.running():
            smtp = provider(server, connections=3, timeout=900)
            outcomes = await smtp.hand_over(window(40))
            outcomes += await smtp.hand_over(window(40, start=41))
            await smtp.close()
            return outcomes

    assert statuses(run(scenario())) == ["sent"] * 80
    assert server.connections == 3


def test_a_cancelled_window_leaves_no_connection_in_the_middle_of_a_message() -> None:
    server = ScriptedServer(on_dot=lambda number: SILENCE if number == 2 else "250 Ok")

    async def scenario() -> list[Outcome]:
        async with server.running():
            smtp = provider(server)
            task = asyncio.create_task(smtp.hand_over(window(5)))
            while len(server.contents) < 2:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            outcomes = await smtp.hand_over(window(2, start=10))
            await smtp.close()
            return outcomes

    assert statuses(run(scenario())) == ["sent", "sent"]
    assert server.recipients == ["m1@example.com", "m10@example.com", "m11@example.com"]


def test_a_provider_outlives_its_event_loop() -> None:
    server_count = []
    smtp: list[SmtpProvider] = []

    async def scenario() -> list[Outcome]:
        server = ScriptedServer()
        async with server.running():
            if not smtp:
                smtp.append(provider(server))
            outcomes = await smtp[0].hand_over(window(2))
            server_count.append(server.connections)
            await smtp[0].close()
            return outcomes

    assert statuses(run(scenario())) == ["sent", "sent"]
    assert statuses(run(scenario())) == ["queued", "queued"]  # Its server is gone; it is not.


@pytest.mark.parametrize("offers", [["PIPELINING"], ["PIPELINING", "SMTPUTF8"]])
def test_addresses_outside_ascii_need_a_server_that_takes_them(offers: list[str]) -> None:
    server = ScriptedServer(offers=offers)
    plain, accented = window(2)
    accented = Outgoing(2, accented.key, "maé@bücher.example.com", SENDER, WORDING, {})
    outcomes = run(hand_over(server, [plain, accented]))
    if "SMTPUTF8" in offers:
        assert statuses(outcomes) == ["sent", "sent"]
        assert "RCPT TO:<maé@xn--bcher-kva.example.com>" in server.commands
        assert any(line.endswith("> SMTPUTF8") for line in server.commands)
    else:
        assert statuses(outcomes) == ["sent", "failed"]
        assert "outside ASCII" in outcomes[1].reason
        assert not outcomes[1].bad_address


def test_what_is_no_address_never_reaches_the_server() -> None:
    server = ScriptedServer()
    evil = Outgoing(1, UUID(int=1), "m@example.com>\r\nRCPT TO:<e@example.net", SENDER, WORDING, {})
    outcomes = run(hand_over(server, [evil, *window(1)]))
    assert statuses(outcomes) == ["failed", "sent"]
    assert outcomes[0].bad_address
    assert server.recipients == ["m1@example.com"]


def test_a_message_above_the_server_s_size_is_refused_in_words() -> None:
    server = ScriptedServer(offers=["PIPELINING", "SIZE 500"])
    (outcome,) = run(hand_over(server, window(1)))
    assert (outcome.status, outcome.code) == (Status.FAILED, "5.3.4")
    assert "larger" in outcome.reason
    assert not [line for line in server.commands if line.startswith("MAIL")]


def test_a_large_message_arrives_whole(server: ScriptedServer) -> None:
    large = Wording(1, "en", "outage", "Large", ".All work and no play.\n" * 20_000)
    outcomes = run(hand_over(server, window(3, wording=large)))
    assert statuses(outcomes) == ["sent"] * 3
    assert all(content.count(b"=2EAll work") > 20_000 for content in server.contents)


def test_a_window_of_none() -> None:
    assert run(hand_over(ScriptedServer(), [])) == []


def test_extra_headers_are_each_message_s_own() -> None:
    server = ScriptedServer()

    async def scenario() -> list[Outcome]:
        async with server.running():
            smtp = provider(
                server,
                extra_headers=lambda message: (
                    {"X-Number": str(message.id)} if message.id > 1 else {}
                ),
            )
            outcomes = await smtp.hand_over(window(2))
            await smtp.close()
            return outcomes

    assert statuses(run(scenario())) == ["sent", "sent"]
    assert b"X-Number" not in server.contents[0]
    assert b"X-Number: 2\r\n" in server.contents[1]


def test_a_real_server_takes_what_we_send(smtp_sink: SmtpSink) -> None:
    async def scenario() -> list[Outcome]:
        smtp = SmtpProvider(parse_email_url(f"{smtp_sink.url}?connections=3"))
        outcomes = await smtp.hand_over(window(50))
        await smtp.close()
        return outcomes

    smtp_sink.answer("m7@example.com", "550 5.1.1 Unknown")
    outcomes = run(scenario())
    assert statuses(outcomes) == ["sent"] * 6 + ["failed"] + ["sent"] * 43
    assert len(smtp_sink.delivered) == 49
    one = next(one for one in smtp_sink.delivered if one.recipients == ["m5@example.com"])
    body = one.message.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Hello Mae 5\r\n")
