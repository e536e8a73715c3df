from django.urls import path

from inbox.desk.gdpr import views

PERSON = "<uuid:public_id>/"

urlpatterns = [
    path(f"{PERSON}erase/", views.erase_person, name="contact-erase"),
    path(f"{PERSON}export/", views.export_person, name="contact-export"),
]
