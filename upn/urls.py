"""Which address leads to which room."""

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from common.access import public

handler500 = "common.error_pages.server_error"

urlpatterns = [
    path(
        "",
        public("It only leads to the sign-in page.")(
            RedirectView.as_view(pattern_name="console:home")
        ),
    ),
    path(
        "language/",
        public("Everybody may choose a language.")(set_language),
        name="set_language",
    ),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("console/", include("console.urls")),
    path("sandbox/", include("delivery.providers.sandbox.urls")),
    path("verify/", include("portal.verification.urls")),
    path("hooks/", include("delivery.webhooks.urls")),
    path("u/", include("portal.preferences.urls")),
    path("", include("delivery.tracking.urls")),
    path("api/", include("api.urls")),
    path("", include("upn.health_urls")),
]
