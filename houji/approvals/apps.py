from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "houji.approvals"
    default_auto_field = "django.db.models.BigAutoField"
