"""The window. All Qt code of the program is here and in ``app.commands.window``."""
