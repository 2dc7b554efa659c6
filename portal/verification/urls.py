"""Addresses of the verification page, under /verify/."""

from django.urls import path

from portal.verification import pages

urlpatterns = [
    path("sent/", pages.sent, name="verify_sent"),
    path("<str:token>/", pages.verify, name="verify"),
    path("<str:token>/again/", pages.again, name="verify_again"),
]
