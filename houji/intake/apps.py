from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "houji.intake"
    default_auto_field = "django.db.models.BigAutoField"
