"""The addresses of the public board."""

from __future__ import annotations

from django.urls import path, re_path

from houji.board import views

app_name = "board"
urlpatterns = [
    path("", views.boards, name="boards"),
    path("<slug:code>/", views.board, name="board"),
    re_path(r"^(?P<code>[-\w]+)/(?P<month>[1-9][0-9]{3}-(?:0[1-9]|1[0-2]))/$", views.board, name="month"),
]
