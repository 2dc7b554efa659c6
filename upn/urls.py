"""Which address leads to which room."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("console/", include("console.urls")),
    path("sandbox/", include("delivery.providers.sandbox.urls")),
    path("hooks/", include("delivery.webhooks.urls")),
    path("", include("upn.health_urls")),
]
