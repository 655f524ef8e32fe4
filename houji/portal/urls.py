"""The addresses of the customer's portal."""

from __future__ import annotations

from django.urls import path

from houji.portal import home, me, movements, signing, statements

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("earn/", home.earn, name="earn"),
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("invitation/<str:secret>/", signing.invitation, name="invitation"),
    path("movements/", movements.movements, name="movements"),
    path("movements/<int:seq>/", movements.movement, name="movement"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<str:month>/", statements.statement, name="statement"),
    path("statements/<str:month>/confirm/", statements.confirm, name="confirm"),
    path("statements/<str:month>/dispute/", statements.dispute, name="dispute"),
    path("statements/<str:month>/print/", statements.printed, name="statement-print"),
    path("statements/<str:month>/workbook/", statements.workbook, name="statement-workbook"),
    path("me/", me.me, name="me"),
    path("me/company/", me.company, name="company"),
    path("me/board/", me.board_consent, name="board-consent"),
    path("me/rules/", me.rules, name="rules"),
]
