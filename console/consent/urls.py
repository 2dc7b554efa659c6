"""Addresses of the consent pages, under /console/. No number or email stands in any of them."""

from django.urls import path

from console.consent import do_not_call, ledger, pdf_page, revocations

urlpatterns = [
    path("consent/", ledger.find, name="consent_find"),
    path("consent/revocation/", revocations.record, name="consent_revocation"),
    path("consent/undo/<int:event>/", revocations.undo, name="consent_undo"),
    path("consent/do-not-call/on/", do_not_call.turn_on, name="do_not_call_on"),
    path("consent/do-not-call/lift/", do_not_call.lift, name="do_not_call_lift"),
    path("consent/<int:line>/", ledger.one, name="consent_address"),
    path("consent/<int:line>/ledger.pdf", pdf_page.download, name="consent_pdf"),
]
