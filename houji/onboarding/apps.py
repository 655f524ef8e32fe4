from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "houji.onboarding"
    default_auto_field = "django.db.models.BigAutoField"
