from django.urls import path

from inbox.desk.notices import views

urlpatterns = [
    path("", views.index, name="notices"),
    path("rows/", views.rows, name="notices-rows"),
    path("news/", views.news, name="notices-news"),
    path("read/", views.read_all, name="notices-read"),
    path("<uuid:public_id>/read/", views.read, name="notice-read"),
    path("<uuid:public_id>/unread/", views.unread, name="notice-unread"),
]
