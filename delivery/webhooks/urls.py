"""Where providers call us back: /hooks/…"""

from django.urls import path

from delivery.webhooks import twilio_text, twilio_voice
from delivery.webhooks.email import email
from delivery.webhooks.email_events import SERVICES

urlpatterns = [
    path("twilio/status/", twilio_text.status, name="twilio-status"),
    path("twilio/voice-status/", twilio_voice.voice_status, name="twilio-voice-status"),
    path(
        "twilio/voice-status/<uuid:key>/<int:claim>/",
        twilio_voice.voice_status,
        name="twilio-call-status",
    ),
    path("twilio/answer/<uuid:key>/<int:claim>/", twilio_voice.answer, name="twilio-answer"),
    path("twilio/call-back/", twilio_voice.call_back, name="twilio-call-back"),
    path("twilio/gather/<uuid:key>/", twilio_voice.gather, name="twilio-gather"),
    path("twilio/inbound/", twilio_text.inbound, name="twilio-inbound"),
    *(
        path(f"{service}/", email, {"service": service}, name=f"{service}-events")
        for service in SERVICES
    ),
]
