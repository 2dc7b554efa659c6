"""Addresses under /console/bills/."""

from django.urls import path

from console.billing import bill_list, bills, copies, exports, fact_files, messages

urlpatterns = [
    path("", bill_list.bills, name="bills"),
    path("facts/", fact_files.files, name="fact_files"),
    path("facts/<int:pk>/", fact_files.one, name="fact_file"),
    path("facts/<int:pk>/progress/", fact_files.progress, name="fact_file_progress"),
    path("facts/<int:pk>/import/", fact_files.take_over, name="fact_file_import"),
    path("facts/<int:pk>/discard/", fact_files.discard, name="fact_file_discard"),
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
