"""Addresses under /console/bills/."""

from django.urls import path

from console.billing import bills, exports

urlpatterns = [
    path("<int:pk>/", bills.bill, name="bill"),
    path("<int:pk>/bill.pdf", bills.pdf, name="bill_pdf"),
    path("export/", exports.exports, name="bill_exports"),
    path("export/progress/", exports.progress, name="bill_exports_progress"),
    path("export/<int:pk>/file/", exports.download, name="bill_export_file"),
    path("export/<int:pk>/manifest/", exports.manifest, name="bill_export_manifest"),
]
