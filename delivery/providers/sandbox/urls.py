from django.urls import path

from delivery.providers.sandbox import views

app_name = "sandbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/html/", views.html, name="html"),
    path("<int:pk>/press/", views.press, name="press"),
    path("behaviour/<str:channel>/", views.behaviour, name="behaviour"),
    path("clear/", views.clear, name="clear"),
]
