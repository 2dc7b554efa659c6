"""The staff's pages. Each room of the console brings its own list of addresses."""

from django.urls import include, path

from console import senders, start

app_name = "console"

urlpatterns = [
    path("", start.home, name="home"),
    path("addresses/", include("console.addresses.urls")),
    path("bills/", include("console.billing.bill_urls")),
    path("mass-notifications/", include("console.mass_notifications.urls")),
    path("", include("console.alerts.urls")),
    path("customers/", include("console.customers.urls")),
    path("", include("console.quiet_hours.urls")),
    path("", include("console.consent.urls")),
    path("people/", include("console.people_pages")),
    path("replies/", include("console.replies.urls")),
    path("senders/", senders.senders, name="senders"),
    path("senders/<int:pk>/", senders.edit, name="sender"),
    path("styleguide/", start.styleguide, name="styleguide"),
]
