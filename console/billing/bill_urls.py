"""Addresses under /console/bills/."""

from django.urls import path

from console.billing import bills, copies, exports, messages

urlpatterns = [
    path("<int:pk>/", bills.bill, name="bill"),
    path("<int:pk>/bill.pdf", bills.pdf, name="bill_pdf"),
    path("<int:pk>/copies/", copies.copies, name="bill_copies"),
    path("messages/", messages.billing_messages, name="bill_messages"),
    path("messages/new/", messages.new, name="bill_message_new"),
    path("messages/<int:pk>/", messages.edit, name="bill_message"),
    path("export/", exports.exports, name="bill_exports"),
    path("export/progress/", exports.progress, name="bill_exports_progress"),
    path("export/<int:pk>/file/", exports.download, name="bill_export_file"),
    path("export/<int:pk>/manifest/", exports.manifest, name="bill_export_manifest"),
]
