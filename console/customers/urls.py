"""Addresses of the members' pages, under /console/customers/."""

from django.urls import path

from console.customers import contacts, find, page, verifying

urlpatterns = [
    path("", find.find, name="customers"),
    path("<str:number>/", page.customer, name="customer"),
    path("<str:number>/contacts/<str:slot>/", contacts.edit, name="customer_contact"),
    path("<str:number>/contacts/<str:slot>/verify/", verifying.send, name="customer_verify"),
    path("<str:number>/contacts/<str:slot>/code/", verifying.code, name="customer_code"),
    path("<str:number>/contacts/<str:slot>/ask/", verifying.ask, name="customer_ask"),
]
