"""The staff's pages. Each room of the console brings its own list of addresses."""

from django.urls import path

from console import start

app_name = "console"

urlpatterns = [
    path("", start.home, name="home"),
    path("styleguide/", start.styleguide, name="styleguide"),
]
