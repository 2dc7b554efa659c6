"""Counted links, /l/<token>, and the picture, /o/<token>.gif."""

from django.urls import path

from delivery.tracking.views import click, opened

urlpatterns = [
    path("l/<str:token>", click, name="tracked-link"),
    path("o/<str:token>.gif", opened, name="tracked-open"),
]
