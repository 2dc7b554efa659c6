"""Addresses of the pages about replies, under /console/replies/."""

from django.urls import path

from console.replies import pages

urlpatterns = [
    path("", pages.unclear, name="replies"),
    path("all/", pages.everything, name="replies_all"),
    path("<int:pk>/decide/", pages.decide, name="reply_decide"),
]
