from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "houji.programs"
    default_auto_field = "django.db.models.BigAutoField"
