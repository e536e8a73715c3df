from django.urls import path

from imports.desk import column_views, list_views, page_views, run_views, upload_views

ONE = "imports/<uuid:public_id>/"

urlpatterns = [
    path("imports/", list_views.imports, name="imports"),
    path("imports/upload/", upload_views.upload, name="import-upload"),
    path("imports/begin/", upload_views.begin, name="import-begin"),
    path(ONE, page_views.page, name="import"),
    path(f"{ONE}parts/<int:number>/", upload_views.part, name="import-part"),
    path(f"{ONE}complete/", upload_views.complete, name="import-complete"),
    path(f"{ONE}columns/", column_views.columns, name="import-columns"),
    path(f"{ONE}progress/", page_views.progress, name="import-progress"),
    path(f"{ONE}refused/", page_views.refused, name="import-refused"),
    path(f"{ONE}run/", run_views.run, name="import-run"),
    path(f"{ONE}pause/", run_views.pause, name="import-pause"),
    path(f"{ONE}resume/", run_views.resume, name="import-resume"),
    path(f"{ONE}cancel/", run_views.cancel, name="import-cancel"),
    path(f"{ONE}undo/", run_views.undo, name="import-undo"),
]
