from django.apps import AppConfig


class EarningConfig(AppConfig):
    name = "houji.earning"
    default_auto_field = "django.db.models.BigAutoField"
