from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "houji.connect"
    default_auto_field = "django.db.models.BigAutoField"
