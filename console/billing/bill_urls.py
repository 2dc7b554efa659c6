"""Addresses under /console/bills/."""

from django.urls import path

from console.billing import bills

urlpatterns = [
    path("<int:pk>/", bills.bill, name="bill"),
    path("<int:pk>/bill.pdf", bills.pdf, name="bill_pdf"),
]
