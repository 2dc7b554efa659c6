"""Addresses of the pages about quiet hours, under /console/."""

from django.urls import path

from console.quiet_hours import held, own_hours

urlpatterns = [
    path("held/", held.held, name="held"),
    path("accounts/<str:number>/hours/", own_hours.own_hours, name="own_hours"),
]
