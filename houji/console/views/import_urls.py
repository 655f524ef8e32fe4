"""The addresses of the imports."""

from __future__ import annotations

from django.urls import path

from houji.console.views import import_columns, import_preview, import_result, imports

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("new", imports.new_import, name="import-new"),
    path("sample/<str:kind>.xlsx", imports.sample, name="import-sample"),
    path("<int:import_id>/", imports.show, name="import"),
    path("<int:import_id>/columns", import_columns.columns, name="import-columns"),
    path("<int:import_id>/unit", import_columns.switch_unit, name="import-unit"),
    path("<int:import_id>/preview", import_preview.run, name="import-preview"),
    path("<int:import_id>/mixed-units", import_preview.mixed_units, name="import-mixed-units"),
    path("<int:import_id>/rows", import_preview.skip, name="import-rows"),
    path("<int:import_id>/start", import_preview.begin, name="import-start"),
    path("<int:import_id>/progress", import_result.progress, name="import-progress"),
    path("<int:import_id>/problems.xlsx", import_result.problem_rows, name="import-problems"),
    path("<int:import_id>/reverse", import_result.reverse_all, name="import-reverse"),
]
