"""Mails as they come to the address for bounces, in the formats of many servers."""

from base64 import b64encode

KEY = "6f1de0a2-0c5b-4f6a-9d3e-5b1f0a7c2e11"
OURS = "alerts@pineriver.example.com"
MEMBER = "ruth.sapp@example.org"

RETURNED = f"""Return-Path: <{OURS}>
From: Pine River Electric <{OURS}>
To: {MEMBER}
Subject: Your bill is ready
Message-ID: <{KEY}@pineriver.example.com>
Date: Fri, 20 Nov 2026 08:00:00 +0000

Hello, your bill of 20 November is ready.
"""


def plain(
    body: str,
    *,
    subject: str = "Mail delivery failed: returning message to sender",
    sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example.net>",
    headers: str = "",
    content: str = "text/plain; charset=utf-8",
) -> bytes:
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: {OURS}\nSubject: {subject}\n"
        f"Message-ID: <b1@mx.example.net>\nDate: Fri, 20 Nov 2026 08:00:05 +0000\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: {content}\n\n{body}"
    ).encode()


def dsn(
    *recipients: str,
    words: str = "I'm sorry to have to inform you that your message could not be delivered.",
    returned: str = RETURNED,
    id: str = "d1@mx.example.net",
    date: str = "Fri, 20 Nov 2026 08:00:05 +0000",
    encoding: str = "",
) -> bytes:
    """RFC 3464; each of `recipients` is a block of fields."""
    status = "Reporting-MTA: dns; mx.example.net\nArrival-Date: Fri, 20 Nov 2026 08:00:00 +0000\n"
    status += "".join(f"\n{block.strip()}\n" for block in recipients)
    transfer = ""
    if encoding == "base64":
        status = b64encode(status.encode()).decode()
        transfer = "Content-Transfer-Encoding: base64\n"
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\nTo: {OURS}\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{id}>\nDate: {date}\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "This is a MIME-encapsulated message.\n\n--B\nContent-Type: text/plain\n\n"
        f"{words}\n\n--B\nContent-Type: message/delivery-status\n{transfer}\n{status}\n"
        f"--B\nContent-Type: message/rfc822\n\n{returned}\n--B--\n"
    ).encode()


def block(
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
    *,
    address: str = MEMBER,
    action: str = "failed",
    original: str = "",
) -> str:
    lines = [f"Original-Recipient: rfc822;{original}"] if original else []
    lines += [f"Final-Recipient: rfc822; {address}"]
    lines += [f"Action: {action}"] if action else []
    lines += [f"Status: {status}"] if status else []
    lines += [f"Diagnostic-Code: {diagnostic}"] if diagnostic else []
    return "\n".join(lines)


QMAIL = plain(
    """Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ruth.sapp@example.org>:
192.0.2.25 does not like recipient.
Remote host said: 550 5.1.1 <ruth.sapp@example.org>: Recipient address rejected: User unknown
Giving up on 192.0.2.25.

<jim@example.net>:
Sorry, no mailbox here by that name. (#5.1.1)

<full@example.net>:
552 Quota exceeded for this mailbox. (#5.2.2)

--- Below this line is a copy of the message.

"""
    + RETURNED,
    subject="failure notice",
    sender="MAILER-DAEMON@mx.example.net",
)

EXIM = plain(
    """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ruth.sapp@example.org
    host mx.example.org [192.0.2.9]
    SMTP error from remote mail server after RCPT TO:<ruth.sapp@example.org>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

"""
    + RETURNED,
    headers="X-Failed-Recipients: ruth.sapp@example.org\nAuto-Submitted: auto-replied\n",
)

EXIM_UNROUTABLE = plain(
    """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ruth@nowhere.example.org
    Unrouteable address
""",
    headers="X-Failed-Recipients: ruth@nowhere.example.org\n",
)

EXIM_DELAY = plain(
    """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.net.

The message identifier is:     1rABcd-000123-Xy
The subject of the message is: Your bill is ready

The address to which the message has not yet been delivered is:

  ruth.sapp@example.org
    host mx.example.org [192.0.2.9]
    Delay reason: SMTP error from remote mail server: 451 4.7.1 Greylisting in action

No action is required on your part. Delivery attempts will continue for
some time.
""",
    subject="Warning: message 1rABcd-000123-Xy delayed 24 hours",
)

POSTFIX = plain(
    """This is the mail system at host mx.example.net.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<ruth.sapp@example.org>: host mx.example.org[192.0.2.9] said: 550 5.1.1
    <ruth.sapp@example.org>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)

<gone@nowhere.example.net>: Host or domain name not found. Name service error
    for name=nowhere.example.net type=AAAA: Host not found
""",
    subject="Undelivered Mail Returned to Sender",
)

SENDMAIL = plain(
    """The original message was received at Fri, 20 Nov 2026 08:00:00 GMT
from localhost [127.0.0.1]

   ----- The following addresses had permanent fatal errors -----
<ruth.sapp@example.org>
    (reason: 550 5.1.1 <ruth.sapp@example.org>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.example.org.:
>>> DATA
<<< 550 5.1.1 <ruth.sapp@example.org>... User unknown
550 5.1.1 <ruth.sapp@example.org>... User unknown
<<< 503 5.0.0 Need RCPT (recipient)

   ----- Original message follows -----

"""
    + RETURNED,
    subject="Returned mail: see transcript for details",
)

EXCHANGE_OLD = plain(
    """Your message

  To:      Sapp, Ruth
  Subject: Your bill is ready
  Sent:    Fri, 20 Nov 2026 08:00:00 -0500

did not reach the following recipient(s):

ruth.sapp@example.org on Fri, 20 Nov 2026 08:00:04 -0500
    The e-mail account does not exist at the organization this message was
sent to.  Check the e-mail address, or contact the recipient directly to
find out the correct address.
    <mail.example.org #5.1.1>
""",
    subject="Undeliverable: Your bill is ready",
    sender="System Administrator <postmaster@example.org>",
)

OFFICE365_HTML = plain(
    """<html><head><style>p {color: #550000}</style></head><body>
<p>Your message to <a href="mailto:ruth.sapp@example.org">ruth.sapp@example.org</a> couldn't be
delivered.</p><h2>ruth.sapp wasn't found at example.org.</h2>
<table><tr><td>alerts</td><td>Office 365</td><td>ruth.sapp</td></tr></table>
<p>Original Message Details</p>
<p>Error: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
ruth.sapp@example.org not found by SMTP address lookup</p>
</body></html>""",
    subject="Undeliverable: Your bill is ready",
    sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>",
    content="text/html; charset=utf-8",
)

EXCHANGE_GROUPS = plain(
    """Delivery has failed to these recipients or groups:

ruth.sapp@example.org<mailto:ruth.sapp@example.org>
The recipient's mailbox is full and can't accept messages now. Please try resending this message
later, or contact the recipient directly.

Diagnostic information for administrators:

Generating server: EX01.example.org

ruth.sapp@example.org
#550 5.2.2 STOREDRV.Deliver; mailbox full. ##

Original message headers:

"""
    + RETURNED,
    subject="Undeliverable: Your bill is ready",
    sender="Microsoft Outlook <postmaster@example.org>",
)

GMAIL = plain(
    """** Address not found **

Your message wasn't delivered to ruth.sapp@example.org because the address couldn't be found, or is
unable to receive mail.

Learn more here: https://support.example.com/mail/answer/6596

The response was:

The email account that you tried to reach does not exist. Please try double-checking the
recipient's email address for typos or unnecessary spaces.
""",
    subject="Delivery Status Notification (Failure)",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example.com>",
)

GMAIL_OLD = plain(
    """Delivery to the following recipient failed permanently:

     ruth.sapp@example.org

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server for the recipient domain
example.org by mx.example.org. [192.0.2.9].

The error that the other server returned was:
550 5.7.1 Message rejected due to local policy.

----- Original message -----

"""
    + RETURNED,
    subject="Delivery Status Notification (Failure)",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example.com>",
)

GMAIL_DELAY = plain(
    """** Delivery incomplete **

There was a temporary problem delivering your message to ruth.sapp@example.org. Gmail will retry for
46 more hours. You'll be notified if the delivery fails permanently.
""",
    subject="Delivery Status Notification (Delay)",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example.com>",
)

YAHOO = plain(
    """Sorry, we were unable to deliver your message to the following address.

<ruth.sapp@example.org>:
Remote host said: 554 delivery error: dd This user doesn't have a yahoo.com account
(ruth.sapp@example.org) [0] - mta1.example.com

--- Below this line is a copy of the message.

"""
    + RETURNED,
    subject="Failure Notice",
    sender="MAILER-DAEMON@yahoo.example.com",
)

YAHOO_DISABLED = plain(
    """Sorry, we were unable to deliver your message to the following address.

<ruth.sapp@example.org>:
554: delivery error: dd Sorry, your message to ruth.sapp@example.org cannot be delivered. This
mailbox is disabled (554.30). - mta1.example.com
""",
    subject="Failure Notice",
    sender="MAILER-DAEMON@yahoo.example.com",
)

BASE64 = plain(
    b64encode(
        "No se pudo entregar el mensaje a <ruth.sapp@example.org>:\n"
        "550 El buzón no existe: usuario desconocido\n".encode("cp1252")
    ).decode(),
    subject="=?iso-8859-1?Q?No_se_pudo_entregar?=",
    headers="Content-Transfer-Encoding: base64\n",
    content='text/plain; charset="windows-1252"',
)

QUOTED_PRINTABLE = plain(
    "<ruth.sapp=40example.org>: host mx.example.org said: 550 5.1.1 User un=\nknown=2E\n"
    "Your message could not be delivered.\n",
    headers="Content-Transfer-Encoding: quoted-printable\n",
    content="text/plain; charset=no-such-charset",
)

BLOCKED = plain(
    """Your message could not be delivered:

<ruth.sapp@example.org>: 550 Mail from this server is blocked, see Spamhaus. User unknown.
""",
)

DOMINO = plain(
    """Your message

  Subject: Your bill is ready

was not delivered to:

  ruth.sapp@example.org

because:

  User ruth (ruth.sapp@example.org) not listed in Domino Directory
""",
    subject="DELIVERY FAILURE: User ruth (ruth.sapp@example.org) not listed in Domino Directory",
    sender="Postmaster@example.org",
)

POSTFIX_DELAY = plain(
    """THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Your message could not be delivered for more than 4 hour(s).
It will be retried until it is 5 day(s) old.

<ruth.sapp@example.org>: connect to mx.example.org[192.0.2.1]:25: Connection refused
""",
    subject="Delayed Mail (still being retried)",
)

NO_LONGER_ACCEPTS = plain(
    """Hi. This is the qmail-send program at mx.example.net.

<ruth.sapp@example.org>:
This address no longer accepts mail.
""",
    subject="failure notice",
)

VACATION = (
    f"From: Ruth Sapp <{MEMBER}>\nTo: {OURS}\nSubject: Out of office: Your bill is ready\n"
    "Auto-Submitted: auto-replied\nPrecedence: bulk\n\nI am out of the office until Monday. "
    "If delivery failed, call 478-555-0100.\n"
).encode()
VACATION_EXCHANGE = (
    f"From: Ruth Sapp <{MEMBER}>\nTo: {OURS}\nSubject: Automatic reply: Your bill is ready\n"
    "X-Auto-Response-Suppress: All\n\nI am on leave and my mailbox is full.\n"
).encode()
VACATION_SPANISH = (
    f"From: {MEMBER}\nTo: {OURS}\nSubject: =?utf-8?q?Respuesta_autom=C3=A1tica?=\n\nEstoy fuera.\n"
).encode()
NO_LONGER_HERE = (
    f"From: {MEMBER}\nTo: {OURS}\nSubject: Auto: Your bill\nAuto-Submitted: auto-replied\n\n"
    "Ruth no longer works here. Her address will not be delivered to soon.\n"
).encode()
CHALLENGE = (
    f"From: {MEMBER}\nTo: {OURS}\nSubject: Please confirm your message\n\n"
    "Click this link once to prove that you are a person, and your message will be delivered.\n"
).encode()
REPLY_OF_A_PERSON = (
    f"From: Ruth Sapp <{MEMBER}>\nTo: {OURS}\nSubject: Re: Undeliverable: Your bill is ready\n\n"
    "Your message to me could not be delivered, you say? I got it.\n"
).encode()
READ_RECEIPT = (
    f"From: {MEMBER}\nTo: {OURS}\nSubject: Read: Your bill is ready\nMIME-Version: 1.0\n"
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="B"\n\n'
    "--B\nContent-Type: text/plain\n\nYour message was read.\n"
    "--B\nContent-Type: message/disposition-notification\n\n"
    f"Final-Recipient: rfc822;{MEMBER}\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    "--B--\n"
).encode()


def complaint(*, named: bool = True) -> bytes:
    """RFC 5965."""
    who = f"Original-Rcpt-To: <{MEMBER}>\n" if named else ""
    return (
        f"From: feedback@example.com\nTo: {OURS}\nSubject: FW: Your bill is ready\n"
        "Message-ID: <arf1@example.com>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\n\n'
        "--B\nContent-Type: text/plain\n\nThis is an email abuse report.\n"
        "--B\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n{who}"
        f"--B\nContent-Type: message/rfc822\n\n{RETURNED}\n--B--\n"
    ).encode()


# What names who was not reached in a way of its own, with what it says: (recipient, code, verdict).
ODD_BOUNCES: dict[str, tuple[bytes, list[tuple[str, str, str]]]] = {
    "a daemon that calls itself an automatic reply": (
        plain(
            "Ваше письмо не может быть доставлено.\n\n  ruth.sapp@example.org\n"
            "    host mx.example.org [192.0.2.9]\n    550 5.1.1 no such user\n",
            subject="Ваше сообщение не доставлено",
            headers="Auto-Submitted: auto-replied\n",
        ),
        [(MEMBER, "5.1.1", "bad")],
    ),
    "qmail in a language that we don't know": (
        plain(
            "郵件無法投遞:\n\n<ruth.sapp@example.org>:\n無此使用者\n\n--- 原信 ---\n",
            subject="投遞失敗",
            sender="MAILER-DAEMON@mx.example.net",
        ),
        [(MEMBER, "5.0.0", "soft")],
    ),
    "imail, two at once": (
        plain(
            "Unknown user: ruth.sapp@example.org\n\nRCPT TO generated following response:\n"
            "550 Addressee unknown\n\nUser mailbox exceeds allowed size: full@example.net\n\n"
            "Original message follows.\n",
            subject="Undeliverable Mail",
            sender="Postmaster <postmaster@mx.example.net>",
        ),
        [(MEMBER, "5.1.1", "bad"), ("full@example.net", "5.2.2", "soft")],
    ),
    "mdaemon": (
        plain(
            "ruth.sapp@example.org - no such user here.\n\nThere is no user by that name.\n",
            subject="Warning: ruth.sapp@example.org - User unknown!",
            sender="MDaemon@mx.example.net",
        ),
        [(MEMBER, "5.1.1", "bad")],
    ),
    "a sender that is no daemon, in a server's form": (
        plain(
            "------ Failed Recipients ------\n\n<ruth.sapp@example.org>: Requested action not "
            "taken: mailbox unavailable. [SMTP Error Code 550]\n-------- Returned Mail --------\n",
            subject="Returned Mail - Error During Delivery",
            sender="SMTP_Mail_Service@mx.example.net",
        ).replace(b"Return-Path: <>\n", b""),
        [(MEMBER, "5.1.1", "bad")],
    ),
    "exchange, which repeats whom the mail was for": (
        plain(
            f"Your message\n\n  To:      list@example.net\n  Subject: Your bill\n\ndid not reach "
            f"the following recipient(s):\n\n{MEMBER} on Fri, 20 Nov 2026 08:00:05 +0000\n"
            "    The recipient name is not recognized\n",
            subject="Undeliverable: Your bill",
            sender="System Administrator <postmaster@mx.example.net>",
        ),
        [(MEMBER, "5.1.1", "bad")],
    ),
    "exim, which put another address in the place of ours": (
        plain(
            "This message was created automatically by mail delivery software.\n\nA message that "
            "you sent could not be delivered to one or more of its\nrecipients. The following "
            f"address(es) failed:\n\n  dead@example.net\n    (generated from {MEMBER})\n"
            "    550 5.2.2 over quota\n"
        ),
        [(MEMBER, "5.2.2", "soft")],
    ),
    "a receipt that is a refusal": (
        plain(
            f"--B\nContent-Type: text/plain\n\nYour message to <{MEMBER}> was automatically "
            "rejected:\nQuota exceeded\n--B\nContent-Type: message/disposition-notification\n\n"
            f"Final-Recipient: rfc822; {MEMBER}\nDisposition: automatic-action/"
            "MDN-sent-automatically; deleted\n\n--B--\n",
            subject="Automatically rejected mail",
            headers="Auto-Submitted: auto-replied (rejected)\n",
            content="multipart/report; report-type=disposition-notification; boundary=B",
        ),
        [(MEMBER, "5.2.2", "soft")],
    ),
    "french": (
        plain(
            f"Votre message n'a pas pu être remis au destinataire suivant :\n\n<{MEMBER}>\n"
            "Adresse inconnue\n",
            subject="Message non distribué",
        ),
        [(MEMBER, "5.1.1", "bad")],
    ),
    "german": (
        plain(
            f"Ihre Nachricht wurde nicht zugestellt.\n\n<{MEMBER}>: Empfänger unbekannt\n",
            subject="Unzustellbar: Ihre Rechnung",
        ),
        [(MEMBER, "5.1.1", "bad")],
    ),
}


def wrapped() -> bytes:
    """A bounce that a scanner of mails put into a mail of its own."""
    return plain(
        f"--W\nContent-Type: message/rfc822\n\n{dsn(block()).decode()}\n--W--\n",
        content="multipart/mixed; boundary=W",
    )
