"""Addresses of the pages about alerts, under /console/."""

from django.urls import path

from console.alerts import account, enrollments, facts, person_tasks, timeline, types, words
from console.billing import copies

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
    path("alerts/tasks/", person_tasks.tasks, name="alert_tasks"),
    path("alerts/tasks/<int:pk>/done/", person_tasks.done, name="alert_task_done"),
    path("alerts/tasks/<int:pk>/reopen/", person_tasks.reopen, name="alert_task_reopen"),
    path("alerts/enrollments/", enrollments.enrollments, name="alert_enrollments"),
    path("alerts/enrollments/new/", enrollments.new, name="alert_enrollment_new"),
    path("alerts/enrollments/<int:pk>/", enrollments.one, name="alert_enrollment"),
    path(
        "alerts/enrollments/<int:pk>/progress/",
        enrollments.progress,
        name="alert_enrollment_progress",
    ),
    path("alerts/enrollments/<int:pk>/on/", enrollments.turn_on, name="alert_enrollment_on"),
    path("alerts/enrollments/<int:pk>/discard/", enrollments.drop, name="alert_enrollment_drop"),
    path("alerts/enrollments/<int:pk>/undo/", enrollments.undo, name="alert_enrollment_undo"),
    path("accounts/", account.find, name="find_account"),
    path("accounts/<str:number>/alerts/", account.alerts, name="account_alerts"),
    path("accounts/<str:number>/copies/", copies.of_account, name="account_copies"),
    path("accounts/<str:number>/messages/", timeline.timeline, name="account_history"),
    path("facts/<str:kind>/", facts.tell, name="tell_fact"),
]
