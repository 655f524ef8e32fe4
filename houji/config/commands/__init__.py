"""The commands of ``houji``, one module each; ``houji.config.cli`` says what such a module contains."""
