from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "houji.members"
    default_auto_field = "django.db.models.BigAutoField"
