"""The addresses of bad addresses' pages."""

from django.urls import path

from console.addresses import queue, reassigned

urlpatterns = [
    path("", queue.bad_addresses, name="bad_addresses"),
    path("reassigned/", reassigned.reassigned, name="reassigned"),
    path("reassigned/numbers.csv", reassigned.download, name="reassigned_numbers"),
    path("reassigned/numbers-<int:part>.csv", reassigned.download, name="reassigned_numbers_part"),
    path("look-up/", reassigned.look_up, name="look_up_lines"),
    path("<int:pk>/<str:slot>/", queue.mend, name="mend_address"),
    path("repairs/<int:pk>/undo/", queue.undo, name="undo_repair"),
]
