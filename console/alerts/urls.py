"""Addresses of the pages about alerts, under /console/."""

from django.urls import path

from console.alerts import types, words

urlpatterns = [
    path("alerts/types/", types.alert_types, name="alert_types"),
    path("alerts/types/new/", types.new, name="alert_type_new"),
    path("alerts/types/<int:pk>/", types.edit, name="alert_type"),
    path("alerts/types/<int:pk>/switch/", types.switch, name="alert_type_switch"),
    path("alerts/types/<int:pk>/words/<str:language>/", words.write, name="alert_words"),
    path(
        "alerts/types/<int:pk>/words/<str:language>/preview/",
        words.preview,
        name="alert_words_preview",
    ),
]
