"""One Celery task a message with Django's EmailMultiAlternatives."""

import os

import django
import redis
from celery import Celery

from bench.peers.words import SENDER, SUBJECT, personal

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.settings"
os.environ.setdefault("PEER_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402

app = Celery("peer", broker=os.environ["PEER_BROKER_URL"])
app.conf.task_ignore_result = True
app.conf.worker_prefetch_multiplier = 64
DONE = "peer:done"
counter = redis.Redis.from_url(os.environ["PEER_REDIS_URL"])
# One open connection a process, the kindest reading.
connection = get_connection(os.environ["PEER_EMAIL_BACKEND"])


@app.task(name="peer.send")
def send(n: int) -> None:
    address, text, page = personal(n)
    message = EmailMultiAlternatives(SUBJECT, text, SENDER, [address], connection=connection)
    message.attach_alternative(page, "text/html")
    connection.open()
    connection.send_messages([message])
    counter.incr(DONE)
