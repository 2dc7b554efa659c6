"""Where the links at the foot of mails lead: /u/<token>."""

from django.urls import path

from portal.preferences.views import preferences

urlpatterns = [path("<str:token>", preferences, name="preferences")]
