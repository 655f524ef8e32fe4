"""The addresses of the console."""

from __future__ import annotations

from django.urls import include, path

from houji.console.views import (
    access,
    approvals,
    contacts,
    dashboard,
    disputes,
    entries,
    member,
    members,
    people,
    rules,
    settings,
    statements,
    users,
)

app_name = "console"

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("report.xlsx", dashboard.month_report, name="month-report"),
    path("sign-in", access.sign_in, name="sign-in"),
    path("sign-out", access.sign_out, name="sign-out"),
    path("invitation/<str:secret>", access.accept_invitation, name="invitation"),
    path("imports/", include("houji.console.views.import_urls")),
    path("start/", include("houji.console.views.wizard_urls")),
    path("members/", members.members, name="members"),
    path("members/export.<str:form>", members.export_members, name="members-export"),
    path("members/new", members.new_member, name="member-new"),
    path("members/<int:member_id>/", member.points, name="member"),
    path("members/<int:member_id>/movements.xlsx", member.export_movements, name="member-movements"),
    path("members/<int:member_id>/business", member.business, name="member-business"),
    path("members/<int:member_id>/statements", member.statements, name="member-statements"),
    path("members/<int:member_id>/people", people.people, name="member-people"),
    path("members/<int:member_id>/contacts", contacts.add_contact, name="member-contact"),
    path(
        "members/<int:member_id>/contacts/<int:user_id>/invite", contacts.invite_contact, name="member-invite"
    ),
    path("members/<int:member_id>/contacts/<int:contact_id>", contacts.edit_contact, name="contact"),
    path(
        "members/<int:member_id>/contacts/<int:contact_id>/remove",
        contacts.remove_contact,
        name="contact-remove",
    ),
    path("members/<int:member_id>/board", people.set_board, name="member-board"),
    path("members/<int:member_id>/edit", people.edit, name="member-edit"),
    path("entries/", entries.latest, name="entries"),
    path("entries/<int:account_id>-<int:seq>", entries.entry, name="entry"),
    path("entries/<int:account_id>-<int:seq>/reverse", entries.reverse_one, name="entry-reverse"),
    path("rules/", rules.rules, name="rules"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:request_id>", approvals.approval, name="approval"),
    path("statements/", statements.statements, name="statements"),
    path("statements/disputes/", disputes.disputes, name="disputes"),
    path("statements/disputes/<int:dispute_id>", statements.dispute, name="dispute"),
    path("statements/ranking", statements.ranking, name="ranking"),
    path(
        "statements/<int:account_id>/<str:month>.xlsx", statements.statement_workbook, name="statement-xlsx"
    ),
    path("statements/<int:account_id>/<str:month>", statements.statement, name="statement"),
    path("settings/", settings.program, name="settings"),
    path("settings/users", users.users, name="settings-users"),
    path("settings/users/<int:user_id>/invite", users.invite, name="settings-invite"),
    path("settings/users/<int:user_id>/roles", users.roles, name="settings-roles"),
    path("settings/users/<int:user_id>/deactivate", users.deactivate, name="settings-deactivate"),
    path("settings/users/<int:user_id>/reactivate", users.reactivate, name="settings-reactivate"),
    path("settings/keys", settings.keys, name="settings-keys"),
    path("settings/keys/<int:key_id>/revoke", settings.revoke, name="settings-revoke"),
    path("settings/audit", settings.audit, name="settings-audit"),
]
