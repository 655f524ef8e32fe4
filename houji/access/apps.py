from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "houji.access"
    default_auto_field = "django.db.models.BigAutoField"
