"""What machines talk to: /api/…"""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from api.facts import FactsView
from common.access import public

app_name = "api"
urlpatterns = [
    path(
        "v1/facts/",
        public("A key is asked for inside, with billing.tell_facts.")(FactsView.as_view()),
        name="facts",
    ),
    path(
        "schema/",
        public("It describes the API and tells nothing of anybody.")(SpectacularAPIView.as_view()),
        name="schema",
    ),
]
