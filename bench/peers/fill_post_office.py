"""Queue N mails in django-post_office, as its documentation has it. Usage: … N"""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.settings"
django.setup()

from post_office import mail  # noqa: E402

from bench.peers.words import SENDER, SUBJECT, personal  # noqa: E402

mail.send_many(
    [
        {
            "sender": SENDER,
            "recipients": [address],
            "subject": SUBJECT,
            "message": text,
            "html_message": page,
        }
        for address, text, page in map(personal, range(int(sys.argv[1])))
    ]
)
