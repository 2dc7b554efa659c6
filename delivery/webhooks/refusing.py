"""How a webhook is refused: in words for whoever sets it up, and alike whatever it was about."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

Hook = Callable[..., HttpResponse]


class MalformedError(Exception):
    """It is a provider's own, and can't be read. The text is the answer."""


class RefusedError(Exception):
    """It can't be believed. The text is the answer.

    `asks_for_secret`: Amazon sends the name and password of an address only when it is asked to.
    """

    def __init__(self, words: str, *, asks_for_secret: bool = False) -> None:
        super().__init__(words)
        self.asks_for_secret = asks_for_secret


def answers_refusals(view: Hook) -> Hook:
    """400 for what can't be read; 403, or 401 where a secret is asked for, for the rest."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MalformedError as error:
            return _plain(str(error), 400)
        except RefusedError as error:
            answer = _plain(str(error), 401 if error.asks_for_secret else 403)
            if error.asks_for_secret:
                answer["WWW-Authenticate"] = 'Basic realm="webhooks"'
            return answer

    return answered


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
