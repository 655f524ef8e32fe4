from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "houji.rulebook"
    default_auto_field = "django.db.models.BigAutoField"
