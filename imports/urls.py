from django.urls import include, path

from imports import api

AT = "api/v1/imports/"

urlpatterns = [
    path(AT, api.ImportList.as_view(), name="api-imports"),
    path(f"{AT}<uuid:id>/", api.ImportDetail.as_view(), name="api-import"),
    path(f"{AT}<uuid:id>/refused/", api.ImportRefusedRows.as_view(), name="api-import-refused"),
    path(f"{AT}<uuid:id>/run/", api.ImportRun.as_view(), name="api-import-run"),
    path(f"{AT}<uuid:id>/pause/", api.ImportPause.as_view(), name="api-import-pause"),
    path(f"{AT}<uuid:id>/resume/", api.ImportResume.as_view(), name="api-import-resume"),
    path(f"{AT}<uuid:id>/cancel/", api.ImportCancel.as_view(), name="api-import-cancel"),
    path(f"{AT}<uuid:id>/undo/", api.ImportUndo.as_view(), name="api-import-undo"),
    path("", include("imports.desk.urls")),
    path("", include("imports.intercom.urls")),
]
