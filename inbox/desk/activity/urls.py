from django.urls import path

from inbox.desk.activity import delivery_views, route_views, views

urlpatterns = [
    path("", views.index, name="activity"),
    path("rows/", views.rows, name="activity-rows"),
    path("routes/", route_views.index, name="routes"),
    path("routes/new/", route_views.new, name="route-new"),
    path("routes/try/", route_views.trial, name="route-try"),
    path("routes/<uuid:public_id>/", route_views.page, name="route"),
    path("routes/<uuid:public_id>/mute/", route_views.mute, name="route-mute"),
    path("routes/<uuid:public_id>/enabled/", route_views.enabled, name="route-enabled"),
    path("routes/<uuid:public_id>/delete/", route_views.delete, name="route-delete"),
    path("deliveries/", delivery_views.index, name="deliveries"),
    path("deliveries/resend/", delivery_views.resend_all, name="deliveries-resend"),
    path("deliveries/<uuid:public_id>/resend/", views.resend, name="delivery-resend"),
    path("<uuid:public_id>/", views.index, name="activity-event"),
    path("<uuid:public_id>/acknowledge/", views.acknowledge, name="activity-acknowledge"),
]
