"""The addresses of bad addresses' pages."""

from django.urls import path

from console.addresses import queue

urlpatterns = [
    path("", queue.bad_addresses, name="bad_addresses"),
    path("<int:pk>/<str:slot>/", queue.mend, name="mend_address"),
    path("repairs/<int:pk>/undo/", queue.undo, name="undo_repair"),
]
