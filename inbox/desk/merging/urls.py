from django.urls import path

from inbox.desk.merging import views

urlpatterns = [
    path("contacts/<uuid:public_id>/merge/", views.find, name="merge-find"),
    path("contacts/<uuid:public_id>/merge/<uuid:other>/", views.compare, name="merge"),
    path("merges/<uuid:public_id>/undo/", views.take_back, name="merge-undo"),
    path("merge-suggestions/<uuid:public_id>/dismiss/", views.dismiss_suggestion, name="suggestion-dismiss"),
]
