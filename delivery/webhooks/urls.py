"""Where providers call us back: /hooks/…"""

from django.urls import path

from delivery.webhooks import twilio

urlpatterns = [
    path("twilio/status/", twilio.status, name="twilio-status"),
    path("twilio/voice-status/", twilio.voice_status, name="twilio-voice-status"),
    path("twilio/gather/<uuid:key>/", twilio.gather, name="twilio-gather"),
    path("twilio/inbound/", twilio.inbound, name="twilio-inbound"),
]
